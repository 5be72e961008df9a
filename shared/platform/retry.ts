/**
 * Waiting before trying again: the server's Retry-After beats our own backoff, and only our own delay gets jitter.
 */

/**
 * Reads a Retry-After value (RFC 9110, section 10.2.3): seconds or an HTTP date.
 *
 * @returns ms to wait from `now`, never negative; `undefined` when there is none or it cannot be read
 */
export function parseRetryAfter(value: string | null | undefined, now: Date): number | undefined {
  if (value === null || value === undefined) return undefined;
  const trimmed = value.trim();
  if (/^\d+(\.\d+)?$/.test(trimmed)) return Number(trimmed) * 1000;
  if (!/[a-z]/i.test(trimmed)) return undefined;
  const date = Date.parse(trimmed);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now.getTime());
}

export interface Backoff {
  /** First delay in ms. */
  readonly baseMs: number;
  /** Longest delay in ms. */
  readonly capMs: number;
}

/**
 * Exponential backoff with full jitter: a random time between 0 and `base * 2^(attempt-1)`, capped.
 *
 * @param attempt 1 after the first failure
 * @param random a number from 0 to 1
 * @returns ms
 */
export function backoffMs(attempt: number, backoff: Backoff, random: number = Math.random()): number {
  return Math.round(Math.min(backoff.capMs, backoff.baseMs * 2 ** Math.min(30, Math.max(0, attempt - 1))) * random);
}
