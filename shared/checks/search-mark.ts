import { createHash } from 'node:crypto';

/** Fields of a search that say what is looked for. */
const fields = [
  'active',
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

/** What tells one search from another: the same whatever the order of its fields, and where an empty list is absent. */
export function searchMark(requirements: unknown): string {
  const stored = (typeof requirements === 'object' && requirements !== null ? requirements : {}) as Record<
    string,
    unknown
  >;
  const said = fields.flatMap((field) => {
    const value = stored[field] ?? (field === 'active' ? true : undefined);
    return value === undefined || (Array.isArray(value) && value.length === 0) ? [] : [[field, value]];
  });
  return createHash('sha256').update(JSON.stringify(said)).digest('base64url').slice(0, 22);
}
