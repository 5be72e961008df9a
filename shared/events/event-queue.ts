/**
 * The outbox as a queue, one line for each location: only the head of a line is sent, so a location's events arrive in
 * the order of their emission. Whoever sends claims the head first, for longer than sending can take; a claim that was
 * left behind by a deliverer that died ends by itself.
 */

import type { Types } from 'mongoose';
import { Event, type EventDoc } from '../models/event.ts';
import { hour, minute } from '../platform/clock.ts';
import { backoffMs } from '../platform/retry.ts';

/** Longest time for one attempt, ms. */
export const sendTimeoutMs = 10_000;
/** A claim outlives the attempt by far, so that hosts whose clocks differ by some seconds do not send twice. */
export const claimMs = minute;
/** By how much the clocks of hosts may differ. */
const clockSlackMs = minute;
/** Then an event is dead: about a day and a half after the first attempt. */
export const maxAttempts = 10;
const backoff = { baseMs: 10 * minute, capMs: 24 * hour };

/** The locations that have something to deliver. */
export function waitingLocations(): Promise<Types.ObjectId[]> {
  return Event.distinct('locationId', { status: 'pending', locationId: { $type: 'objectId' } });
}

/** The queue's own query: the head of a location's line. */
export const headOfLine = (locationId: Types.ObjectId) => ({ status: 'pending' as const, locationId });

/**
 * Claims the head of a location's line. An attempt counts when its outcome is known: not one whose deliverer died.
 *
 * @returns `undefined` when the line is empty, or its head is not due or in other hands: then nothing behind it may go
 */
export async function claimHead(locationId: Types.ObjectId, deliverer: string, now: Date): Promise<EventDoc | undefined> {
  for (;;) {
    const head = await Event.findOne(headOfLine(locationId), { attempts: 1, nextAttemptAt: 1, claimedUntil: 1 }).sort({ _id: 1 }).lean();
    if (!head || !isFree(head, now)) return undefined;
    const claimed = await Event.findOneAndUpdate(
      { _id: head._id, status: 'pending', nextAttemptAt: head.nextAttemptAt, claimedUntil: head.claimedUntil ?? null },
      { $set: { claimedBy: deliverer, claimedUntil: new Date(now.getTime() + claimMs) } },
      { returnDocument: 'after' },
    ).lean();
    if (claimed) return claimed;
    // Another deliverer was faster: look at what is the head now.
  }
}

/**
 * Whether an event may be sent now. What was never tried is due; and a date further ahead than we ever write it was
 * written under a clock that was wrong, and holds up nothing.
 */
function isFree({ attempts, nextAttemptAt, claimedUntil }: Pick<EventDoc, 'attempts' | 'nextAttemptAt' | 'claimedUntil'>, now: Date): boolean {
  const liesAhead = (date: Date | undefined, furthestMs: number) => {
    const aheadMs = date ? date.getTime() - now.getTime() : 0;
    return aheadMs > 0 && aheadMs <= furthestMs + clockSlackMs;
  };
  return !(attempts > 0 && liesAhead(nextAttemptAt, backoff.capMs)) && !liesAhead(claimedUntil, claimMs);
}

/** How many events wait, and when the first line goes on. */
export async function describeWaiting(locationIds: readonly Types.ObjectId[]): Promise<{ waiting: number; nextAttemptAt: Date | undefined }> {
  const heads = await Promise.all(locationIds.map((locationId) => Event.findOne(headOfLine(locationId), { nextAttemptAt: 1 }).sort({ _id: 1 }).lean()));
  const [nextAttemptAt] = heads.flatMap((head) => head?.nextAttemptAt ?? []).toSorted((a, b) => a.getTime() - b.getTime());
  return { waiting: await Event.countDocuments({ status: 'pending' }), nextAttemptAt };
}

const release = { claimedBy: '', claimedUntil: '' } as const;

/** The receiver has it. */
export async function markDelivered(event: EventDoc, now: Date): Promise<void> {
  await Event.updateOne(claimOf(event), { $set: { status: 'delivered', deliveredAt: now }, $inc: { attempts: 1 }, $unset: { ...release, lastError: '' } });
}

/**
 * The attempt failed: later again, or dead.
 *
 * @param retryAfterMs what the receiver asked for; our own delay is never shorter
 */
export async function markFailed(event: EventDoc, reason: string, retryAfterMs: number, now: Date, random = Math.random()): Promise<'pending' | 'dead'> {
  const attempts = event.attempts + 1;
  const status = attempts >= maxAttempts ? 'dead' : 'pending';
  // Jitter over the upper half: receivers recover without all senders at once, and no attempt is burnt at once.
  const delay = backoffMs(attempts, backoff, 0.5 + random / 2);
  const nextAttemptAt = new Date(now.getTime() + Math.max(delay, Math.min(retryAfterMs, backoff.capMs)));
  await Event.updateOne(claimOf(event), { $set: { status, attempts, lastError: reason, nextAttemptAt }, $unset: release });
  return status;
}

/** The attempt was called off and does not count. */
export async function returnToQueue(event: EventDoc): Promise<void> {
  await Event.updateOne(claimOf(event), { $unset: release });
}

/** Only the holder of the claim may report: one whose claim ran out meanwhile changes nothing. */
function claimOf({ _id, claimedBy, claimedUntil }: EventDoc) {
  return { _id, status: 'pending' as const, claimedBy, claimedUntil };
}
