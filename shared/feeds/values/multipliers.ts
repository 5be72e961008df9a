/** `450k`, `1,2 Mio`, `Rp 2,5 miliar`, `5.5 ล้านบาท`. */
import { maxValueLength } from './bounded.ts';
import { wordKey } from './words.ts';

const multiplierWords: ReadonlyMap<string, number> = new Map(
  (
    [
      [
        1e3,
        'k, tsd, tausend, thousand, mille, mil, mii, bin, ribu, rb, duizend, tusen, tusind, tuhat, tkr, тыс, ' +
          'тысяч, тысячи, тис, тисяч, хил, хиляди, хиљада, илјади, hiljada, tys, tysięcy, tis, tisíc, tisoč, tisuća, ' +
          'ezer, χιλ, χιλιάδες, nghìn, ngàn, ألف, الف, هزار, אלף',
      ],
      [1e5, 'lakh, lakhs, lac, lacs'],
      [
        1e6,
        'm, mn, mm, mio, mln, mill, mkr, milj, mdp, jt, jta, juta, million, millions, millionen, millioner, ' +
          'millioni, millió, millón, millones, milion, milione, milioni, miliony, milionů, milionov, milionów, ' +
          'miliona, milioane, miliooni, milijun, milijuna, milijon, milijona, milijonov, milijonų, miljons, miljoni, ' +
          'miljoen, miljon, miljoner, miljoonaa, milhão, milhões, milió, milions, milyon, млн, миллион, миллиона, ' +
          'миллионов, мільйон, мільйона, мільйонів, милион, милиона, милиони, милијун, εκατ, εκατομμύρια, ' +
          'εκατομμύριο, triệu, مليون, ملايين, میلیون, מיליון, מליון',
      ],
      [1e7, 'crore, crores, cr'],
      [
        1e9,
        'mrd, mld, mlr, bn, billion, miliar, milyar, milliard, milliards, milliarden, miliardi, miliardo, ' +
          'miliarde, miliard, miliardy, miljard, miljarder, млрд, миллиард, миллиарда, tỷ, tỉ, مليار, میلیارد',
      ],
    ] as const
  ).flatMap(([factor, words]) => words.split(',').map((word) => [wordKey(word), factor] as const)),
);
/** Scripts without spaces: the currency may follow directly. */
const unspacedPattern: readonly (readonly [string, number])[] = [
  ['พัน', 1e3],
  ['หมื่น', 1e4],
  ['แสน', 1e5],
  ['ล้าน', 1e6],
  ['万', 1e4],
  ['萬', 1e4],
  ['만', 1e4],
  ['億', 1e8],
  ['亿', 1e8],
  ['억', 1e8],
];
/** `1.2m`, but not `m2`, `k.k.` or `p.m.`. */
const wordPattern = /^\s*(?!\p{L}\.\p{L})([\p{L}\p{M}]+)(?![\p{L}²³23])\.?/u;
/** With these currencies `mil.` is a million, else the Spanish thousand. */
const millionBehind = /^\s*mil\.?\s*(?:kč|kčs|czk|zł|pln|kn|hrk|rsd|din|sk|skk|lei|ron)(?!\p{L})/iu;
/** Spanish `mil` is never abbreviated: `1,2 mil. €` means a million. */
const shortened = /^\s*mil\.\s*(?:€|eur)/iu;
const thousandMillion = /^\s*mil\s+(?:mill|mio)\p{L}*\.?/iu;

const maxCurrencyLength = 20;

export interface Multiplier {
  readonly factor: number;
  readonly length: number;
}

/**
 * Factor 1 if no multiplier follows.
 *
 * @param before `M` is a milliard after `Rp`, `mil` a million after `R`, `RM`
 * @param amount as written
 */
export function findMultiplier(before: string, amount: string, rest: string): Multiplier {
  if (rest.length > maxValueLength) return findMultiplier(before, amount, rest.slice(0, maxValueLength));
  const joined = thousandMillion.exec(rest)?.[0];
  if (joined !== undefined) return { factor: 1e9, length: joined.length };
  const unspaced = /^\s*/.exec(rest)?.[0].length ?? 0;
  for (const [word, factor] of unspacedPattern)
    if (rest.startsWith(word, unspaced)) return { factor, length: unspaced + word.length };
  const [shown, word] = wordPattern.exec(rest) ?? [];
  if (shown === undefined || word === undefined) return { factor: 1, length: 0 };
  const factor = special(before, amount, rest, word) ?? multiplierWords.get(wordKey(word));
  return factor === undefined ? { factor: 1, length: 0 } : { factor, length: shown.length };
}

function special(before: string, amount: string, rest: string, word: string): number | undefined {
  const near = before.slice(-maxCurrencyLength);
  if (word === 'M' && /(?<!\p{L})Rp\.?\s*$/u.test(near)) return 1e9;
  if (!/^mil$/i.test(word)) return undefined;
  const million =
    millionBehind.test(rest) ||
    (shortened.test(rest) && /[.,]\d{1,2}$/.test(amount)) ||
    /(?<!\p{L})RM?\s*$/u.test(near);
  return million ? 1e6 : undefined;
}
