/** The time that a feed has within a run over many. */

import { second } from '../platform/clock.ts';

export interface FeedTurn {
  /** Longest time for all of the feed, ms. */
  readonly timeoutMs: number;
  /** It is less than a feed may take, because other feeds wait. */
  readonly isShare: boolean;
}

/**
 * While others wait a feed has at most half of what is left of the run: slow ones cannot use up all of it, run after run.
 *
 * @param leftMs of the run's budget
 * @param feedTimeoutMs FEED_TIMEOUT
 */
export function feedTurn(leftMs: number, othersWait: boolean, feedTimeoutMs: number): FeedTurn {
  const shareMs = Math.max(second, Math.round(leftMs / 2));
  return othersWait && shareMs < feedTimeoutMs ? { timeoutMs: shareMs, isShare: true } : { timeoutMs: feedTimeoutMs, isShare: false };
}
