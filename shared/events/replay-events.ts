/** Sends events again that are delivered or dead: the receiver lost them, or was repaired. They keep their ids. */

import mongoose from 'mongoose';
import { Event } from '../models/event.ts';
import type { Clock } from '../platform/clock.ts';
import { UsageError } from '../platform/errors.ts';
import { isClaimed, isPutOff } from './event-queue.ts';
import { eventTypes, isEventType } from './event-types.ts';

export interface Replayed {
  /** So many are sent again. */
  readonly replayed: number;
  /** So many of those meant were left alone: they are pending, and on their way without that. */
  readonly onTheirWay: number;
}

/**
 * Puts events back into the queue, in front of what was emitted after them.
 *
 * @param which an event's id, a type, or `dead`
 * @throws {UsageError} when it is none of these, or there is no event of this id
 */
export async function replayEvents(which: string, clock: Clock): Promise<Replayed> {
  const meant = selection(which);
  // Counted first: afterwards what is replayed is pending, too.
  const onTheirWay = await Event.countDocuments({ $and: [meant, { status: 'pending', $expr: { $not: [isWaiting] } }] });
  const { matchedCount: replayed } = await Event.updateMany(
    { $and: [meant, { $or: [{ status: { $in: ['delivered', 'dead'] } }, { status: 'pending', $expr: isWaiting }] }] },
    {
      $set: { status: 'pending', attempts: 0, nextAttemptAt: clock.now() },
      $unset: { lastError: '', deliveredAt: '', claimedBy: '', claimedUntil: '' },
    },
  );
  if (replayed + onTheirWay === 0 && '_id' in meant && !(await Event.exists(meant)))
    throw new UsageError(`There is no event with the id ${which}`);
  return { replayed, onTheirWay };
}

/**
 * In the database: whether a pending event waits for its next attempt, which may be at once. What was never tried is on
 * its way already, and none is taken out of the hands of a deliverer.
 */
const isWaiting = { $and: [isPutOff, { $not: [isClaimed] }] };

function selection(which: string): Record<string, unknown> {
  if (which === 'dead') return { status: 'dead' };
  if (isEventType(which)) return { type: which };
  if (mongoose.isObjectIdOrHexString(which)) return { _id: which };
  throw new UsageError(
    `Expected an event's id, "dead" or one of ${Object.keys(eventTypes).join(', ')}; came ${JSON.stringify(which)}`,
  );
}
