import { day } from '../../platform/clock.ts';
import { parseRetryAfter } from '../../platform/retry.ts';
import { MailError, type Reaction } from '../mail-error.ts';

export interface Refusal {
  /** HTTP */
  readonly status: number;
  readonly retryAfter?: string | undefined;
}

/** @param what for the message */
export function refusalError(what: string, { status, retryAfter }: Refusal, now: Date): MailError {
  const wait = parseRetryAfter(retryAfter, now);
  const [code, reaction]: [string, Reaction] =
    status === 429
      ? ['rate-limited', 'throttled']
      : status >= 500
        ? ['provider-error', wait === undefined ? 'retry' : 'throttled']
        : status === 403
          ? ['access-denied', 'admin']
          : ['page-refused', 'retry'];
  const notBefore =
    reaction === 'throttled' && wait !== undefined ? { notBefore: new Date(now.getTime() + Math.min(wait, day)) } : {};
  return new MailError(`Outlook on the web: ${what} answered with ${status}`, { code, reaction, ...notBefore });
}
