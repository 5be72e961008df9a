import mongoose from 'mongoose';
import { Event } from '../models/event.ts';
import type { Clock } from '../platform/clock.ts';
import { UsageError } from '../platform/errors.ts';
import { isClaimed, isPutOff } from './event-queue.ts';
import { eventTypes, isEventType } from './event-types.ts';

export interface Replayed {
  readonly replayed: number;
  /** Pending events that are sent anyway. */
  readonly onTheirWay: number;
}

/**
 * Back into the queue, before newer ones.
 *
 * @param which an id, a type, or `dead` @throws {UsageError} none of these, or an unknown id
 */
export async function replayEvents(which: string, clock: Clock): Promise<Replayed> {
  const meant = selection(which);
  // Before replayed events are pending, too.
  const onTheirWay = await Event.countDocuments({ $and: [meant, { status: 'pending', $expr: { $not: [isWaiting] } }] });
  const { matchedCount: replayed } = await Event.updateMany(
    { $and: [meant, { $or: [{ status: { $in: ['delivered', 'dead'] } }, { status: 'pending', $expr: isWaiting }] }] },
    {
      $set: { status: 'pending', attempts: 0, nextAttemptAt: clock.now() },
      $unset: { lastError: '', deliveredAt: '', claimedBy: '', claimedUntil: '' },
    },
  );
  if (replayed + onTheirWay === 0 && '_id' in meant && !(await Event.exists(meant)))
    throw new UsageError(`No event has the id ${which}`);
  return { replayed, onTheirWay };
}

/** Expression: waits for its next attempt and is unclaimed. */
const isWaiting = { $and: [isPutOff, { $not: [isClaimed] }] };

function selection(which: string): Record<string, unknown> {
  if (which === 'dead') return { status: 'dead' };
  if (isEventType(which)) return { type: which };
  if (mongoose.isObjectIdOrHexString(which)) return { _id: which };
  throw new UsageError(
    `Expected an event's id, "dead" or one of ${Object.keys(eventTypes).join(', ')}; got ${JSON.stringify(which)}`,
  );
}
