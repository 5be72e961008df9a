/** Bounds are far above measurements, yet tell quadratic from linear work. */

import { withTimeLimit } from '../../shared/feeds/read/time-limit.ts';

/** Sharing the processor may slow a try. */
const attempts = 3;
/** Endless work must fail, not hang. */
const watched = 1024 * 1024;

/** The least of some tries (s). */
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
