/**
 * Keeps one item from delaying others. Only a watchdog like that in `node:vm` ends synchronous work; it costs 0.5 ms.
 */

import { createContext, Script } from 'node:vm';
import { EstioError } from '../../platform/errors.ts';

/** Smaller items take milliseconds: all readers are linear. */
const minLimitedBytes = 64 * 1024;
const defaultLimitMs = 5000;
/** Processor time counts: a busy or suspended machine is not the item's fault. */
const maxAttempts = 4;

/** @internal elsewhere it is known by its code */
export class TooSlowError extends EstioError {
  override name = 'TooSlowError';

  constructor(limitMs: number) {
    super(`Reading the item took longer than ${limitMs / 1000} s`, { code: 'too-slow' });
  }
}

const script = new Script('work()');
const context: { work?: () => unknown } = {};

/**
 * @param bytes of the item
 * @param work pure, synchronous, may be interrupted and restarted
 * @throws {TooSlowError} above `limitMs` of processor time
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

/** Of the other context: `instanceof` fails. */
function isTimeout(error: unknown): boolean {
  return (error as { code?: unknown } | undefined)?.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT';
}
