/** Foreseen failures are `EstioError`s with a stable `code`; others pass `coerceError` at the edge. */

import { describeDatabaseFailure, failedServers, isDatabaseFailure } from './database-failure.ts';
import { maskConfigured, maskSecrets } from './redact.ts';

export interface ErrorOptionsWithCode {
  readonly code: string;
  /** The next run may succeed by itself. */
  readonly retryable?: boolean;
  readonly cause?: unknown;
}

export class EstioError extends Error {
  override name = 'EstioError';
  readonly code: string;
  readonly retryable: boolean;

  constructor(message: string, options: ErrorOptionsWithCode) {
    // Messages reach records, logs and answers.
    super(maskConfigured(message), options.cause === undefined ? undefined : { cause: options.cause });
    this.code = options.code;
    this.retryable = options.retryable ?? false;
  }
}

export class ConfigError extends EstioError {
  override name = 'ConfigError';
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(`The configuration cannot be used:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`, {
      code: 'config',
    });
    this.problems = problems;
  }
}

export class UsageError extends EstioError {
  override name = 'UsageError';

  constructor(message: string) {
    super(message, { code: 'usage' });
  }
}

/** Names the host, never the password. */
export class DatabaseError extends EstioError {
  override name = 'DatabaseError';

  constructor(message: string, cause?: unknown) {
    super(message, { code: 'database', retryable: true, cause });
  }
}

/** Budget, shutdown or lost lock: not a failure of the work. */
export class RunAbortedError extends EstioError {
  override name = 'RunAbortedError';
  readonly reason: string;

  constructor(reason: string) {
    super(`The run was asked to stop: ${reason}`, { code: 'aborted', retryable: true });
    this.reason = reason;
  }
}

export function abortReason(signal: AbortSignal): string {
  const thrown: unknown = signal.reason;
  if (!(thrown instanceof Error)) return String(thrown);
  // By name: a bundle has its own class.
  return thrown.name === 'RunAbortedError' ? (thrown as RunAbortedError).reason : thrown.message;
}

export function isAbort(error: unknown): boolean {
  return error instanceof Error && (error.name === 'AbortError' || error.name === 'RunAbortedError');
}

/** Unforeseen messages are masked. */
export function coerceError(thrown: unknown): EstioError {
  if (thrown instanceof EstioError) return thrown;
  if (isForeignEstioError(thrown)) {
    return new EstioError(thrown.message, { code: thrown.code, retryable: thrown.retryable, cause: thrown });
  }
  if (isDatabaseFailure(thrown))
    return new DatabaseError(describeDatabaseFailure(failedServers(thrown), thrown.message), thrown);
  const message =
    thrown instanceof Error
      ? maskSecrets(thrown.message) || thrown.name
      : `A value that is not an error was thrown: ${describeValue(thrown)}`;
  return new EstioError(message, { code: 'unexpected', cause: thrown });
}

function describeValue(value: unknown): string {
  return typeof value === 'object' ? Object.prototype.toString.call(value) : maskSecrets(String(value));
}

/** From another bundle: another class object. */
function isForeignEstioError(thrown: unknown): thrown is EstioError {
  return (
    thrown instanceof Error &&
    typeof (thrown as EstioError).code === 'string' &&
    typeof (thrown as EstioError).retryable === 'boolean'
  );
}
