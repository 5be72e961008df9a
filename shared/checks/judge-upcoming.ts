import { hour } from '../platform/clock.ts';

export const notices = [24, 2] as const;
type Notice = (typeof notices)[number];

export interface Announced {
  readonly scheduledAt: Date;
  readonly notice: number;
}

/**
 * A missed notice is due until the next one or the viewing.
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
 * Why an announcement no longer holds.
 *
 * @param holds the viewing is neither cancelled nor deleted
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
