/**
 * Subjects keep the due time that was handled (`followUpSettledFor`): only a moved date is news. Unsettled subjects
 * have small indexes; for moved dates none is possible, so those queries have an earliest date.
 */

import type { PipelineStage } from 'mongoose';
import { alive, isAlive } from '../models/deletion.ts';
import { minDate, storedDate } from '../models/stored-value.ts';
import { storedWord, wordSpellings } from '../models/stored-word.ts';
import type { ViewingDoc } from '../models/viewing.ts';
import { day, hour } from '../platform/clock.ts';
import { noDate, notPutOff } from './put-off.ts';

/** Without a follow-up date. */
const viewingFollowUpDelay = 2 * hour;

/** Older ones need no action. */
const completedLookBack = 30 * day;

const cancelled = ['cancelled'] as const;
const tookPlace = ['confirmed', 'completed'] as const;

export function viewingDueAt(
  viewing: Pick<ViewingDoc, 'status' | 'scheduledAt' | 'feedbackReceived' | 'expectedFollowUpAt'>,
): Date | undefined {
  if (viewing.feedbackReceived === true || storedWord(viewing.status, cancelled)) return undefined;
  if (viewing.expectedFollowUpAt) return storedDate(viewing.expectedFollowUpAt);
  const scheduledAt = storedDate(viewing.scheduledAt);
  return storedWord(viewing.status, tookPlace) && scheduledAt
    ? new Date(scheduledAt.getTime() + viewingFollowUpDelay)
    : undefined;
}

const neverSettled = { followUpSettledFor: null, ...alive };
const open = { ...neverSettled, feedbackReceived: { $ne: true } };
const onlyIds = { $project: { _id: 1 as const } };
const beforeDelay = (date: Date) => new Date(Math.max(date.getTime() - viewingFollowUpDelay, minDate.getTime()));

export function dueContacts(now: Date): PipelineStage[] {
  return [{ $match: notPutOff({ ...neverSettled, expectedFollowUpAt: { $lt: now } }, now) }, onlyIds];
}

export function dueViewings(now: Date): PipelineStage[] {
  return [
    {
      $match: notPutOff(
        { ...open, status: { $nin: wordSpellings(...cancelled) }, expectedFollowUpAt: { $lt: now } },
        now,
      ),
    },
    onlyIds,
  ];
}

/** Without a date of their own. */
export function dueConfirmedViewings(now: Date): PipelineStage[] {
  return [
    {
      $match: notPutOff(
        {
          ...open,
          status: { $in: wordSpellings('confirmed') },
          expectedFollowUpAt: { $in: [null, ''] },
          scheduledAt: { $lt: beforeDelay(now) },
        },
        now,
      ),
    },
    onlyIds,
  ];
}

/** Staff may complete a viewing before the check. */
export function dueCompletedViewings(now: Date): PipelineStage[] {
  const scheduledAt = { $gte: new Date(now.getTime() - completedLookBack), $lt: beforeDelay(now) };
  const status = { $in: wordSpellings('completed') };
  const due = { ...open, status, expectedFollowUpAt: { $in: [null, ''] }, scheduledAt };
  return [{ $match: notPutOff(due, now) }, onlyIds];
}

export function unreadableDates(now: Date): PipelineStage[] {
  return [{ $match: notPutOff({ ...neverSettled, expectedFollowUpAt: noDate }, now) }, onlyIds];
}

const settled = { followUpSettledFor: { $gte: minDate } };

/** In a projection, a condition uses index keys; in the match it would read documents. */
function whereMoved(dueAt: unknown): PipelineStage[] {
  const moved = {
    $and: [isAlive, { $ne: [dueAt, null] }, { $ne: [dueAt, '$followUpSettledFor'] }],
  };
  return [{ $project: { moved } }, { $match: { moved: true } }, onlyIds];
}

/** Settled, moved, and due since `from`. */
export function movedContacts(from: Date, now: Date): PipelineStage[] {
  return [
    { $match: { ...settled, expectedFollowUpAt: { $gte: from, $lt: now } } },
    ...whereMoved('$expectedFollowUpAt'),
  ];
}

export function movedViewings(from: Date, now: Date): PipelineStage[] {
  const never = { $or: ['$feedbackReceived', { $in: ['$status', wordSpellings(...cancelled)] }] };
  return [
    { $match: { ...settled, expectedFollowUpAt: { $gte: from, $lt: now } } },
    ...whereMoved({ $cond: [never, null, '$expectedFollowUpAt'] }),
  ];
}

/** Moved to a later time; earlier ones would be announced again. */
export function movedConfirmedViewings(from: Date, now: Date): PipelineStage[] {
  const dueAt = { $add: ['$scheduledAt', viewingFollowUpDelay] };
  const never = { $or: ['$feedbackReceived', '$expectedFollowUpAt', { $lte: [dueAt, '$followUpSettledFor'] }] };
  return [
    {
      $match: {
        ...settled,
        status: { $in: wordSpellings(...tookPlace) },
        scheduledAt: { $gte: beforeDelay(from), $lt: beforeDelay(now) },
      },
    },
    ...whereMoved({ $cond: [never, null, dueAt] }),
  ];
}
