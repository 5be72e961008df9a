/** Which notice of a viewing is due, and whether a given one still holds (rules). */

import { hour } from '../platform/clock.ts';

/** Hours before a viewing at which it is announced. */
export const notices = [24, 2] as const;
type Notice = (typeof notices)[number];

/** The announced time, and how many hours before it. */
export interface Announced {
  readonly scheduledAt: Date;
  readonly notice: number;
}

/**
 * The due notice. A missed one is made up until the next is due or the time is past.
 *
 * @param announced for this time
 */
export function dueNotice(scheduledAt: Date, announced: Announced | undefined, now: Date): Notice | undefined {
  const left = scheduledAt.getTime() - now.getTime();
  if (left <= 0) return undefined;
  const due = notices.findLast((notice) => left <= notice * hour);
  const given = announced && announced.scheduledAt.getTime() === scheduledAt.getTime() ? announced.notice : Infinity;
  return due !== undefined && due < given ? due : undefined;
}

/**
 * Why what was announced holds no more; `undefined`: it does, or the time is over.
 *
 * @param holds whether the viewing is still agreed on, or took place: neither cancelled nor thrown away
 */
export function takenBack(
  announced: Announced,
  scheduledAt: Date | undefined,
  holds: boolean,
  now: Date,
): 'cancelled' | 'moved' | undefined {
  if (announced.scheduledAt <= now) return undefined;
  if (!holds || !scheduledAt) return 'cancelled';
  return scheduledAt.getTime() === announced.scheduledAt.getTime() ? undefined : 'moved';
}
