/**
 * From when on an attempt counts in a run, so that the unit is no longer due. Runs that cron starts on several hosts at
 * one time share it; at the next time everything is due again. Pure.
 */

import { Cron } from 'croner';
import { day } from '../platform/clock.ts';
import { nextRunAfter } from './schedule.ts';

export function tickBefore(schedule: string, now: Date, timeZone?: string): Date | undefined {
  // `previousRuns` excludes its argument.
  const from = new Date(Math.floor(now.getTime() / 1000) * 1000 + 1000);
  const options = { mode: '5-part', ...(timeZone ? { timezone: timeZone } : {}) } as const;
  return new Cron(schedule, options).previousRuns(1, from)[0];
}

export class DueTime {
  readonly #begin: Date;
  readonly #schedule: string | undefined;
  readonly #elapsedMs: () => number;
  readonly #begunAt: number;

  /**
   * @param begin by the database's clock @param now by the database's clock @param schedule unset: nothing becomes due
   * again @param elapsedMs monotonic, because the host's time may be wrong
   */
  constructor(begin: Date, now: Date, schedule?: string, elapsedMs: () => number = () => performance.now()) {
    this.#begin = begin;
    this.#schedule = schedule;
    this.#elapsedMs = elapsedMs;
    this.#begunAt = now.getTime() - elapsedMs();
  }

  /** Units attempted before this are due. */
  before(): Date {
    const tick = this.#schedule === undefined ? undefined : tickBefore(this.#schedule, this.#now());
    return tick && tick > this.#begin ? tick : this.#begin;
  }

  /** Milliseconds until everything is due again. */
  againInMs(): number | undefined {
    const next = this.#schedule === undefined ? undefined : nextRunAfter(this.#schedule, this.#now());
    // A timer of more than 24 days would fire at once.
    return next && Math.min(day, Math.max(1, next.getTime() - this.#now().getTime()));
  }

  #now(): Date {
    return new Date(this.#begunAt + this.#elapsedMs());
  }
}
