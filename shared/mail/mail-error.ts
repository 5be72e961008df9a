import { isDatabaseFailure } from '../platform/database-failure.ts';
import { EstioError, isAbort } from '../platform/errors.ts';
import { maskSecrets } from '../platform/redact.ts';

/**
 * Effects: see README.
 * - `retry`: transient
 * - `throttled`: too many calls
 * - `pause-project`: our project's quota is used up
 * - `reauth`: the user must reconnect
 * - `operator`: our application is set up wrongly
 * - `admin`: forbidden by organisation or licence
 * - `cursor-expired`: the provider forgot the cursor
 * - `stale-page`: invalid page token
 * - `park`: the message cannot be fetched
 * - `busy`: the mailbox is locked or being moved
 */
export type Reaction =
  | 'retry'
  | 'throttled'
  | 'pause-project'
  | 'reauth'
  | 'operator'
  | 'admin'
  | 'cursor-expired'
  | 'stale-page'
  | 'park'
  | 'busy';

export interface MailErrorOptions {
  readonly code: string;
  readonly reaction: Reaction;
  /** When to call the provider again. */
  readonly notBefore?: Date;
  readonly cause?: unknown;
  /** Only one folder failed. */
  readonly isPartial?: boolean;
  readonly secrets?: readonly string[];
}

/** Secrets are masked: anyone may see the message. */
export class MailError extends EstioError {
  override name = 'MailError';
  readonly reaction: Reaction;
  readonly notBefore: Date | undefined;
  readonly isPartial: boolean;

  constructor(message: string, options: MailErrorOptions) {
    super(maskSecrets(message, options.secrets), {
      code: options.code,
      retryable: !['reauth', 'operator', 'admin'].includes(options.reaction),
      cause: options.cause,
    });
    this.reaction = options.reaction;
    this.notBefore = options.notBefore;
    this.isPartial = options.isPartial ?? false;
  }
}

/** A code of RFC 6749, section 5.2; nothing else that a sign-in service may say. */
export function oauthErrorCode(said: unknown): string {
  return typeof said === 'string' && /^[a-z_]{1,60}$/.test(said) ? said : '';
}

export function hasReaction(thrown: unknown, ...reactions: readonly Reaction[]): thrown is MailError {
  return thrown instanceof MailError && reactions.includes(thrown.reaction);
}

/** Whether the rest of the mailbox is still worth trying. */
export function isLocalFailure(thrown: unknown): boolean {
  if (thrown instanceof MailError)
    return hasReaction(thrown, 'retry', 'park', 'admin', 'operator', 'cursor-expired', 'stale-page');
  return !(thrown instanceof EstioError) && !isAbort(thrown) && !isDatabaseFailure(thrown);
}
