/** Deleted: `deletedAt` is a date. Other values count as alive and unreadable; a list of dates waits for a person. */

import { minDate, notDate } from './stored-value.ts';

/** Filter; one condition, to use an index on `deletedAt`. */
export const alive = { deletedAt: { $not: { $gte: minDate } } } as const;

/** As an expression. */
export const isAlive = { $ne: [{ $type: '$deletedAt' }, 'date'] } as const;

/** Filter: deleted before a moment, with the type of the partial indexes. */
export function deletedBefore(moment: Date) {
  return { deletedAt: { $type: 'date', $lt: moment, $not: { $type: 'array' } } } as const;
}

/** Filter: `deletedAt` is no date. Equals its partial index. */
export const oddlyDeleted = { deletedAt: notDate };

export const deletionIndexes = [
  // purge-trash: deleted before a date.
  [{ deletedAt: 1 }, { partialFilterExpression: { deletedAt: { $type: 'date' } } }],
  [{ deletedAt: 1, _id: 1 }, { partialFilterExpression: oddlyDeleted }],
] as const;
