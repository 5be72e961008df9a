/**
 * The outbox as one queue per location: only its head is sent, so order is kept. A deliverer claims the head; abandoned
 * claims expire. Times are the database's.
 */

import type { Types } from 'mongoose';
import { Event, headOfLine, type EventDoc } from '../models/event.ts';
import { storedDate, storedNumber } from '../models/stored-value.ts';
import { day, hour, minute } from '../platform/clock.ts';

/** For one attempt. */
export const sendTimeoutMs = 10_000;
/** A process may stall for longer than an attempt. */
const claimMs = minute;
/** The database's clock may jump this far at a failover. */
const clockSlackMs = minute;
/** Four days: a receiver may be down from Friday to Monday. */
const maxAttempts = 10;
/** The last repeats. At least 96 hours with jitter. */
const delaysMs = [10 * minute, 30 * minute, 2 * hour, 12 * hour, 17 * hour];
const maxRetryAfterMs = 7 * day;
/** Share by which delays are shortened, to spread senders. */
const jitter = 0.03;

export function waitingLocations(): Promise<Types.ObjectId[]> {
  return Event.distinct('locationId', { status: 'pending', locationId: { $type: 'objectId' } });
}

/** Expression: a date lies ahead. Other values, and dates beyond what we write, block nothing. */
function liesAhead(field: string, maxAheadMs: number) {
  return {
    $and: [
      { $eq: [{ $type: field }, 'date'] },
      { $gt: [field, '$$NOW'] },
      { $lte: [field, { $add: ['$$NOW', maxAheadMs + clockSlackMs] }] },
    ],
  };
}

/** Expression: a deliverer holds the event. */
export const isClaimed = liesAhead('$claimedUntil', claimMs);

/** Expression: a tried event waits for its next attempt. */
export const isPutOff = {
  $and: [{ $isNumber: '$attempts' }, { $gt: ['$attempts', 0] }, liesAhead('$nextAttemptAt', maxRetryAfterMs)],
};

/**
 * Claims a location's head; the attempt counts with its outcome.
 *
 * @returns `undefined`: empty, not due, or in use; later events must wait
 */
export async function claimHead(locationId: Types.ObjectId, deliverer: string): Promise<EventDoc | undefined> {
  for (let before: unknown; ;) {
    const head = await Event.findOne(headOfLine(locationId), { _id: 1 }).sort({ _id: 1 }).lean();
    if (!head || String(head._id) === before) return undefined;
    const claimed = await Event.findOneAndUpdate(
      { _id: head._id, status: 'pending', $expr: { $not: [{ $or: [isClaimed, isPutOff] }] } },
      [{ $set: { claimedBy: deliverer, claimedUntil: { $add: ['$$NOW', claimMs] } } }],
      { returnDocument: 'after', updatePipeline: true },
    ).lean();
    if (claimed) return claimed;
    // In use, or the head has changed.
    before = String(head._id);
  }
}

export async function describeWaiting(
  locationIds: readonly Types.ObjectId[],
): Promise<{ waiting: number; nextAttemptAt: Date | undefined }> {
  const heads = await Promise.all(
    locationIds.map((locationId) =>
      Event.findOne(headOfLine(locationId), { nextAttemptAt: 1 }).sort({ _id: 1 }).lean(),
    ),
  );
  const [nextAttemptAt] = heads
    .flatMap((head) => storedDate(head?.nextAttemptAt) ?? [])
    .toSorted((a, b) => a.getTime() - b.getTime());
  return { waiting: await Event.countDocuments({ status: 'pending' }), nextAttemptAt };
}

const release = { claimedBy: '', claimedUntil: '' } as const;

/**
 * Records delivery, whoever holds the claim.
 *
 * @returns whether the claim was still ours
 */
export async function markDelivered(event: EventDoc, now: Date): Promise<boolean> {
  const before = await Event.findOneAndUpdate(
    { _id: event._id, status: 'pending' },
    {
      $set: { status: 'delivered', deliveredAt: now, attempts: attemptsOf(event) + 1 },
      $unset: { ...release, lastError: '' },
    },
    { returnDocument: 'before', projection: { claimedBy: 1, claimedUntil: 1 } },
  ).lean();
  return before?.claimedBy === event.claimedBy && Number(before?.claimedUntil) === Number(event.claimedUntil);
}

/**
 * Records a failure and plans the next attempt, if any.
 *
 * @param retryAfterMs a lower bound @returns `lost`: the claim was no longer ours
 */
export async function markFailed(
  event: EventDoc,
  reason: string,
  retryAfterMs: number,
  random = Math.random(),
): Promise<'pending' | 'dead' | 'lost'> {
  const attempts = attemptsOf(event) + 1;
  const status = attempts >= maxAttempts ? 'dead' : 'pending';
  const delay = (delaysMs[attempts - 1] ?? (delaysMs.at(-1) as number)) * (1 - jitter * random);
  const nextAttemptAt = { $add: ['$$NOW', Math.round(Math.max(delay, Math.min(retryAfterMs, maxRetryAfterMs)))] };
  const { matchedCount } = await Event.updateOne(
    claimOf(event),
    [{ $set: { status, attempts, lastError: { $literal: reason }, nextAttemptAt } }, { $unset: Object.keys(release) }],
    { updatePipeline: true },
  );
  return matchedCount === 1 ? status : 'lost';
}

export async function markDead(event: EventDoc, reason: string): Promise<'dead' | 'lost'> {
  const { matchedCount } = await Event.updateOne(claimOf(event), {
    $set: { status: 'dead', lastError: reason },
    $unset: release,
  });
  return matchedCount === 1 ? 'dead' : 'lost';
}

/** Without counting an attempt. */
export async function returnToQueue(event: EventDoc): Promise<void> {
  await Event.updateOne(claimOf(event), { $unset: release });
}

function claimOf({ _id, claimedBy, claimedUntil }: EventDoc) {
  return { _id, status: 'pending' as const, claimedBy, claimedUntil };
}

export function attemptsOf(event: EventDoc): number {
  return storedNumber(event.attempts) ?? 0;
}
