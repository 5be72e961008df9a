import type { Types } from 'mongoose';
import type { MailAddress, MessageAttachment } from '../../models/message.ts';
import type { RunContext } from '../../runs/run-context.ts';
import type { FetchedMessage } from '../mail-provider.ts';

/** The same for every provider. */
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
  /** Auto-Submitted, no-reply, list mail: no contact, no activity. */
  readonly automatic: boolean;
  /** Mailing list (RFC 2919), lower case. */
  readonly listId?: string;
  /** Only a list makes it automatic: through our own, people write to us. */
  readonly onlyByList?: boolean;
  /** What the provider withheld, in plain words. */
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
  /** Keys of the location's mailboxes and aliases. */
  readonly addresses: ReadonlySet<string>;
  /** Own mail domains. */
  readonly domains: ReadonlySet<string>;
}

export interface StoreContext extends Pick<RunContext, 'config' | 'clock' | 'log' | 'count'> {
  readonly origin: MessageOrigin;
  /** Changes received earlier are not announced; other mail received later is. */
  readonly newsSince?: Date | undefined;
  /** Time before the request was sent; default: now. The run that asked later wins. */
  readonly observedAt?: Date;
  /** Loaded per message if absent. */
  readonly own?: OwnAddresses;
  /** Before mail creates a contact: earlier mail may be fetched. */
  readonly creatingContact?: (contactId: Types.ObjectId) => Promise<void>;
}

/**
 * - `stored`: new; `updated`: known (perhaps hidden now, as excluded)
 * - `unmatched`: no known contact; `ignored`: never stored
 */
export type StoreOutcome = 'stored' | 'updated' | 'unmatched' | 'ignored';
