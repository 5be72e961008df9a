/** ISO 4217. Amounts are never converted. */
import { beginningOf } from './bounded.ts';
import { currencyBeside, currencyNamed, hasWordBeside } from './currency-words.ts';
import { wordTable, wordKey } from './words.ts';

/** Replaced by the euro; kept, because amounts are not converted. */
const beforeEuro = 'ATS BEF CYP DEM EEK ESP FIM FRF GRD HRK IEP ITL LTL LUF LVL MTL NLG PTE SIT SKK'.split(' ');
const isoCodes: ReadonlySet<string> = new Set([...Intl.supportedValuesOf('currency'), ...beforeEuro]);
/** Replaced one to one, or common mistakes. */
const oldCodes: ReadonlyMap<string, string> = new Map(
  pairsOf('RUR RUB BYR BYN UKP GBP STG GBP NTD TWD RMB CNY DHS AED NIS ILS TL TRY KCS CZK'),
);
const symbols = pairsOf(
  'A$ AUD AU$ AUD NZ$ NZD C$ CAD CA$ CAD US$ USD U$S USD HK$ HKD S$ SGD MX$ MXN U$ USD U$D USD RD$ DOP NT$ TWD TT$ ' +
    'TTD COL$ COP N$ NAD J$ JMD JA$ JMD AR$ ARS CL$ CLP UY$ UYU $U UYU BZ$ BZD EC$ XCD FJ$ FJD CI$ KYD BDS$ BBD R$ ' +
    'BRL B/. PAB € EUR £ GBP ₽ RUB ₴ UAH ₸ KZT ₺ TRY ₪ ILS ₹ INR ₩ KRW ₫ VND ฿ THB ₾ GEL ₼ AZN ₱ PHP ₦ NGN zł PLN Kč ' +
    'CZK Ft HUF лв BGN $ USD',
);
/** Scripts without spaces: letters may precede the sign. */
const unspaced = pairsOf('บาท THB 円 JPY 원 KRW');
const signCodes: ReadonlyMap<string, string> = new Map(
  [...symbols, ...unspaced].map(([sign, code]) => [sign.toLowerCase(), code]),
);
/** Not `Ft` in `Loft`, `S$` in `US$`. */
const signPattern = (() => {
  const lettered = symbols.filter(([sign]) => /\p{L}/u.test(sign)).map(([sign]) => sign.replace(/[$/.]/g, '\\$&'));
  const bare = symbols
    .filter(([sign]) => !/\p{L}/u.test(sign))
    .map(([sign]) => sign)
    .join('');
  return new RegExp(
    `(?<!\\p{L})(?:${lettered.join('|')})(?!\\p{L})|[${bare}]|${unspaced.map(([sign]) => sign).join('|')}`,
    'iu',
  );
})();
/** Alone or before an amount: `R 1 950 000`, `RM 450,000`. */
const beforeAmount: ReadonlyMap<string, string> = new Map(pairsOf('R ZAR RM MYR Rp IDR S/ PEN'));
const letterSigns = /(?<!\p{L})(?:R|RM|Rp|S\/)(?=\.?\s?(?:\d[\d\s.,]{3}|\d[\d.,]*\s?(?:k|m|mil\p{L}*)(?!\p{L})))/u;
const sharedSigns: readonly (readonly [RegExp, readonly string[]])[] = [
  [/(?<!\p{L})[mt]?kr(?!\p{L})/iu, ['NOK', 'SEK', 'DKK', 'ISK']],
  [/(?<!\p{L})Rs(?!\p{L})|₨/u, ['INR', 'PKR', 'LKR', 'NPR', 'MUR']],
  [/[¥￥]/u, ['JPY', 'CNY']],
  [/(?<!\p{L})(?:D[Hh])(?!\p{L})|درهم/u, ['MAD', 'AED']],
  [/(?<!\p{L})pesos?(?!\p{L})/iu, ['MXN', 'ARS', 'CLP', 'COP', 'UYU', 'DOP', 'PHP', 'CUP']],
  [/(?<!\p{L})dinars?(?!\p{L})/iu, ['RSD', 'KWD', 'BHD', 'JOD', 'TND', 'DZD', 'IQD']],
  [/(?<!\p{L})(?:riyals?|rials?)(?!\p{L})/iu, ['SAR', 'QAR', 'OMR', 'YER', 'IRR']],
  [/(?<!\p{L})F?CFA(?!\p{L})/u, ['XOF', 'XAF']],
  [/(?<!\p{L})Bs(?!\p{L})/u, ['BOB', 'VES']],
];
/** Letters before `$` name its country. */
const glued = /(?<!\p{L})(\p{Lu}{1,3})\$/u;
/** Not ¤: a wrong encoding turns € into it. */
const unknownSign = new RegExp(
  `(?![¤${symbols
    .map(([sign]) => sign)
    .filter((sign) => sign.length === 1)
    .join('')}])\\p{Sc}`,
  'u',
);
const names = wordTable({
  EUR: 'euro, euros, eur, ευρώ, евро, eurot',
  GBP: 'pound, pounds, pound sterling, pounds sterling, sterling, libra',
  USD: 'dollar, dollars, us dollar, us dollars, доллар, dolar, dolares, у е, уе',
  RUB: 'rouble, ruble, roubles, rubles, рубль, рублей, рубля, руб, р',
  UAH: 'hryvnia, гривна, гривня, грн',
  CHF: 'franken, swiss franc, schweizer franken, sfr, fr',
  SEK: 'krona, kronor, svenska kronor',
  PLN: 'zloty, zlotych',
  AED: 'dirham, dirhams, aed dirham',
  BRL: 'real, reais',
  TRY: 'lira, turkish lira, türk lirası',
  KZT: 'tenge, тенге',
  BGN: 'lev, leva, лев, лева',
  RON: 'leu, lei',
  HUF: 'forint',
  CZK: 'koruna, korun, koruny',
  THB: 'baht',
  ZAR: 'rand',
  IDR: 'rupiah',
  MYR: 'ringgit',
  ILS: 'shekel, shekels',
});

