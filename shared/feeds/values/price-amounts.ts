/**
 * Skips dates, times, rooms, lots, telephones, shares. Next to an amount with a currency, suffix or size, small numbers
 * count only as its range's other end.
 */
import { beginningOf } from './bounded.ts';
import { findCurrency, hasUnclearSign, parseCurrency } from './currencies.ts';
import { findMultiplier } from './multipliers.ts';
import type { NumberOptions } from './numbers.ts';
import { findNumbers, parseNumber, roundTo } from './numbers.ts';
import { parsePeriod } from './periods.ts';

export interface AmountOptions extends NumberOptions {
  /** A bare small number is not a price. */
  readonly prose?: boolean;
}

/** `High $700's` are thousands. */
const hundreds = /^['’`]?s(?!\p{L})/iu;

const month = '(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\\.?';
const timesOfDay = [
  String.raw`(?<![\d.,])\d{1,2}(?:[:.]\d{2})?\s*[ap]\.?m(?!\p{L})\.?`,
  String.raw`(?<![\d.,])\d{1,2}:\d{2}(?!\d)`,
  String.raw`(?<![\d.,])\d{1,2}(?:\.\d{2})?\s*uhr(?!\p{L})`,
];
const rooms =
  String.raw`bed\p{L}*|br|bath\p{L}*|rooms?|cars?|garages?|zimmer|zi|dorm\p{L}*|hab\p{L}*|quartos?|camere|pièces?|` +
  String.raw`slaapkamers?|комн\p{L}*`;
const otherNumbers: readonly RegExp[] = [
  /(?<![\d.,/-])\d{1,2}([/.-])\d{1,2}\1(?:\d{4}|\d{2})(?![\d.,]*\d)/gu,
  /(?<!\d)\d{4}-\d{2}-\d{2}(?!\d)/gu,
  new RegExp(`(?<![\\d.,])\\d{1,2}(?:st|nd|rd|th)?\\s+(?:of\\s+)?${month}(?:,?\\s+\\d{4})?(?![\\p{L}\\d])`, 'giu'),
  new RegExp(`(?<!\\p{L})${month}\\s+\\d{1,2}(?:st|nd|rd|th)?(?:,?\\s+\\d{4})?(?![\\d.,]*\\d)`, 'giu'),
  new RegExp(`(?<!\\p{L})${month}\\s+\\d{4}(?![\\d.,]*\\d)`, 'giu'),
  /(?<![\d.,])\d{1,2}(?:st|nd|rd|th)(?!\p{L})/giu,
  new RegExp(timesOfDay.join('|'), 'giu'),
  /(?<!\p{L})(?:lots?|unit|apt|apartment|stage|villa|house|type|block|no\.?|nr\.?|n[º°])\s*#?\d{1,4}(?![\d.,]*\d)/giu,
  new RegExp(String.raw`(?<![\d.,])\d{1,2}(?:[.,]5)?\s*(?:x\s*)?-?(?:${rooms})(?!\p{L})`, 'giu'),
  /(?<!\d)\d+(?:[.,]\d+)?\s*%/gu,
  /(?<![\d.,])(?:\+\d{1,3}[\s-]?)?\(?0\d[\d\s()-]{6,}\d|\+\d{2,3}[\s-]\d[\d\s-]{6,}\d/gu,
];

interface Amount {
  readonly value: number;
  readonly factor: number;
  readonly sure: boolean;
  readonly start: number;
  readonly end: number;
  readonly behind: number;
}

/** At most two: both ends of a range, else the one that counts. */
export function readAmounts(text: string, options: AmountOptions): number[] {
  const line = beginningOf(text).replace(/\s+/gu, ' ');
  const exponent = /^\W*(\d+(?:\.\d+)?e[+-]?\d{1,2})\W*$/iu.exec(line);
  if (exponent) return [roundTo(Number(exponent[1]), 2)];
  const shown = otherNumbers.reduce((rest, pattern) => rest.replace(pattern, ' ; '), line);
  const [first, second] = countedAmounts(findAmounts(shown, options), shown, options);
  if (!first || isCutShort(first, shown)) return [];
  if (second && reduced.test(shown)) return [Math.min(amountOf(first), amountOf(second))];
  if (!second || !isRange(shown)) return [amountOf(first)];
  if (first.factor === 1 && second.factor > 1 && first.value <= second.value)
    return [amountOf({ ...first, factor: second.factor }), amountOf(second)];
  return [amountOf(first), amountOf(second)];
}

function countedAmounts(all: readonly Amount[], shown: string, { prose }: AmountOptions): readonly Amount[] {
  if (all.some(({ sure }) => sure))
    return all.filter(
      (amount, at) => amount.sure || joined(shown, amount, all[at + 1]) || joined(shown, all[at - 1], amount),
    );
  return prose ? [] : all;
}

/** The lower amount counts: `Reduced from €400,000 to €350,000`, `€350,000 (was €400,000)`. */
export const reduced = new RegExp(
  String.raw`(?<!\p{L})(?:reduc\p{L}*|reduz\p{L}*|redutt?\p{L}*|rebaja\p{L}*|ridott\p{L}*|réduit\p{L}*|was|` +
    String.raw`before|previously|antes|statt|zuvor|dropped|down from|au lieu)(?!\p{L})`,
  'iu',
);

function findAmounts(text: string, options: AmountOptions): Amount[] {
  const found: Amount[] = [];
  let at = 0;
  for (const token of findNumbers(text)) {
    const start = text.indexOf(token, at);
    const before = text.slice(at, start);
    at = start + token.length;
    const amount = amountAt(start, token, before, text.slice(at), options);
    if (amount === null) continue;
    const whole = inOne(found.at(-1), amount, text);
    if (whole === null) found.push(amount);
    else found[found.length - 1] = whole;
  }
  return found;
}

function amountAt(start: number, token: string, before: string, rest: string, options: AmountOptions): Amount | null {
  const multiplier = findMultiplier(before, token, rest);
  const value = parseNumber(token, multiplier.factor === 1 ? options : { ...options, loneGroup: 'decimal' });
  if (value === null) return null;
  const factor =
    multiplier.factor === 1 && value >= 100 && value < 1000 && hundreds.test(rest) ? 1e3 : multiplier.factor;
  const sure =
    factor > 1 ||
    value >= 10_000 ||
    isMoney(/[\p{L}\p{Sc}/.]+\s*$/u.exec(before)?.[0]) ||
    isMoney(/^\s*(?:\p{Sc}|[\p{L}/.]+)(?!\s?\d)/u.exec(rest)?.[0]);
  const end = start + token.length;
  return { value, factor, sure, start, end, behind: end + multiplier.length };
}

/** `1 million 250 thousand` is one amount. */
function inOne(last: Amount | undefined, { value, factor, start, end, behind }: Amount, text: string): Amount | null {
  const hasWord = behind > end;
  if (!last || !hasWord || last.factor <= factor || text.slice(last.behind, start).trim() !== '') return null;
  return { ...last, value: last.value + (value * factor) / last.factor, end, behind };
}

const saidOfSmall = new RegExp(
  '^(?:per|pro|par|por|pour|als?|plus|and|und|et|to|bis|hasta|до|from|kalt|warm|nett?o?|brutto|gross|' +
    String.raw`inclu?\p{L}*|exclu?\p{L}*|inkl\p{L}*|exkl\p{L}*|bills?|charges?|only|each|nights?|days?|weeks?|` +
    'months?|years?|pp|pppw|pppn|ppw|ppn|ppm|ono|neg|vb|vhb|hc|cc|ht|ttc|vat|iva|mwst)$',
  'iu',
);

/** Possibly an unknown multiplier: no price is better than one far too low. */
function isCutShort({ value, factor, end }: Amount, text: string): boolean {
  if (factor > 1 || value <= 1 || value >= 1000) return false;
  const [, word = '', next = ''] =
    /^\s*([\p{L}\p{M}]{2,})(?![\p{L}\d])\.?\s*(\p{Sc}|\p{L}+)?/u.exec(text.slice(end)) ?? [];
  return (
    word !== '' &&
    !saidOfSmall.test(word) &&
    parsePeriod(word) === null &&
    !isMoney(word) &&
    parseCurrency(word) === null &&
    (value < 100 || isMoney(next))
  );
}

function isMoney(sign: string | undefined): boolean {
  return sign !== undefined && (findCurrency(sign) !== null || hasUnclearSign(sign));
}

function joined(text: string, one: Amount | undefined, other: Amount | undefined): boolean {
  if (!one || !other) return false;
  return /^\s*(?:\p{Sc}|\p{L}{1,4}\.?)?\s*(?:[-–—/]|to|bis|and|und|y|et|a|à|hasta|до|e)\s*\p{Sc}?\s*$/iu.test(
    text.slice(one.end, other.start),
  );
}

function amountOf({ value, factor }: Pick<Amount, 'value' | 'factor'>): number {
  return roundTo(value * factor, 2);
}

const rangeBegins = /(?:between|zwischen|entre|from|von|ab|de|desde|от|da|tra)\s/iu;
const rangeGoesOn = /\s(?:and|und|y|et|to|bis|a|à|hasta|до|e|—)\s/iu;

function isFromTo(text: string): boolean {
  const begins = rangeBegins.exec(text);
  if (begins === null) return false;
  const behind = text.slice(begins.index + begins[0].length);
  const digit = behind.search(/\d/);
  return digit >= 0 && rangeGoesOn.test(behind.slice(digit));
}

function isRange(text: string): boolean {
  return (
    /\d\s*(?:\p{Sc}|\p{L}{1,8})?\s*[-–—/]\s*\p{Sc}?\s*\d/u.test(text) ||
    isFromTo(text) ||
    /\d\s*(?:\p{Sc}|\p{L}{1,8})?\s+(?:to|bis|до)\s/iu.test(text)
  );
}
