/** Currencies: ISO 4217 codes out of codes, symbols, old codes and names. Amounts are never converted. */
import { wordTable, wordKey } from './words.ts';

/** Currencies that the euro replaced: still found in old feeds, kept as they are because amounts are not converted. */
const BEFORE_EURO = 'ATS BEF CYP DEM EEK ESP FIM FRF GRD HRK IEP ITL LTL LUF LVL MTL NLG PTE SIT SKK'.split(' ');
const ISO_CODES: ReadonlySet<string> = new Set([...Intl.supportedValuesOf('currency'), ...BEFORE_EURO]);
/** Codes that were replaced one to one, or are used by mistake for the currency of the same name. */
const OLD_CODES: Readonly<Record<string, string>> = { RUR: 'RUB', BYR: 'BYN', UKP: 'GBP', STG: 'GBP', NTD: 'TWD', RMB: 'CNY', DHS: 'AED', NIS: 'ILS', TL: 'TRY', KCS: 'CZK' };
const SYMBOLS: readonly (readonly [string, string])[] = [
  ['A$', 'AUD'], ['AU$', 'AUD'], ['NZ$', 'NZD'], ['C$', 'CAD'], ['CA$', 'CAD'], ['US$', 'USD'], ['HK$', 'HKD'], ['S$', 'SGD'], ['MX$', 'MXN'],
  ['R$', 'BRL'], ['B/.', 'PAB'], ['€', 'EUR'], ['£', 'GBP'], ['₽', 'RUB'], ['₴', 'UAH'], ['₸', 'KZT'], ['₺', 'TRY'], ['₪', 'ILS'], ['₹', 'INR'],
  ['₩', 'KRW'], ['₫', 'VND'], ['฿', 'THB'], ['₾', 'GEL'], ['₼', 'AZN'], ['₱', 'PHP'], ['₦', 'NGN'], ['zł', 'PLN'], ['Kč', 'CZK'], ['Ft', 'HUF'], ['лв', 'BGN'], ['$', 'USD'],
];
const SIGNS = SYMBOLS.map(([sign, code]) => ({ sign, code, key: sign.toLowerCase(), letters: /^\p{L}|\p{L}$/u.test(sign) }));
const NAMES = wordTable({
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
});

/**
 * The ISO code that a feed's word for a currency means: `€`, `Euro`, `eur`, `RUR`, `US$`.
 * A bare `$` is the feed's default currency when that is a dollar (`AUD`), else USD.
 * @returns null when the text is empty or means no currency.
 */
export function parseCurrency(text: string, defaultCurrency?: string | null): string | null {
  const trimmed = text.trim();
  if (trimmed === '') return null;
  const code = trimmed.toUpperCase();
  const modern = OLD_CODES[code] ?? code;
  if (ISO_CODES.has(modern)) return modern;
  if (trimmed === '$' && defaultCurrency && isDollar(defaultCurrency)) return defaultCurrency;
  const lower = trimmed.toLowerCase();
  const symbol = SIGNS.find(({ key }) => key === lower);
  if (symbol) return symbol.code;
  return NAMES.get(wordKey(trimmed)) ?? null;
}

/** The currency named somewhere inside the text of a price: `€ 450k`, `6000000 RUB`, `A$1,250`. Null when none is. */
export function findCurrency(text: string, defaultCurrency?: string | null): string | null {
  const lower = text.toLowerCase();
  for (const { sign, key, code, letters } of SIGNS) {
    const at = lower.indexOf(key);
    if (at < 0 || (letters && !standsAlone(text, at, sign.length))) continue;
    return sign === '$' && defaultCurrency && isDollar(defaultCurrency) ? defaultCurrency : code;
  }
  for (const word of text.match(/\p{L}+/gu) ?? []) {
    if (word.length < 2 && word !== 'р') continue;
    const upper = word.toUpperCase();
    const code = OLD_CODES[upper] ?? upper;
    if (word.length === 3 && ISO_CODES.has(code) && (word === upper || NAMES.has(wordKey(word)))) return code;
    if (word === upper && OLD_CODES[upper]) return code;
    const named = NAMES.get(wordKey(word));
    if (named && word.length > 1) return named;
  }
  return null;
}

function isDollar(code: string): boolean {
  return code.endsWith('D') && code !== 'USD' && ['AUD', 'NZD', 'CAD', 'HKD', 'SGD', 'TWD', 'BBD', 'BSD', 'BZD', 'JMD', 'KYD', 'TTD', 'FJD', 'XCD'].includes(code);
}

/** Whether a sign that ends or begins with a letter is not part of a longer word (`Ft` in `Loft`, `S$` in `US$`). */
function standsAlone(text: string, at: number, length: number): boolean {
  const before = text[at - 1] ?? '';
  const after = text[at + length] ?? '';
  return !/\p{L}/u.test(before) && !/\p{L}/u.test(after);
}
