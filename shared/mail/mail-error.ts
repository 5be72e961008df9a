/** Failures of mail providers, named by what is to be done about them. */

import { isDatabaseFailure } from '../platform/database-failure.ts';
import { EstioError, isAbort } from '../platform/errors.ts';
import { maskSecrets } from '../platform/redact.ts';

/**
 * - `retry`: transient; repeated a few times at once, then left queued
 * - `throttled`: called too often; the account waits until `notBefore`, which is no failure of anything
 * - `pause-project`: the quota of our whole project is used up; all accounts of the provider wait
 * - `reauth`: the user must connect again
 * - `operator`: our own application is set up wrongly; no user is marked
 * - `admin`: the organisation or the licence forbids it; looked at again once a day
 * - `cursor-expired`: the provider has forgotten the cursor; a gap repair follows
 * - `stale-page`: the page token is no longer good; the listing starts again
 * - `park`: this one message cannot be fetched; it is parked and the others go on
 * - `busy`: the mailbox is being moved or is locked; it waits for a while, which is no failure
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
  /** When the provider may be called again. */
  readonly notBefore?: Date;
  readonly cause?: unknown;
  /** Only a part of the mailbox failed, a folder: the rest of it was read. */
  readonly isPartial?: boolean;
  /** Masked in the message, which may repeat what a provider answered. */
  readonly secrets?: readonly string[];
}

/** Its message may be shown to anyone: whatever a provider echoed in it, secrets are masked. */
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

/** Whether something thrown is a mail error with one of these reactions. */
export function hasReaction(thrown: unknown, ...reactions: readonly Reaction[]): thrown is MailError {
  return thrown instanceof MailError && reactions.includes(thrown.reaction);
}

/**
 * Whether a failure may be of the one thing alone that was asked for: a folder, a message, the contacts. What else
 * there is in the mailbox is tried all the same. Limits, sign-ins, mailboxes that are away, and what is no provider's,
 * are everybody's.
 */
export function isLocalFailure(thrown: unknown): boolean {
  if (thrown instanceof MailError)
    return hasReaction(thrown, 'retry', 'park', 'admin', 'operator', 'cursor-expired', 'stale-page');
  return !(thrown instanceof EstioError) && !isAbort(thrown) && !isDatabaseFailure(thrown);
}
