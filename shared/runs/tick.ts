/**
 * The beginning that counts for a run: what was attempted since then is not due in it. Runs of several hosts that cron
 * has started at one time share it, and when the next time has come, everything is due again. Pure.
 */

import { Cron } from 'croner';
import { day } from '../platform/clock.ts';
import { nextRunAfter } from './schedule.ts';

/** The last time at or before `now` at which a schedule fired; none when it never did. */
export function tickBefore(schedule: string, now: Date, timeZone?: string): Date | undefined {
  // The one that is asked for is not among those before it.
  const from = new Date(Math.floor(now.getTime() / 1000) * 1000 + 1000);
  const options = { mode: '5-part', ...(timeZone ? { timezone: timeZone } : {}) } as const;
  return new Cron(schedule, options).previousRuns(1, from)[0];
}

/** Since when an attempt counts in a run, by the database's clock: from its beginning on, and from each later tick. */
export class DueTime {
  readonly #begin: Date;
  readonly #schedule: string | undefined;
  readonly #elapsedMs: () => number;
  readonly #begunAt: number;

  /**
   * @param begin the beginning that counts, by the database's clock
   * @param now the time by the database's clock
   * @param schedule five cron fields; unset: nothing becomes due again
   * @param elapsedMs a monotonic clock: the host's own time may be off
   */
  constructor(begin: Date, now: Date, schedule?: string, elapsedMs: () => number = () => performance.now()) {
    this.#begin = begin;
    this.#schedule = schedule;
    this.#elapsedMs = elapsedMs;
    this.#begunAt = now.getTime() - elapsedMs();
  }

  /** Due is what was attempted before this time. */
  before(): Date {
    const tick = this.#schedule === undefined ? undefined : tickBefore(this.#schedule, this.#now());
    return tick && tick > this.#begin ? tick : this.#begin;
  }

  /** In how many ms everything is due again. */
  againInMs(): number | undefined {
    const next = this.#schedule === undefined ? undefined : nextRunAfter(this.#schedule, this.#now());
    // A timer of more than 24 days would fire at once.
    return next && Math.min(day, Math.max(1, next.getTime() - this.#now().getTime()));
  }

  #now(): Date {
    return new Date(this.#begunAt + this.#elapsedMs());
  }
}
