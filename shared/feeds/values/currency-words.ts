/** Words that count only next to an amount. */
import { beginningOf } from './bounded.ts';
import { parseGoal } from './goals.ts';
import { findMultiplier } from './multipliers.ts';
import { parsePeriod } from './periods.ts';
import { parseStatus } from './statuses.ts';
import { wordKey } from './words.ts';

const besideAmount: ReadonlyMap<string, string> = new Map(
  (
    'ALL lek, lekë; AMD dram, драм, դրամ; AZN manat, манат; BDT tk, taka; BWP pula; ETB birr; GEL lari, лари, ლარი, ' +
    'gel; GHS cedi, cedis; GTQ quetzales; HNL lempiras; HRK kn, kuna, kune; KES ksh, kshs, kes; KGS сом; MDL леев, ' +
    'лей; MKD mkd, ден, денари, denari; NGN naira; PEN soles; PGK kina; PHP php; PYG gs, guaranies; RSD din, дин, ' +
    'динара, dinara, rsd; SEK sek; NOK nok; DKK dkk; TZS tsh, tshs, tzs; UGX ush, ugx; UZS сум, so m; VND đ, vnđ, ' +
    'đồng; XAF xaf; XOF xof; HUF huf; PLN pln; CZK czk; RON ron; BGN bgn; CHF chf; AED aed; ZAR zar; THB thb; IDR ' +
    'idr; MYR myr'
  )
    .split('; ')
    .flatMap((line) =>
      line
        .slice(4)
        .split(',')
        .map((word) => [wordKey(word), line.slice(0, 3)] as const),
    ),
);
const amountPattern = String.raw`\d(?:[\d.,\s'’]*\d)?`;
const wordBefore = new RegExp(String.raw`(?<![\p{L}\d])(\p{L}+)[./]{0,2}\s?(${amountPattern})([\s\S]*)`, 'u');
const year = /^(?:19|20)\d\d$/;
const wordBehind = new RegExp(String.raw`(${amountPattern})([\s\S]*)`, 'u');
const nextWord = /^[\s,.–-]*([\p{L}\p{M}]+)\.?(?![\p{L}\d])(?=\s*(?:$|[/,;(–-]|per\s|p[cw]?m?$))/u;

/** `Lek 8 500 000`, `9.500.000 din`. */
export function currencyBeside(text: string): string | undefined {
  return wordsBeside(text)
    .map((word) => besideAmount.get(wordKey(word)))
    .find((code) => code !== undefined);
}

export function currencyNamed(word: string): string | undefined {
  return besideAmount.get(wordKey(word));
}

export function hasWordBeside(code: string): boolean {
  return [...besideAmount.values()].includes(code);
}

/** Capitalised words next to prices. */
const noCurrencies: ReadonlySet<string> = new Set(
  (
    'a, à, ab, ao, aus, avg, basis, by, ca, cc, cena, circa, da, dal, de, des, dès, desde, du, eoi, est, ex, excl, ' +
    'fai, fees, fee, firm, for, fhb, fp, free, from, fra, från, für, gst, guide, hc, high, ht, igic, in, inc, ' +
    'incl, inkl, iva, just, kk, km, kp, low, max, mid, min, mm, mt, mtl, mwst, neg, net, neto, nett, obo, base, ' +
    'apt, tot, pax, netto, new, nkm, no, now, nr, nur, o, od, oieo, oiro, oir, only, ono, or, ot, over, ovno, pa, ' +
    'pc, pcm, per, plus, pm, poa, por, pp, pris, prix, prys, pt, pvp, pw, ref, tax, tel, ttc, tva, up, vanaf, vat, ' +
    'vb, vhb, von, was, wm, x, y, yes, от, до, за, цена, ціна, από'
  )
    .split(',')
    .map(wordKey),
);

/** Up to four letters, capitalised, not an ordinary word: `Bs 450.000`, `450.000 SR`. */
export function hasUnknownWord(text: string): boolean {
  return wordsBeside(text, true).some(
    (word) => /^\p{Lu}\p{L}{0,3}$/u.test(word) && !/^\p{Script=Arabic}/u.test(word) && !isOrdinary(word),
  );
}

function isOrdinary(word: string): boolean {
  return (
    noCurrencies.has(wordKey(word)) ||
    parsePeriod(word) !== null ||
    parseGoal(word) !== null ||
    parseStatus(word) !== null ||
    (word.length > 1 && findMultiplier('', '1', word).factor > 1)
  );
}

/**
 * Next to an amount with four digits or a multiplier.
 *
 * @param first before it only at the text's beginning
 */
function wordsBeside(text: string, first = false): string[] {
  const shown = beginningOf(text);
  if (!/\p{L}/u.test(shown)) return [];
  return [wordBeforeAmount(shown, first), wordBehindAmount(shown)].filter((word) => word !== undefined);
}

function wordBeforeAmount(text: string, first: boolean): string | undefined {
  const found = wordBefore.exec(text);
  if (found === null || (first && /[\p{L}\d]/u.test(text.slice(0, found.index)))) return undefined;
  const [, word, amount = '', rest = ''] = found;
  return isLarge(amount, rest) && !year.test(amount) ? word : undefined;
}

function wordBehindAmount(text: string): string | undefined {
  const [, amount = '', rest = ''] = wordBehind.exec(text) ?? [];
  if (amount === '' || !isLarge(amount, rest)) return undefined;
  return nextWord.exec(rest.slice(findMultiplier('', amount, rest).length))?.[1];
}

function isLarge(amount: string, rest: string): boolean {
  return amount.replace(/\D/g, '').length >= 4 || findMultiplier('', amount, rest).factor > 1;
}