/**
 * `€`, `Euro`, `eur`, `RUR`, `US$`. A bare `$` is the feed's default dollar, else USD; `kr` only ever the default.
 * @returns null if empty, unknown or ambiguous.
 */
export function parseCurrency(text: string, defaultCurrency?: string | null): string | null {
  const trimmed = beginningOf(text).trim();
  if (trimmed === '') return null;
  const code = trimmed.toUpperCase();
  const modern = oldCodes.get(code) ?? code;
  if (isoCodes.has(modern)) return modern;
  if (trimmed === '$' && defaultCurrency && isDollar(defaultCurrency)) return defaultCurrency;
  return (
    signCodes.get(trimmed.toLowerCase()) ??
    signCodes.get(trimmed.toLowerCase().replace(/\.$/, '')) ??
    namesake(names.get(wordKey(trimmed)), trimmed, defaultCurrency) ??
    beforeAmount.get(trimmed.replace(/\.$/, '')) ??
    sharedCurrency(trimmed, defaultCurrency) ??
    currencyNamed(trimmed) ??
    null
  );
}

export function findCurrency(text: string, defaultCurrency?: string | null): string | null {
  const shown = beginningOf(text);
  const sign = signPattern.exec(shown)?.[0].toLowerCase();
  if (sign === '$') return dollarOf(shown, defaultCurrency);
  if (sign !== undefined) return signCodes.get(sign) ?? null;
  for (const word of wordsOf(shown)) {
    const named = codeOf(word) ?? (word.length > 1 ? names.get(wordKey(word)) : undefined);
    if (named !== undefined) return namesake(named, word, defaultCurrency);
  }
  const nearby = currencyBeside(shown);
  if (nearby !== undefined) return nearby;
  const letters = letterSigns.exec(shown)?.[0];
  return letters === undefined ? sharedCurrency(shown, defaultCurrency) : (beforeAmount.get(letters) ?? null);
}

function dollarOf(text: string, defaultCurrency: string | null | undefined): string | null {
  const dollar = wordsOf(text)
    .map(codeOf)
    .find((code) => code === 'USD' || (code !== undefined && isDollar(code)));
  if (dollar !== undefined) return dollar;
  if (hasUnknownDollar(text) || sharedSigns.some(([shared]) => shared.test(text)))
    return sharedCurrency(text, defaultCurrency);
  return defaultCurrency && isDollar(defaultCurrency) ? defaultCurrency : 'USD';
}

function wordsOf(text: string): readonly string[] {
  return text.match(/\p{L}+/gu) ?? [];
}

/** Ambiguous (`kr`, `¥`) or unknown: no default may replace it. */
export function hasUnclearSign(text: string): boolean {
  const shown = beginningOf(text);
  return unknownSign.test(shown) || hasUnknownDollar(shown) || sharedSigns.some(([sign]) => sign.test(shown));
}

/** If so, an unknown sign is not its own. */
export function hasKnownSign(code: string): boolean {
  return [...signCodes.values(), ...names.values(), ...beforeAmount.values()].includes(code) || hasWordBeside(code);
}

function hasUnknownDollar(text: string): boolean {
  const letters = glued.exec(text)?.[1];
  return letters !== undefined && !signCodes.has(`${letters}$`.toLowerCase()) && codeOf(letters) === undefined;
}

/** Moldova's leu, Morocco's dirham. */
const namesakes: ReadonlyMap<string, string> = new Map([
  ['MDL', 'RON'],
  ['MAD', 'AED'],
]);

function namesake<T extends string | undefined>(
  named: T,
  word: string,
  defaultCurrency: string | null | undefined,
): T | string {
  return named !== undefined &&
    defaultCurrency &&
    namesakes.get(defaultCurrency) === named &&
    word.toUpperCase() !== named
    ? defaultCurrency
    : named;
}

function sharedCurrency(text: string, defaultCurrency: string | null | undefined): string | null {
  const sharers = sharedSigns.find(([sign]) => sign.test(text))?.[1] ?? [];
  return sharers.find((code) => code === defaultCurrency) ?? null;
}

/** Small letters only for names: `eur`, not `all`. */
function codeOf(word: string): string | undefined {
  const upper = word.toUpperCase();
  const code = oldCodes.get(upper) ?? upper;
  if (word.length === 3 && isoCodes.has(code) && (word === upper || names.has(wordKey(word)))) return code;
  return word === upper ? oldCodes.get(upper) : undefined;
}

const dollars: ReadonlySet<string> = new Set(
  'AUD NZD CAD HKD SGD TWD BBD BSD BND BZD DOP NAD SRD GYD LRD JMD KYD TTD FJD XCD MXN CLP COP ARS UYU'.split(' '),
);

function isDollar(code: string): boolean {
  return dollars.has(code);
}

function pairsOf(written: string): (readonly [string, string])[] {
  const words = written.split(' ');
  return words.flatMap((word, at) => (at % 2 === 0 ? [[word, words[at + 1] ?? ''] as const] : []));
}
