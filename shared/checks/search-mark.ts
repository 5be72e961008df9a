import { createHash } from 'node:crypto';
import { isActiveSearch } from '../models/contact.ts';
import { storedAmount } from '../models/stored-amount.ts';
import { storedList } from '../models/stored-value.ts';

const fields = [
  'goal',
  'districts',
  'locations',
  'types',
  'minPrice',
  'maxPrice',
  'currency',
  'minBedrooms',
  'minBathrooms',
  'minArea',
  'features',
];

function plain(value: unknown): string {
  const read = storedAmount(value) ?? (typeof value === 'string' ? value.trim().toLowerCase() : value);
  return (read ?? null) === null ? '' : JSON.stringify(read).replaceAll('""', '');
}

/** Ignores order, and empty fields and lists. */
export function searchMark(requirements: unknown): string {
  const stored = (typeof requirements === 'object' && requirements !== null ? requirements : {}) as Record<
    string,
    unknown
  >;
  const said = fields.flatMap((field) => {
    const values = storedList(stored[field]).map(plain);
    const named = [...new Set(values)].filter((value) => value !== '').toSorted();
    return named.length > 0 ? [[field, named]] : [];
  });
  return createHash('sha256')
    .update(JSON.stringify([isActiveSearch(stored['active']), ...said]))
    .digest('base64url')
    .slice(0, 22);
}
