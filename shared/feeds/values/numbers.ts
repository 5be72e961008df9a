/**
 * Numbers as feeds write them: `1.250.000,00`, `1,250,000.00`, `1'250'000`, `1 250 000`, `1.250`, `-3,5`.
 * The rule: when both marks occur the last one is the decimal mark; a mark that repeats groups thousands; a mark that
 * occurs once with other than three digits behind it is decimal. One lone group of three (`1.250`) cannot be decided
 * from its looks: the caller says what it means for its kind of value.
 */

import { beginningOf } from './bounded.ts';

export type DecimalMark = '.' | ',';

export interface NumberOptions {
  /** The decimal mark when the feed's locale is known; without it the looks decide. */
  readonly decimal?: DecimalMark | undefined;
  /**
   * What one lone group of three digits means (`1.250`): thousands (default, right for prices) or a decimal fraction.
   */
  readonly loneGroup?: 'thousands' | 'decimal' | undefined;
}

/** Longer ones are no number that is finite, or none that anybody meant. */
const maxNumberLength = 400;
const spacesAndApostrophes = /[\s\u00a0\u2007\u2009\u202f'’‘`´]/g;
/**
 * One number inside other text. A space joins digits only when exactly three digits follow; a hyphen between digits is
 * a range.
 */
const numberToken = /(?<![\d.,])[-−]?\d+(?:(?:[ \u00a0\u2007\u2009\u202f'’](?=\d{3}(?!\d))|[.,](?=\d))\d+)*/g;

/**
 * Reads text that is one number and nothing else.
 * @returns the number, or null when the text is empty or not a number (`1e5`, `12.3.4`, `1,23,4`).
 */
export function parseNumber(text: string, options: NumberOptions = {}): number | null {
  const written = text.trim();
  if (written.length > maxNumberLength) return null;
  const compact = written.normalize('NFKC').replaceAll('−', '-').trim();
  if (/\d\s+\d/.test(compact) && !/^[-+]?\d{1,3}(?:\s\d{3})+(?:[.,]\d+)?$/.test(compact)) return null;
  const body = compact.replace(spacesAndApostrophes, '');
  const match = /^([-+]?)(\d[\d.,]*|[.,]\d+)$/.exec(body);
  if (!match) return null;
  const digits = match[2] ?? '';
  const unsigned = digits.startsWith('.') || digits.startsWith(',') ? `0${digits}` : digits;
  const plain = toPlainDecimal(unsigned, options);
  if (plain === null) return null;
  const value = Number(plain);
  if (!Number.isFinite(value)) return null;
  return match[1] === '-' && value !== 0 ? -value : value;
}

/**
 * Every number inside the beginning of a text, in order: `ab 450.000 EUR` gives `['450.000']`, `370-415` gives both
 * ends.
 */
export function findNumbers(text: string): string[] {
  return beginningOf(text).normalize('NFKC').match(numberToken) ?? [];
}

/** Rounds to a number of decimals without the drift of binary fractions showing (`1.005` to 2 gives `1.01`). */
export function roundTo(value: number, decimals: number): number {
  const shifted = Number(`${value}e${decimals}`);
  if (Number.isFinite(shifted)) return Number(`${Math.round(shifted)}e-${decimals}`);
  const factor = 10 ** decimals;
  return Math.round(value * factor) / factor;
}

/** Digits with marks to digits with at most one point, or null when the groups make no number. */
function toPlainDecimal(digits: string, options: NumberOptions): string | null {
  const trimmed = digits.replace(/[.,]$/, '');
  const decimal = decimalMarkOf(trimmed, options);
  if (decimal === null) return null;
  const at = decimal === '' ? -1 : trimmed.indexOf(decimal);
  const whole = at < 0 ? trimmed : trimmed.slice(0, at);
  const fraction = at < 0 ? '' : trimmed.slice(at + 1);
  if (/[.,]/.test(fraction)) return null;
  const joined = joinGroups(whole);
  if (joined === null) return null;
  return fraction === '' ? joined : `${joined}.${fraction}`;
}

/** The mark that separates the fraction, '' when there is none, null when the marks contradict each other. */
function decimalMarkOf(digits: string, { decimal, loneGroup = 'thousands' }: NumberOptions): DecimalMark | '' | null {
  const points = count(digits, '.');
  const commas = count(digits, ',');
  if (points + commas === 0) return '';
  if (decimal === '.') return knownMark(digits, '.', ',', points, commas);
  if (decimal === ',') return knownMark(digits, ',', '.', commas, points);
  if (points > 0 && commas > 0) {
    const last: DecimalMark = digits.lastIndexOf('.') > digits.lastIndexOf(',') ? '.' : ',';
    return (last === '.' ? points : commas) === 1 ? last : null;
  }
  const mark: DecimalMark = points > 0 ? '.' : ',';
  if (points + commas > 1) return '';
  const lone = /^[1-9]\d{0,2}[.,]\d{3}$/.test(digits);
  return lone && loneGroup === 'thousands' ? '' : mark;
}

/** The same where the feed's locale has `mark`, which occurs `own` times. */
function knownMark(
  digits: string,
  mark: DecimalMark,
  otherMark: DecimalMark,
  own: number,
  others: number,
): DecimalMark | '' | null {
  if (own > 1) return others === 0 ? '' : null;
  if (own === 1) return mark;
  return groupsOfThree(digits) ? '' : otherMark;
}

/** `1.250.000` to `1250000`; also the Indian `12,50,000`. Null when the groups are not groups. */
function joinGroups(whole: string): string | null {
  if (!/[.,]/.test(whole)) return whole;
  if (/[.]/.test(whole) && /,/.test(whole)) return null;
  return groupsOfThree(whole) || /^\d{1,2}(?:,\d{2})+,\d{3}$/.test(whole) ? whole.replace(/[.,]/g, '') : null;
}

function groupsOfThree(digits: string): boolean {
  return /^\d{1,3}(?:\.\d{3})+$/.test(digits) || /^\d{1,3}(?:,\d{3})+$/.test(digits);
}

function count(text: string, mark: string): number {
  return text.split(mark).length - 1;
}
