/** The time that a feed has within a run over many. */

import { second } from '../../platform/clock.ts';
import { EstioError, abortReason, coerceError } from '../../platform/errors.ts';

export interface FeedTurn {
  /** Longest time for all of the feed, ms. */
  readonly timeoutMs: number;
  /** It is less than a feed may take, because other feeds wait. */
  readonly isShare: boolean;
}

/**
 * While others wait a feed has at most half of what is left of the run: slow ones cannot use up all of it, run after
 * run.
 *
 * @param leftMs of the run's budget
 * @param feedTimeoutMs FEED_TIMEOUT
 */
export function feedTurn(leftMs: number, othersWait: boolean, feedTimeoutMs: number): FeedTurn {
  const shareMs = Math.max(second, Math.round(leftMs / 2));
  return othersWait && shareMs < feedTimeoutMs
    ? { timeoutMs: shareMs, isShare: true }
    : { timeoutMs: feedTimeoutMs, isShare: false };
}

/** The end of the run, or of the feed's share of it, when that is what was thrown. */
export function whatStopped(thrown: unknown, turn: FeedTurn, signal: AbortSignal): EstioError | undefined {
  if (signal.aborted)
    return new EstioError(`The run was ended before the feed was read to its end: ${abortReason(signal)}`, {
      code: 'stopped',
      retryable: true,
    });
  if (!turn.isShare || coerceError(thrown).code !== 'timeout') return undefined;
  return new EstioError(
    `The feed took longer than ${Math.round(turn.timeoutMs / second)} s, half of what was left of the run while ` +
      'other feeds waited (CRON_BUDGET)',
    { code: 'stopped', retryable: true, cause: thrown },
  );
}
