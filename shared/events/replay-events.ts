/** Sends events again that are delivered or dead: the receiver lost them, or was repaired. They keep their ids. */

import mongoose from 'mongoose';
import { Event } from '../models/event.ts';
import type { Clock } from '../platform/clock.ts';
import { UsageError } from '../platform/errors.ts';
import { isClaimed, isPutOff } from './event-queue.ts';
import { eventTypes, isEventType } from './event-types.ts';

/**
 * Puts events back into the queue, in front of what was emitted after them.
 *
 * @param which an event's id, a type, or `dead`
 * @returns how many
 * @throws {UsageError} when it is none of these, or there is no event of this id
 */
export async function replayEvents(which: string, clock: Clock): Promise<number> {
  const { matchedCount } = await Event.updateMany(selection(which), {
    $set: { status: 'pending', attempts: 0, nextAttemptAt: clock.now() },
    $unset: { lastError: '', deliveredAt: '', claimedBy: '', claimedUntil: '' },
  });
  if (matchedCount === 0 && mongoose.isObjectIdOrHexString(which) && !(await Event.exists({ _id: which }))) {
    throw new UsageError(`There is no event with the id ${which}`);
  }
  return matchedCount;
}

/**
 * What is pending is on its way already. One that waits for its next attempt may be sent at once, if it is named; none
 * is taken out of the hands of a deliverer.
 */
function selection(which: string): Record<string, unknown> {
  if (which === 'dead') return { status: 'dead' };
  if (isEventType(which)) return { type: which, status: { $in: ['delivered', 'dead'] } };
  if (mongoose.isObjectIdOrHexString(which)) {
    const waits = { status: 'pending', $expr: { $and: [isPutOff, { $not: [isClaimed] }] } };
    return { _id: which, $or: [{ status: { $in: ['delivered', 'dead'] } }, waits] };
  }
  throw new UsageError(
    `Expected an event's id, "dead" or one of ${Object.keys(eventTypes).join(', ')}; came ${JSON.stringify(which)}`,
  );
}
