/** Records that cannot become an event now wait some hours, so that not every run reads them. */

import type { Collection } from 'mongoose';
import { mendDates } from '../models/repair-records.ts';
import { notDate } from '../models/stored-value.ts';
import { hour } from '../platform/clock.ts';
import type { RunContext } from '../runs/run-context.ts';
import { nameUnreadable } from '../runs/unreadable-records.ts';

const lookAgainAfter = 6 * hour;

/**
 * A date too far ahead was written under a wrong clock. Repeated in both alternatives, so that MongoDB plans each by
 * index.
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

/** An empty text is no value. */
export const noDate = { ...notDate, $ne: '' };

/** @param also fields to remove */
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

/** A date that can only mean one moment is mended, and found as due afterwards. */
export async function putOffUnreadable(
  collection: Collection,
  field: string,
  ids: readonly unknown[],
  context: RunContext,
  also: Readonly<Record<string, ''>> = {},
): Promise<void> {
  if (ids.length > 0) await context.assertHeld();
  const unreadable = await mendDates(collection, field, ids);
  nameUnreadable(context, collection.name, field, unreadable);
  await putOff(collection, unreadable, context, also);
}
