import { second, type Clock } from '../../platform/clock.ts';
import { RunAbortedError } from '../../platform/errors.ts';
import { backoffMs, type Backoff } from '../../platform/retry.ts';
import type { MailError } from '../mail-error.ts';

const maxRepeats = 3;
/** For longer waits the mailbox is skipped. */
const maxInlineWait = 5 * second;

/** Slower (ms), a failure is a hang: repeating it costs others their turn. */
export const slowFailure = 5 * second;

const requestBackoff: Backoff = { baseMs: 250, capMs: 8 * second };

export interface RetryOptions {
  readonly classify: (thrown: unknown) => MailError;
  /** Whether to repeat at once. `took`: ms. */
  readonly repeats: (error: MailError, took: number) => boolean;
  readonly signal: AbortSignal;
  readonly clock: Clock;
}

/**
 * The provider's waiting time beats ours; only ours has jitter.
 *
 * @throws {MailError} the last failure
 * @throws {RunAbortedError} the run was stopped
 */
export async function withRetries<T>(work: (attempt: number) => Promise<T>, options: RetryOptions): Promise<T> {
  for (let attempt = 0; ; attempt += 1) {
    const begun = performance.now();
    try {
      options.signal.throwIfAborted();
      return await work(attempt);
    } catch (thrown) {
      if (options.signal.aborted)
        throw new RunAbortedError(
          String((options.signal.reason as Error | undefined)?.message ?? options.signal.reason),
        );
      const error = options.classify(thrown);
      const asked = error.notBefore ? error.notBefore.getTime() - options.clock.now().getTime() : undefined;
      const wait = asked ?? backoffMs(attempt + 1, requestBackoff);
      if (attempt >= maxRepeats || wait > maxInlineWait || !options.repeats(error, performance.now() - begun))
        throw error;
      await options.clock.wait(wait, options.signal).catch(() => undefined);
    }
  }
}
