/**
 * The outbox as a queue, one line for each location: only the head of a line is sent, so a location's events arrive in
 * the order of their emission. Whoever sends claims the head first, for longer than sending can take; a claim that was
 * left behind by a deliverer that died ends by itself. Times that decide are the database's own (`$$NOW`), so that the
 * hosts' clocks do not matter.
 */

import type { Types } from 'mongoose';
import { Event, headOfLine, type EventDoc } from '../models/event.ts';
import { storedDate, storedNumber } from '../models/stored-value.ts';
import { day, hour, minute } from '../platform/clock.ts';

/** Longest time for one attempt, ms. */
export const sendTimeoutMs = 10_000;
/** A claim outlives the attempt by far: a process may be held up. */
const claimMs = minute;
/** By how much the database's clock may jump, when another server takes over. */
const clockSlackMs = minute;
/** Then an event is dead: four days after the first attempt, so a receiver may be down from Friday to Monday. */
const maxAttempts = 10;
/** Waiting after each failed attempt; the last one repeats. With the jitter they are 96 hours at least. */
const delaysMs = [10 * minute, 30 * minute, 2 * hour, 12 * hour, 17 * hour];
/** The longest Retry-After that is kept. */
const maxRetryAfterMs = 7 * day;
/** Receivers recover without all senders at once: a delay is shorter by up to this share. */
const jitter = 0.03;

/** The locations that have something to deliver. */
export function waitingLocations(): Promise<Types.ObjectId[]> {
  return Event.distinct('locationId', { status: 'pending', locationId: { $type: 'objectId' } });
}

/**
 * In the database: whether a date lies ahead. One further ahead than we ever write it was written under a clock that
 * was wrong, and holds up nothing; nor does what is no date.
 */
function liesAhead(field: string, maxAheadMs: number) {
  return {
    $and: [
      { $eq: [{ $type: field }, 'date'] },
      { $gt: [field, '$$NOW'] },
      { $lte: [field, { $add: ['$$NOW', maxAheadMs + clockSlackMs] }] },
    ],
  };
}

/** In the database: whether a deliverer holds an event. */
export const isClaimed = liesAhead('$claimedUntil', claimMs);

/** In the database: whether an event waits for its next attempt. One that was never tried is due. */
export const isPutOff = {
  $and: [{ $isNumber: '$attempts' }, { $gt: ['$attempts', 0] }, liesAhead('$nextAttemptAt', maxRetryAfterMs)],
};

/**
 * Claims the head of a location's line. An attempt counts when its outcome is known: not one whose deliverer died.
 *
 * @returns `undefined` when the line is empty, or its head is not due or in other hands: then nothing behind it may go
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
    // It is not free, or another deliverer was done with it meanwhile: then another one is the head now.
    before = String(head._id);
  }
}

/** How many events wait, and when the first line goes on. */
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
 * The receiver has it: that is so whoever holds the claim by now.
 *
 * @returns whether it was still ours; if not, another deliverer is at work on this line
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
 * The attempt failed: later again, or dead.
 *
 * @param retryAfterMs what the receiver asked for; our own delay is never shorter
 * @returns `lost`: the claim was no longer ours, and nothing was noted
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

/** It can never be sent. */
export async function markDead(event: EventDoc, reason: string): Promise<'dead' | 'lost'> {
  const { matchedCount } = await Event.updateOne(claimOf(event), {
    $set: { status: 'dead', lastError: reason },
    $unset: release,
  });
  return matchedCount === 1 ? 'dead' : 'lost';
}

/** The attempt was called off and does not count. */
export async function returnToQueue(event: EventDoc): Promise<void> {
  await Event.updateOne(claimOf(event), { $unset: release });
}

/** Who lost the claim may report that the event arrived, and nothing else. */
function claimOf({ _id, claimedBy, claimedUntil }: EventDoc) {
  return { _id, status: 'pending' as const, claimedBy, claimedUntil };
}

/** How often an event was tried so far. */
export function attemptsOf(event: EventDoc): number {
  return storedNumber(event.attempts) ?? 0;
}
