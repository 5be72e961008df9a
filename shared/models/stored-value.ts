/** Values from imports, older versions and people with a shell; ambiguous ones count as absent. */

import { Types, mongo } from 'mongoose';

export function storedText(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

/** `350.000` may be thousands. */
export const plainDigits = /^\d{1,15}(?:\.\d{1,2})?$/;

/** A finite number, Decimal128 or plain digits. */
export function storedNumber(value: unknown): number | undefined {
  if (value instanceof mongo.Decimal128) return storedNumber(Number(value));
  if (typeof value === 'string' && plainDigits.test(value)) return Number(value);
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}

export const noTexts = ['false', '0', 'no'] as const;
const flags = new Map([
  ...['true', '1', 'yes'].map((text) => [text, true] as const),
  ...noTexts.map((text) => [text, false] as const),
]);

export function storedFlag(value: unknown): boolean | undefined {
  if (typeof value === 'boolean') return value;
  const text = typeof value === 'string' ? value : String(storedNumber(value));
  return flags.get(text.trim().toLowerCase());
}

export const minDate = new Date(-8.64e15);

/** In a filter: present, but not a date. Partial indexes on it hold a handful. */
export const notDate = {
  $type: ['bool', 'string', 'int', 'long', 'double', 'decimal', 'object', 'array'],
};

export function storedDate(value: unknown): Date | undefined {
  return value instanceof Date && !Number.isNaN(value.getTime()) ? value : undefined;
}

/** Ambiguous without a time zone. */
const moment = /^(\d{4})-(\d\d)-(\d\d)T\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:?\d\d)$/;

/** A valid date, or a text that names one moment. Not for `deletedAt`. */
export function storedMoment(value: unknown): Date | undefined {
  const match = typeof value === 'string' ? moment.exec(value) : undefined;
  if (!match) return storedDate(value);
  // `Date` makes 30 February 2 March.
  const [year, month, dayOfMonth] = match.slice(1, 4).map(Number) as [number, number, number];
  if (dayOfMonth > new Date(Date.UTC(year, month, 0)).getUTCDate()) return undefined;
  return storedDate(new Date(match[0]));
}

export function storedId(value: unknown): Types.ObjectId | undefined {
  if (value instanceof Types.ObjectId) return value;
  return typeof value === 'string' && /^[\da-f]{24}$/i.test(value) ? new Types.ObjectId(value) : undefined;
}

/** `null`: an empty list. */
export function storedList(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  return (value ?? null) === null ? [] : [value];
}

/** The same for all spellings, and for numbers in the database's own types. */
export function idKey(id: unknown): string {
  return storedId(id)?.toHexString() ?? `${typeof id?.valueOf()} ${String(id)}`;
}

/** For driver filters, which mongoose does not convert. */
export function idSpellings(...ids: readonly unknown[]): unknown[] {
  return ids.flatMap((id) => {
    const read = storedId(id);
    if (!read) return [id];
    const digits = read.toHexString();
    const spellings: unknown[] = [read, digits, digits.toUpperCase()];
    return spellings.includes(id) || id instanceof Types.ObjectId ? spellings : [...spellings, id];
  });
}
