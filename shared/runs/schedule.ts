import { Cron } from 'croner';
import { minute } from '../platform/clock.ts';

/** ms: recording the start takes time, and clocks differ a little. */
const tolerance = minute;

/** A skip is no run. */
interface LastRun {
  readonly startedAt: Date;
  /** Unset: running or killed. */
  readonly finishedAt?: Date | undefined;
}

export interface LateQuestion {
  readonly schedule: string;
  readonly lastRun: LastRun | undefined;
  /** Earlier times were not watched. */
  readonly watchedSince: Date;
  readonly now: Date;
  /** A longer one was killed (ms). */
  readonly maxRunMs: number;
  /** IANA name; unset: the host's. */
  readonly timeZone?: string;
}

/**
 * The next time at which a schedule fires. A time that a change to summer time skips fires right after the change.
 *
 * @throws {TypeError} not five cron fields
 */
export function nextRunAfter(schedule: string, after: Date, timeZone?: string): Date | undefined {
  return (
    new Cron(schedule, { mode: '5-part', ...(timeZone ? { timezone: timeZone } : {}) }).nextRun(after) ?? undefined
  );
}

/** The time that a job missed, once the next time has passed, too. */
export function lateSince(question: LateQuestion): Date | undefined {
  const { schedule, lastRun, now, timeZone } = question;
  if (lastRun && !lastRun.finishedAt && now.getTime() - lastRun.startedAt.getTime() <= question.maxRunMs)
    return undefined;
  const from = lastRun ? (lastRun.finishedAt ?? lastRun.startedAt) : question.watchedSince;
  const missed = nextRunAfter(schedule, from, timeZone);
  const afterwards = missed && nextRunAfter(schedule, missed, timeZone);
  return afterwards && now.getTime() > afterwards.getTime() + tolerance ? missed : undefined;
}
