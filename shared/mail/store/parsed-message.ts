import type { Types } from 'mongoose';
import type { MailAddress, MessageAttachment } from '../../models/message.ts';
import type { RunContext } from '../../runs/run-context.ts';
import type { FetchedMessage } from '../mail-provider.ts';

export interface ParsedMessage extends Omit<FetchedMessage, 'content'> {
  /** Without brackets, or a deterministic substitute. */
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
  /** No contact, no activity. */
  readonly automatic: boolean;
  /** RFC 2919, lower case. */
  readonly listId?: string;
  /** Automatic only because of a list; through our own, people write to us. */
  readonly onlyByList?: boolean;
  readonly note?: string;
  /** The Date header, if believable. */
  readonly sentAt: Date;
  /** Even if not believable. */
  readonly declaredAt?: Date;
  readonly attachments: readonly MessageAttachment[];
}

/** Only fresh mail is announced. */
export type MessageOrigin = 'change' | 'import' | 'backfill' | 'audit';

export interface OwnAddresses {
  /** Keys of mailboxes and aliases. */
  readonly addresses: ReadonlySet<string>;
  readonly domains: ReadonlySet<string>;
}

export interface StoreContext extends Pick<RunContext, 'config' | 'clock' | 'log' | 'count'> {
  readonly origin: MessageOrigin;
  /** Mail received earlier is not announced. */
  readonly newsSince?: Date | undefined;
  /** Time before the request; default: now. The run that asked later wins. */
  readonly observedAt?: Date;
  readonly own?: OwnAddresses;
  readonly creatingContact?: (contactId: Types.ObjectId) => Promise<void>;
}

/**
 * - `stored`: new; `updated`: known, perhaps hidden now
 * - `unmatched`: no known contact; `ignored`: never stored
 */
export type StoreOutcome = 'stored' | 'updated' | 'unmatched' | 'ignored';
