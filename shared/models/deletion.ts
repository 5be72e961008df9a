/**
 * Deleted means that `deletedAt` is a date. Other values count as alive and unreadable; a list of dates is neither and
 * waits for a person.
 */

import { minDate } from './stored-value.ts';

/** Filter: alive. One condition, so that an index on `deletedAt` serves it. */
export const alive = { deletedAt: { $not: { $gte: minDate } } } as const;

/** The same as an expression. */
export const isAlive = { $ne: [{ $type: '$deletedAt' }, 'date'] } as const;

/** Filter: deleted before a moment. States the type because the indexes are partial. */
export function deletedBefore(moment: Date) {
  return { deletedAt: { $type: 'date', $lt: moment, $not: { $type: 'array' } } } as const;
}

/** Filter: `deletedAt` is no date. Must equal its partial index. */
export const oddlyDeleted = {
  deletedAt: { $type: ['bool', 'string', 'int', 'long', 'double', 'decimal', 'object', 'array'] },
};

export const deletionIndexes = [
  // purge-trash: deleted before a date.
  [{ deletedAt: 1 }, { partialFilterExpression: { deletedAt: { $type: 'date' } } }],
  // Unreadable deletion dates.
  [{ deletedAt: 1, _id: 1 }, { partialFilterExpression: oddlyDeleted }],
] as const;
