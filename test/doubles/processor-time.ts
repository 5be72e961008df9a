/** Processor time, independent of load. Bounds are far above measurements and tell quadratic from linear work. */

import { withTimeLimit } from '../../shared/feeds/read/time-limit.ts';

/** Work that shares the processor with others may be slow once. */
const attempts = 3;
/** Large enough for a watchdog: what never ends must fail, not hang. */
const watched = 1024 * 1024;

/** The least of some attempts (s); one within the bound ends them. */
export function processorSeconds(work: () => unknown, bound: number): number {
  let least = Infinity;
  for (let attempt = 0; attempt < attempts && least >= bound; attempt++) {
    const begun = process.cpuUsage();
    withTimeLimit(watched, work, bound * 10_000);
    const { user, system } = process.cpuUsage(begun);
    least = Math.min(least, (user + system) / 1e6);
  }
  return least;
}
