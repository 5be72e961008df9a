/** A message after parsing, the same for every provider, and the terms on which it is stored. */

import type { Types } from 'mongoose';
import type { MailAddress, MessageAttachment } from '../../models/message.ts';
import type { RunContext } from '../../runs/run-context.ts';
import type { FetchedMessage } from '../mail-provider.ts';

/** Where it lies and in which state is as it was fetched. */
export interface ParsedMessage extends Omit<FetchedMessage, 'content'> {
  /** RFC 5322 Message-ID without brackets, or a deterministic substitute. */
  readonly messageIdHeader: string;
  readonly from: readonly MailAddress[];
  readonly sender?: MailAddress;
  readonly to: readonly MailAddress[];
  readonly cc: readonly MailAddress[];
  readonly bcc: readonly MailAddress[];
  readonly replyTo: readonly MailAddress[];
  readonly subject: string;
  readonly text: string;
  /** Sanitised. */
  readonly html?: string;
  readonly snippet: string;
  readonly encrypted: boolean;
  /** Auto-Submitted, no-reply, list mail: no contact is made from it, and it is no activity. */
  readonly automatic: boolean;
  /** The mailing list through which it came (RFC 2919), lower case. */
  readonly listId?: string;
  /** Nothing but a mailing list makes it automatic: through a list of our own people write to us. */
  readonly onlyByList?: boolean;
  /** What of it the provider did not hand out, in plain words. */
  readonly note?: string;
  /** What is shown: its Date header, as far as that can be true. */
  readonly sentAt: Date;
  /** What the Date header says, believable or not; absent when there is none. */
  readonly declaredAt?: Date;
  readonly attachments: readonly MessageAttachment[];
}

/** How a message came to be looked at: only fresh mail is announced. */
export type MessageOrigin = 'change' | 'import' | 'backfill' | 'audit';

/** Who is "we" in a location. */
export interface OwnAddresses {
  /** Keys of the mailboxes of a location and their aliases. */
  readonly addresses: ReadonlySet<string>;
  /** The agency's own mail domains. */
  readonly domains: ReadonlySet<string>;
}

/** What storing needs from the run. */
export interface StoreContext extends Pick<RunContext, 'config' | 'clock' | 'log' | 'count'> {
  readonly origin: MessageOrigin;
  /** Of a change: what was received before is not announced. Of anything else: what was received since is. */
  readonly newsSince?: Date | undefined;
  /**
   * When the provider was asked for what is stored now, taken before the request was sent; default: now. Of two
   * overlapping runs the one that asked later is believed, whichever stores first.
   */
  readonly observedAt?: Date;
  /** Who is "we" in this location; loaded for each message unless given. */
  readonly own?: OwnAddresses;
  /** Called before mail makes a contact: mail of before may be fetched for it. */
  readonly creatingContact?: (contactId: Types.ObjectId) => Promise<void>;
}

/**
 * - `stored`: new here; `updated`: known, brought up to date (also: hidden, because it is excluded now)
 * - `unmatched`: no known contact takes part; `ignored`: of a kind that is never stored
 */
export type StoreOutcome = 'stored' | 'updated' | 'unmatched' | 'ignored';
