/** Attempts are counted beforehand, so that one that kills the process counts too. */

import { SyncItem, type SyncItemDoc } from '../../models/sync-item.ts';
import { day, hour, minute } from '../../platform/clock.ts';
import type { EstioError } from '../../platform/errors.ts';
import { backoffMs } from '../../platform/retry.ts';
import { hasReaction } from '../mail-error.ts';

const attemptsBeforeParking = 3;

const maxPostponement = 6 * hour;
const itemBackoff = { baseMs: 5 * minute, capMs: day };
const interrupted = 'interrupted: the run ended while this message was processed';

/**
 * Counts an attempt, for now as one that ended the run.
 *
 * @returns false if another run finished it, or it was listed again
 */
export async function beginItem(item: SyncItemDoc, now: Date): Promise<boolean> {
  const attempts = item.attempts + 1;
  const parked = attempts >= attemptsBeforeParking;
  return update(
    { _id: item._id, revision: item.revision },
    {
      state: parked ? 'parked' : 'queued',
      attempts,
      nextAttemptAt: parked ? nextTry(attempts, parked, now) : now,
      reason: interrupted,
    },
  );
}

export function wasInterrupted(item: SyncItemDoc): boolean {
  return item.reason === interrupted;
}

/** @returns whether the item is parked */
export async function failItem(item: SyncItemDoc, error: EstioError, now: Date): Promise<boolean> {
  const attempts = item.attempts + 1;
  const parked = attempts >= attemptsBeforeParking || hasReaction(error, 'park');
  await update(begun(item), {
    state: parked ? 'parked' : 'queued',
    attempts,
    nextAttemptAt: nextTry(attempts, parked, now),
    reason: `${error.code}: ${error.message}`.slice(0, 500),
  });
  return parked;
}

export async function releaseItem(item: SyncItemDoc, at: Date): Promise<void> {
  const { state, attempts, reason } = item;
  await update(begun(item), { state, attempts, nextAttemptAt: at, reason });
}

/** After a rate limit. The growing wait keeps an item from leading every run. */
export async function postponeItem(item: SyncItemDoc, now: Date): Promise<void> {
  const waited = now.getTime() - item.createdAt.getTime();
  await releaseItem(item, new Date(now.getTime() + Math.min(Math.max(waited, minute), maxPostponement)));
}

/** Whatever its revision, or two messages that list each other would never end. */
function begun(item: SyncItemDoc): ItemFilter {
  return { _id: item._id, attempts: item.attempts + 1 };
}

type ItemFilter = Pick<SyncItemDoc, '_id'> & Partial<Pick<SyncItemDoc, 'revision' | 'attempts'>>;

async function update(
  which: ItemFilter,
  {
    reason,
    ...fields
  }: Pick<SyncItemDoc, 'state' | 'attempts' | 'nextAttemptAt'> & { readonly reason: string | undefined },
): Promise<boolean> {
  const change = reason === undefined ? { $set: fields, $unset: { reason: 1 } } : { $set: { ...fields, reason } };
  const { matchedCount } = await SyncItem.updateOne(which, change);
  return matchedCount === 1;
}

function nextTry(attempts: number, parked: boolean, now: Date): Date {
  const wait = Math.max(minute, backoffMs(parked ? attempts + 2 : attempts, itemBackoff, 0.5 + Math.random() / 2));
  return new Date(now.getTime() + wait);
}
