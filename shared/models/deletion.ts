/**
 * Deleted means: `deletedAt` is a date. Any other value counts as alive and unreadable. A list with dates is neither;
 * the record waits for a person.
 */

import { minDate } from './stored-value.ts';

/** Filter: alive. One condition on one field, so that an index on `deletedAt` serves it. */
export const alive = { deletedAt: { $not: { $gte: minDate } } } as const;

/** In the database: the same as an expression. */
export const isAlive = { $ne: [{ $type: '$deletedAt' }, 'date'] } as const;

/**
 * Filter: deleted before a moment. States the type because the indexes are partial.
 *
 * @param moment exclusive
 */
export function deletedBefore(moment: Date) {
  return { deletedAt: { $type: 'date', $lt: moment, $not: { $type: 'array' } } } as const;
}

/** Filter: `deletedAt` is present but not a date. Written like its partial index. */
export const oddlyDeleted = {
  deletedAt: { $type: ['bool', 'string', 'int', 'long', 'double', 'decimal', 'object', 'array'] },
};

export const deletionIndexes = [
  // purge-trash: what was deleted before a date ...
  [{ deletedAt: 1 }, { partialFilterExpression: { deletedAt: { $type: 'date' } } }],
  // ... and unreadable dates of deletion: a handful.
  [{ deletedAt: 1, _id: 1 }, { partialFilterExpression: oddlyDeleted }],
] as const;
