/** Prices, also as forms and imports wrote them. */

import { plainDigits, storedNumber } from './stored-value.ts';

const separators = ['.', ',', "'", '’', ' ', '\u00a0', '\u202f'];

/** `450.000`, `1,200,000`, `1 200 000`: no price has three decimals. */
const grouped = new RegExp(`^\\d{1,3}([${separators.join('')}])\\d{3}(?:\\1\\d{3})*$`);

/** A number, its digits, or its digits in groups. `1,2 Mio` is none. */
export function storedAmount(value: unknown): number | undefined {
  return typeof value === 'string' && grouped.test(value) ? Number(value.replace(/\D/g, '')) : storedNumber(value);
}

/** In the database: the same, or 0. Decimals differ from their nearest double. */
export function amountOrZero(field: string) {
  const toNumber = (input: unknown) => ({ $convert: { input, to: 'double', onError: 0, onNull: 0 } });
  const isLike = ({ source }: RegExp) => ({ $regexMatch: { input: field, regex: source } });
  const ungrouped = separators.reduce<unknown>(
    (input, find) => ({ $replaceAll: { input, find, replacement: '' } }),
    field,
  );
  const groups = { $cond: [isLike(grouped), toNumber(ungrouped), 0] };
  const digits = { $cond: [isLike(plainDigits), toNumber(field), groups] };
  const text = { $cond: [{ $eq: [{ $type: field }, 'string'] }, digits, 0] };
  return { $cond: [{ $isNumber: field }, toNumber(field), text] };
}

export function isUnreadableAmount(value: unknown): boolean {
  return (value ?? '') !== '' && storedAmount(value) === undefined;
}
