/** Retry-After overrides our backoff; only our own delay gets jitter. */

/**
 * RFC 9110 10.2.3: seconds or an HTTP date.
 *
 * @returns ms from `now`, not negative; `undefined` if unreadable
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
  readonly baseMs: number;
  readonly capMs: number;
}

/**
 * Exponential backoff with full jitter, in ms.
 *
 * @param attempt 1 after the first failure @param random 0 to 1
 */
export function backoffMs(attempt: number, backoff: Backoff, random: number = Math.random()): number {
  return Math.round(Math.min(backoff.capMs, backoff.baseMs * 2 ** Math.min(30, Math.max(0, attempt - 1))) * random);
}
