import { coerceError, RunAbortedError } from '../platform/errors.ts';
import type { RunError } from '../models/job-run.ts';
import type { Execution } from './execution.ts';
import type { RunReport } from './run-context.ts';

export interface TimeLimits {
  readonly job: string;
  readonly budgetMs: number;
  readonly graceMs: number;
  readonly stop: AbortController;
  readonly shutdown: AbortSignal | undefined;
}

/** Aborts at the budget; terminates what does not stop within the grace. */
export function withinBudget(
  execution: Execution,
  { job, budgetMs, graceMs, stop, shutdown }: TimeLimits,
  releases: (() => void)[],
): Promise<RunReport> {
  return new Promise((resolve) => {
    let reason: Termination = 'lock-lost';
    let isTerminated = false;
    const later = (ms: number, action: () => void) => {
      const timer = setTimeout(action, ms);
      releases.push(() => clearTimeout(timer));
    };
    const terminateAfter = (ms: number, code: () => Termination) =>
      later(ms, () => {
        const report = terminated(job, code(), ms);
        isTerminated = true;
        void execution.terminate().then(
          () => resolve(report),
          () => resolve(report),
        );
      });
    const onAbort = (signal: AbortSignal, action: () => void) => {
      if (signal.aborted) return action();
      signal.addEventListener('abort', action, { once: true });
      releases.push(() => signal.removeEventListener('abort', action));
    };
    later(budgetMs, () => {
      reason = 'timeout';
      stop.abort(new RunAbortedError(`the time budget of ${Math.round(budgetMs / 1000)} s ended`));
    });
    onAbort(stop.signal, () => terminateAfter(graceMs, () => reason));
    if (shutdown) onAbort(shutdown, () => terminateAfter(shutdownGraceMs, () => 'stopped'));
    execution.finished.then(resolve, (thrown: unknown) => {
      // Termination is the reason then.
      if (isTerminated) return;
      const error = coerceError(thrown);
      resolve({ status: 'failed', reason: error.code, counts: {}, errors: [runError(job, error)] });
    });
  });
}

/** ms for a run's next safe point. */
const shutdownGraceMs = 20_000;

type Termination = 'timeout' | 'lock-lost' | 'stopped';

const terminationCause: Readonly<Record<Termination, string>> = {
  timeout: 'its time budget ended',
  'lock-lost': 'its lock was lost',
  stopped: 'it was asked to stop',
};

function terminated(job: string, code: Termination, graceMs: number): RunReport {
  const message = `The run was terminated: it did not stop within ${graceMs / 1000} s after ${terminationCause[code]}`;
  return { status: 'failed', reason: code, counts: {}, errors: [{ scope: job, code, message, retryable: true }] };
}

export function runError(scope: string, error: { code: string; message: string; retryable: boolean }): RunError {
  return {
    scope: scope.slice(0, 200),
    code: error.code,
    message: error.message.slice(0, 1000),
    retryable: error.retryable,
  };
}
