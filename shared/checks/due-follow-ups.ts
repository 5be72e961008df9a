/**
 * When follow-ups are due (a rule), and the queries that find the ones to deal with.
 *
 * Subjects keep the due time that was dealt with (`followUpSettledFor`), so a moved date is news and anything else is
 * not, whatever the clock did or however long no run came. What was never settled stands in small indexes of its own. A
 * settled subject whose date was moved is told from index keys, and no index can hold just those: so the queries for
 * them take the earliest date that they look at.
 */

import type { PipelineStage } from 'mongoose';
import { alive, isAlive } from '../models/deletion.ts';
import { minDate, storedDate } from '../models/stored-value.ts';
import type { ViewingDoc } from '../models/viewing.ts';
import { day, hour } from '../platform/clock.ts';
import { noDate, notPutOff } from './put-off.ts';

/** How long after a viewing its follow-up is due when nobody set a date. */
const viewingFollowUpDelay = 2 * hour;

/**
 * How far back a viewing that staff set to completed is looked for: older ones are an agency's past, nothing to act on.
 */
const completedLookBack = 30 * day;

const cancelled: readonly unknown[] = ['cancelled', 'canceled'];
const tookPlace: readonly unknown[] = ['confirmed', 'completed'];

/**
 * When the follow-up of a viewing is due; `undefined`: never, because there is feedback, it was cancelled, nobody came,
 * or it was not even confirmed.
 */
export function viewingDueAt(
  viewing: Pick<ViewingDoc, 'status' | 'scheduledAt' | 'feedbackReceived' | 'expectedFollowUpAt'>,
): Date | undefined {
  if (viewing.feedbackReceived === true || cancelled.includes(viewing.status)) return undefined;
  if (viewing.expectedFollowUpAt) return storedDate(viewing.expectedFollowUpAt);
  const scheduledAt = storedDate(viewing.scheduledAt);
  return tookPlace.includes(viewing.status) && scheduledAt
    ? new Date(scheduledAt.getTime() + viewingFollowUpDelay)
    : undefined;
}

const neverSettled = { followUpSettledFor: null, ...alive };
const open = { ...neverSettled, feedbackReceived: { $ne: true } };
const onlyIds = { $project: { _id: 1 as const } };
const beforeDelay = (date: Date) => new Date(Math.max(date.getTime() - viewingFollowUpDelay, minDate.getTime()));

/** Contacts whose date has passed. */
export function dueContacts(now: Date): PipelineStage[] {
  return [{ $match: notPutOff({ ...neverSettled, expectedFollowUpAt: { $lt: now } }, now) }, onlyIds];
}

/** Viewings with a date of their own that has passed. */
export function dueViewings(now: Date): PipelineStage[] {
  return [
    { $match: notPutOff({ ...open, status: { $nin: cancelled }, expectedFollowUpAt: { $lt: now } }, now) },
    onlyIds,
  ];
}

/** Confirmed viewings without such a date that took place long enough ago. */
export function dueConfirmedViewings(now: Date): PipelineStage[] {
  return [
    {
      $match: notPutOff(
        {
          ...open,
          status: 'confirmed',
          expectedFollowUpAt: { $in: [null, ''] },
          scheduledAt: { $lt: beforeDelay(now) },
        },
        now,
      ),
    },
    onlyIds,
  ];
}

/** Completed ones likewise: staff may say so before the check comes by. */
export function dueCompletedViewings(now: Date): PipelineStage[] {
  const scheduledAt = { $gte: new Date(now.getTime() - completedLookBack), $lt: beforeDelay(now) };
  const due = { ...open, status: 'completed', expectedFollowUpAt: { $in: [null, ''] }, scheduledAt };
  return [{ $match: notPutOff(due, now) }, onlyIds];
}

/** Contacts and viewings with something in the place of the date that is none. */
export function unreadableDates(now: Date): PipelineStage[] {
  return [{ $match: notPutOff({ ...neverSettled, expectedFollowUpAt: noDate }, now) }, onlyIds];
}

const settled = { followUpSettledFor: { $gte: minDate } };

/**
 * Computed in a projection of indexed fields a condition is told from index keys; in the match it would read documents.
 */
function whereMoved(dueAt: unknown): PipelineStage[] {
  const moved = {
    $and: [isAlive, { $ne: [dueAt, null] }, { $ne: [dueAt, '$followUpSettledFor'] }],
  };
  return [{ $project: { moved } }, { $match: { moved: true } }, onlyIds];
}

/** Settled contacts whose date is another one by now, and has passed since `from`. */
export function movedContacts(from: Date, now: Date): PipelineStage[] {
  return [
    { $match: { ...settled, expectedFollowUpAt: { $gte: from, $lt: now } } },
    ...whereMoved('$expectedFollowUpAt'),
  ];
}

/** The same for viewings with a date of their own. */
export function movedViewings(from: Date, now: Date): PipelineStage[] {
  const never = { $or: ['$feedbackReceived', { $in: ['$status', cancelled] }] };
  return [
    { $match: { ...settled, expectedFollowUpAt: { $gte: from, $lt: now } } },
    ...whereMoved({ $cond: [never, null, '$expectedFollowUpAt'] }),
  ];
}

/**
 * The same for confirmed viewings that were put to another time: a later one than was dealt with, or one whose own date
 * was taken away after it was announced would be announced again.
 */
export function movedConfirmedViewings(from: Date, now: Date): PipelineStage[] {
  const dueAt = { $add: ['$scheduledAt', viewingFollowUpDelay] };
  const never = { $or: ['$feedbackReceived', '$expectedFollowUpAt', { $lte: [dueAt, '$followUpSettledFor'] }] };
  return [
    {
      $match: {
        ...settled,
        status: { $in: [...tookPlace] },
        scheduledAt: { $gte: beforeDelay(from), $lt: beforeDelay(now) },
      },
    },
    ...whereMoved({ $cond: [never, null, dueAt] }),
  ];
}
