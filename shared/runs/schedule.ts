/**
 * When a job should run, and since when it is late. Cron fields are read in the host's time zone, as cron itself does.
 */

import { Cron } from 'croner';
import { minute } from '../platform/clock.ts';

/**
 * Cron fires at the minute; until the start is written down, and for a clock that is a little off, no one is late (ms).
 */
const tolerance = minute;

/** What is known of a job's last run; a skip is none. */
interface LastRun {
  readonly startedAt: Date;
  /** Unset: it is under way, or its process was killed. */
  readonly finishedAt?: Date | undefined;
}

export interface LateQuestion {
  /** Five cron fields. */
  readonly schedule: string;
  readonly lastRun: LastRun | undefined;
  /** A job that has never run is measured from here: before, no one was there to see. */
  readonly watchedSince: Date;
  readonly now: Date;
  /** Longest that a run can take: one that is under way for longer was killed (ms). */
  readonly maxRunMs: number;
  /** IANA name; unset: the host's. */
  readonly timeZone?: string;
}

/**
 * The first time after `after` at which a schedule fires; none when it never does again. A time that a change to summer
 * time leaves out is fired right after the change.
 *
 * @throws {TypeError} when these are no five cron fields
 */
export function nextRunAfter(schedule: string, after: Date, timeZone?: string): Date | undefined {
  return (
    new Cron(schedule, { mode: '5-part', ...(timeZone ? { timezone: timeZone } : {}) }).nextRun(after) ?? undefined
  );
}

/**
 * Since when a job is late: the time that it missed, once it is missed by more than the job's interval, that is when
 * the next time has passed too. Undefined when it is not late.
 */
export function lateSince(question: LateQuestion): Date | undefined {
  const { schedule, lastRun, now, timeZone } = question;
  if (lastRun && !lastRun.finishedAt && now.getTime() - lastRun.startedAt.getTime() <= question.maxRunMs)
    return undefined;
  const from = lastRun ? (lastRun.finishedAt ?? lastRun.startedAt) : question.watchedSince;
  const missed = nextRunAfter(schedule, from, timeZone);
  const afterwards = missed && nextRunAfter(schedule, missed, timeZone);
  return afterwards && now.getTime() > afterwards.getTime() + tolerance ? missed : undefined;
}
