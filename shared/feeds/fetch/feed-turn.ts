import { second } from '../../platform/clock.ts';
import { EstioError, abortReason, coerceError } from '../../platform/errors.ts';

export interface FeedTurn {
  readonly timeoutMs: number;
  /** Shortened, because other feeds wait. */
  readonly isShare: boolean;
}

/**
 * Slow feeds must not use up every run.
 * @param feedTimeoutMs FEED_TIMEOUT
 */
export function feedTurn(leftMs: number, othersWait: boolean, feedTimeoutMs: number): FeedTurn {
  const shareMs = Math.max(second, Math.round(leftMs / 2));
  return othersWait && shareMs < feedTimeoutMs
    ? { timeoutMs: shareMs, isShare: true }
    : { timeoutMs: feedTimeoutMs, isShare: false };
}

export function whatStopped(thrown: unknown, turn: FeedTurn, signal: AbortSignal): EstioError | undefined {
  if (signal.aborted)
    return new EstioError(`The run ended before the whole feed was read: ${abortReason(signal)}`, {
      code: 'stopped',
      retryable: true,
    });
  if (!turn.isShare || coerceError(thrown).code !== 'timeout') return undefined;
  return new EstioError(
    `The feed took longer than ${Math.round(turn.timeoutMs / second)} s, half of the run's remaining ` +
      'time, which it gets while other feeds wait (CRON_BUDGET)',
    { code: 'stopped', retryable: true, cause: thrown },
  );
}
