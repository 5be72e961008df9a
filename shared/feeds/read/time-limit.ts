/**
 * A limit to the time that reading one item may take, so that no item holds up the others. Reading is synchronous:
 * nothing but a watchdog ends it, and `node:vm` has one. It costs half a millisecond, which only large items pay.
 */

import { createContext, Script } from 'node:vm';
import { EstioError } from '../../platform/errors.ts';

/** Every reader is linear: an item of fewer bytes takes milliseconds. */
const minLimitedBytes = 64 * 1024;
const defaultLimitMs = 5000;
/** Who waited for the processor has not worked: for a machine that is busy or was suspended no item is to blame. */
const maxAttempts = 4;

/**
 * Reading the item was ended: it took too long.
 * @internal elsewhere it is known by its code
 */
export class TooSlowError extends EstioError {
  override name = 'TooSlowError';

  constructor(limitMs: number) {
    super(`Expected an item that is read in ${limitMs / 1000} s, reading it took longer`, { code: 'too-slow' });
  }
}

const script = new Script('work()');
const context: { work?: () => unknown } = {};

/**
 * Does the work of an item of that many bytes and gives what it gives.
 *
 * @param work pure and synchronous: it is ended anywhere and may be begun again
 * @throws {TooSlowError} when it uses more than `limitMs` of the processor's time; otherwise what the work throws
 */
export function withTimeLimit<T>(bytes: number, work: () => T, limitMs = defaultLimitMs): T {
  if (bytes < minLimitedBytes) return work();
  const begun = process.cpuUsage();
  for (let attempt = 0; attempt < maxAttempts; attempt++) {
    try {
      return watched(work, limitMs * 2 ** attempt);
    } catch (error) {
      if (!isTimeout(error)) throw error;
    }
    const { user, system } = process.cpuUsage(begun);
    if ((user + system) / 1000 >= limitMs) break;
  }
  throw new TooSlowError(limitMs);
}

function watched<T>(work: () => T, timeout: number): T {
  context.work = work;
  try {
    return script.runInContext(createContext(context), { timeout, displayErrors: false }) as T;
  } finally {
    delete context.work;
  }
}

/** The error comes from the other context and is no instance of this one's classes. */
function isTimeout(error: unknown): boolean {
  return (error as { code?: unknown } | undefined)?.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT';
}
