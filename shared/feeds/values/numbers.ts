/**
 * `1.250.000,00`, `1,250,000.00`, `1'250'000`, `1 250 000`, `-3,5`. Of two marks the last is decimal; a repeated one
 * groups thousands; a single one is decimal unless three digits follow: the caller decides on `1.250`.
 */

import { beginningOf } from './bounded.ts';

export type DecimalMark = '.' | ',';

export interface NumberOptions {
  readonly decimal?: DecimalMark | undefined;
  /** `1.250`: thousands (default, for prices) or a fraction. */
  readonly loneGroup?: 'thousands' | 'decimal' | undefined;
}

const maxNumberLength = 400;
const spacesAndApostrophes = /[\s\u00a0\u2007\u2009\u202f'’‘`´]/g;
/** A space joins only three more digits; a hyphen is a range. */
const numberToken = /(?<![\d.,])[-−]?\d+(?:(?:[ \u00a0\u2007\u2009\u202f'’](?=\d{3}(?!\d))|[.,](?=\d))\d+)*/g;

/**
 * The whole text must be a number.
 * @returns null for `1e5`, `12.3.4`, `1,23,4`.
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

/** `ab 450.000 EUR` gives `['450.000']`, `370-415` both ends. */
export function findNumbers(text: string): string[] {
  return beginningOf(text).normalize('NFKC').match(numberToken) ?? [];
}

/** Without binary drift: `1.005` to 2 decimals is `1.01`. */
export function roundTo(value: number, decimals: number): number {
  const shifted = Number(`${value}e${decimals}`);
  if (Number.isFinite(shifted)) return Number(`${Math.round(shifted)}e-${decimals}`);
  const factor = 10 ** decimals;
  return Math.round(value * factor) / factor;
}

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

/** '' if none; null if contradictory. */
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
