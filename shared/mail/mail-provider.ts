/**
 * The loop (`sync-mailbox`) knows nothing of Gmail, Graph or Outlook on the web; a provider knows nothing of contacts,
 * conversations or the database. For the words see README.
 */

import type { AccountDoc, MailProviderName } from '../models/account.ts';
import { day, type Clock } from '../platform/clock.ts';
import type { Config } from '../platform/config.ts';
import type { Logger } from '../platform/logger.ts';

/** Only its provider reads it. */
export type Cursor = Readonly<Record<string, unknown>>;

export interface MessageFlags {
  readonly isRead: boolean;
  readonly isDraft: boolean;
  /** In the trash, or deleted. */
  readonly isDeleted: boolean;
  readonly isSpam: boolean;
  readonly isChat: boolean;
}

/** `email` is absent for internal senders without an SMTP address. */
export interface ProviderAddress {
  readonly name?: string;
  readonly email?: string;
}

export interface ProviderAttachment {
  readonly id: string;
  readonly name: string;
  readonly mimeType: string;
  /** bytes */
  readonly size: number;
  readonly isInline?: boolean;
}

/** RFC 5322 bytes. */
export interface RawContent {
  readonly kind: 'raw';
  readonly raw: Buffer;
}

export interface StructuredContent {
  readonly kind: 'structured';
  readonly internetMessageId?: string;
  readonly subject?: string;
  readonly from: readonly ProviderAddress[];
  readonly sender?: ProviderAddress;
  readonly to: readonly ProviderAddress[];
  readonly cc: readonly ProviderAddress[];
  readonly bcc: readonly ProviderAddress[];
  readonly replyTo: readonly ProviderAddress[];
  readonly html?: string;
  readonly text?: string;
  /** Outlook's message class: automatic replies have their own. */
  readonly itemClass?: string;
  /** As sent; a name may repeat. */
  readonly headers: readonly { readonly name: string; readonly value: string }[];
  readonly attachments: readonly ProviderAttachment[];
  readonly sentAt?: Date;
}

export interface FetchedMessage {
  readonly providerMessageId: string;
  readonly providerThreadId?: string;
  /** The message's present stream; absent if not synced. */
  readonly folder?: string;
  readonly flags: MessageFlags;
  readonly receivedAt: Date;
  /** By folder, where addresses do not show the direction (internal senders). */
  readonly directionHint?: 'inbound' | 'outbound';
  readonly content: RawContent | StructuredContent;
  /** Parts that the provider refuses for good. */
  readonly missing?: readonly MissingPart[];
}

export type MissingPart = 'text' | 'attachments' | 'headers';

/** Ids may repeat in a page; the last one wins. */
export type MailChange =
  /** New, or to be looked at again. `receivedAt`: if the listing says no more. */
  | { readonly kind: 'message'; readonly id: string; readonly message?: FetchedMessage; readonly receivedAt?: Date }
  /** Only flags changed. */
  | { readonly kind: 'flags'; readonly id: string; readonly flags: Partial<MessageFlags> }
  | { readonly kind: 'removed'; readonly id: string }
  | { readonly kind: 'left'; readonly id: string };

export interface ChangePage {
  readonly changes: readonly MailChange[];
  /** Valid once the page's changes are queued or applied. */
  readonly cursor: Cursor;
  readonly more: boolean;
}

export interface ListQuery {
  /** Absent: the whole mailbox. */
  readonly stream?: string;
  readonly since?: Date;
  /** Only mail from or to one of these. */
  readonly participants?: readonly string[];
  /** Mark entries as read or unread; may need a second listing. */
  readonly readState?: boolean;
}

export interface ListEntry {
  readonly id: string;
  readonly isRead?: boolean;
  readonly isElsewhere?: boolean;
  readonly message?: FetchedMessage;
}

export interface ListedContent {
  readonly revision: string;
  readonly messages: ReadonlyMap<string, FetchedMessage>;
  /** Before the request. */
  readonly observedAt: Date;
}

/** By id. */
export function listedMessages(entries: readonly ListEntry[]): ReadonlyMap<string, FetchedMessage> {
  return new Map(entries.flatMap((entry) => (entry.message ? [[entry.id, entry.message] as const] : [])));
}

/** Drafts, spam, trash and chats may be left out. */
export interface ListPage {
  readonly entries: readonly ListEntry[];
  readonly nextPageToken?: string;
  /** Absence proves nothing. */
  readonly partial?: boolean;
}

export interface MailboxIdentity {
  readonly email: string;
  readonly aliases: readonly string[];
  /** All addresses of this mailbox, lower case. No other mailbox has one of them. */
  readonly delivered?: readonly string[];
  /** Under an OAuth grant, which belongs to one user: a new address is still the same mailbox. */
  readonly isGranted?: boolean;
}

export interface Mailbox {
  /** Messages at once; the provider limits requests itself. */
  readonly concurrency: number;
  /**
   * `list`: earlier mail comes from `list`. `changes`: the changes from `begin` include all mail since the given time.
   */
  readonly snapshot: 'list' | 'changes';
  readonly listsAll: boolean;
  /** Checked when connecting, refreshed daily. */
  identity(): Promise<MailboxIdentity>;
  /** Asks for something small that is no message. @throws the mailbox's own failure */
  probe(): Promise<void>;
  /** In reading order. */
  streams(): Promise<readonly string[]>;
  isQuiet?(stream: string, cursor: Cursor | undefined): Promise<boolean>;
  /** Whether mail came since then that the changes did not show: the audit lists the whole stream. */
  cameUnseen?(cursor: Cursor, since: Date | undefined): boolean;
  /** A cursor for the present. Call it before listing. */
  begin(stream: string, since: Date): Promise<Cursor>;
  /** @throws {MailError} `cursor-expired` */
  changes(stream: string, cursor: Cursor): Promise<ChangePage>;
  /** Newest first. @throws {MailError} `stale-page` */
  list(query: ListQuery, pageToken?: string): Promise<ListPage>;
  /** `undefined`: the message is gone. */
  fetch(id: string): Promise<FetchedMessage | undefined>;
  renewWatch?(): Promise<Date | undefined>;
  /** Anything besides mail (Outlook contacts), after the mail. */
  syncExtras?(): Promise<void>;
  /** Never throws. */
  close(): Promise<void>;
}

export interface MailboxContext {
  readonly config: Config;
  readonly clock: Clock;
  readonly log: Logger;
  readonly signal: AbortSignal;
  count(name: string, by?: number): void;
}

export interface MailProvider {
  readonly name: MailProviderName;
  /** Must not call the provider yet. */
  open(account: AccountDoc, context: MailboxContext): Promise<Mailbox>;
  readonly quota?: SharedQuota;
}

interface SharedQuota {
  /** Divides the limit per minute among these runs. */
  divide(runs: number): void;
  /** Units used since the last call. */
  takeSpent(): number;
  putBack(units: number): void;
}

/**
 * Counted from the moment of connection, so that a first sync failing for days loses nothing. Only a search for one
 * contact takes in older mail.
 */
export function importBegin(
  { connectedAt }: Pick<AccountDoc, 'connectedAt'>,
  { clock, config }: Pick<MailboxContext, 'clock' | 'config'>,
): Date {
  return new Date((connectedAt ?? clock.now()).getTime() - config.mailFirstSyncDays * day);
}

/**
 * Never stored, and hides what is stored. Gmail's categories and Outlook's Clutter are only guesses: that mail is
 * stored.
 */
export function isExcluded(flags: Partial<MessageFlags>): boolean {
  return Boolean(flags.isDraft || flags.isDeleted || flags.isSpam || flags.isChat);
}
