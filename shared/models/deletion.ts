/**
 * What counts as deleted, for each check, matcher and purge: a record whose `deletedAt` is a date. `false`, an empty or
 * any other text, a number: the record is alive, and the value is counted as unreadable. A list with dates is neither:
 * such a record is left alone until a person has looked.
 */

import { minDate } from './stored-value.ts';

/** Filter: alive. One condition on one field, so that an index with `deletedAt` in front serves it. */
export const alive = { deletedAt: { $not: { $gte: minDate } } } as const;

/** In the database: the same as an expression. */
export const isAlive = { $ne: [{ $type: '$deletedAt' }, 'date'] } as const;

/**
 * Filter: thrown away before a moment. The type stands beside the bound because the indexes on it are partial.
 *
 * @param moment not included: what is exactly as old stays
 */
export function deletedBefore(moment: Date) {
  return { deletedAt: { $type: 'date', $lt: moment, $not: { $type: 'array' } } } as const;
}

/** Filter: a `deletedAt` that is no date and not absent. Written like the partial index that serves it. */
export const oddlyDeleted = {
  deletedAt: { $type: ['bool', 'string', 'int', 'long', 'double', 'decimal', 'object', 'array'] },
};

/** The indexes of a collection whose records can lie in the trash. */
export const deletionIndexes = [
  // purge-trash: what was deleted before a date ...
  [{ deletedAt: 1 }, { partialFilterExpression: { deletedAt: { $type: 'date' } } }],
  // ... and what has a date of deletion that cannot be read: a handful.
  [{ deletedAt: 1, _id: 1 }, { partialFilterExpression: oddlyDeleted }],
] as const;
