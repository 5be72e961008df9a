/**
 * When follow-ups are due (rule), and the queries for them.
 * Subjects keep the due time that was handled (`followUpSettledFor`), so only a moved date is news. Unsettled ones have
 * small indexes. No index can hold only settled subjects with a moved date, so those queries have an earliest date.
 */

import type { PipelineStage } from 'mongoose';
import { alive, isAlive } from '../models/deletion.ts';
import { minDate, storedDate } from '../models/stored-value.ts';
import type { ViewingDoc } from '../models/viewing.ts';
import { day, hour } from '../platform/clock.ts';
import { noDate, notPutOff } from './put-off.ts';

/** For viewings without a follow-up date. */
const viewingFollowUpDelay = 2 * hour;

/** Older completed viewings need no action. */
const completedLookBack = 30 * day;

const cancelled: readonly unknown[] = ['cancelled', 'canceled'];
const tookPlace: readonly unknown[] = ['confirmed', 'completed'];

/** `undefined`: never (feedback, cancelled, no-show, or not confirmed). */
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

/** Confirmed viewings without a date that took place long enough ago. */
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

/** The same for completed ones: staff may be quicker than the check. */
export function dueCompletedViewings(now: Date): PipelineStage[] {
  const scheduledAt = { $gte: new Date(now.getTime() - completedLookBack), $lt: beforeDelay(now) };
  const due = { ...open, status: 'completed', expectedFollowUpAt: { $in: [null, ''] }, scheduledAt };
  return [{ $match: notPutOff(due, now) }, onlyIds];
}

/** Records with a value that is not a date. */
export function unreadableDates(now: Date): PipelineStage[] {
  return [{ $match: notPutOff({ ...neverSettled, expectedFollowUpAt: noDate }, now) }, onlyIds];
}

const settled = { followUpSettledFor: { $gte: minDate } };

/** A condition computed in a projection uses index keys; in the match it would read documents. */
function whereMoved(dueAt: unknown): PipelineStage[] {
  const moved = {
    $and: [isAlive, { $ne: [dueAt, null] }, { $ne: [dueAt, '$followUpSettledFor'] }],
  };
  return [{ $project: { moved } }, { $match: { moved: true } }, onlyIds];
}

/** Settled contacts whose date was moved and has passed since `from`. */
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

/** Confirmed viewings moved to a later time; earlier ones would be announced again. */
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
