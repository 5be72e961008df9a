/**
 * Records that cannot become an event now, because what they refer to is missing or deleted or they cannot be read, but
 * may later: the contact comes back from the trash, somebody repairs the record. They are looked at again after some
 * hours, so that a pile of them is not read in every run.
 */

import type { Collection } from 'mongoose';
import { hour } from '../platform/clock.ts';
import type { RunContext } from '../runs/run-context.ts';
import { nameUnreadable } from '../runs/unreadable-records.ts';

/** When a record that was put off is looked at again. */
const lookAgainAfter = 6 * hour;

/**
 * What a filter finds without what is put off. A date further ahead than that was written under a clock that was wrong.
 * The filter stands in both alternatives, so that MongoDB plans each by itself and reads no document that is put off.
 */
export function notPutOff<T extends object>(filter: T, now: Date) {
  const farAhead = new Date(now.getTime() + lookAgainAfter);
  return {
    $or: [
      { ...filter, putOffUntil: { $not: { $gt: now } } },
      { ...filter, putOffUntil: { $gt: farAhead } },
    ],
  };
}

/** Condition on a field: something is there that is no date. An empty text is nothing. */
export const noDate = { $type: ['string', 'bool', 'int', 'long', 'double', 'decimal', 'object', 'array'], $ne: '' };

/**
 * Puts records off.
 *
 * @param also further fields to take away
 */
export async function putOff(
  collection: Collection,
  ids: readonly unknown[],
  context: RunContext,
  also: Readonly<Record<string, ''>> = {},
): Promise<void> {
  if (ids.length === 0) return;
  await context.assertHeld();
  const putOffUntil = new Date(context.clock.now().getTime() + lookAgainAfter);
  await collection.updateMany(
    { _id: { $in: [...ids] } } as never,
    { $set: { putOffUntil }, ...(Object.keys(also).length > 0 ? { $unset: also } : {}) } as never,
  );
}

/** Names records with a field that cannot be read, and puts them off. */
export async function putOffUnreadable(
  collection: Collection,
  field: string,
  ids: readonly unknown[],
  context: RunContext,
  also: Readonly<Record<string, ''>> = {},
): Promise<void> {
  nameUnreadable(context, collection.name, field, ids);
  await putOff(collection, ids, context, also);
}
