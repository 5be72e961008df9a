/**
 * What a mail provider offers to the sync loop, and the words both use. The loop (`sync-mailbox`) knows nothing of
 * Gmail, Graph or Outlook on the web; a provider knows nothing of contacts, conversations or the database.
 *
 * Words: a *stream* is a part of a mailbox with a cursor of its own (Gmail: one for the whole mailbox; Graph: one per
 * folder). A *cursor* says where the changes of a stream go on. *Listed* means that the loop knows of a message,
 * *stored* that nothing is left to do for it.
 */

import type { AccountDoc, MailProviderName } from '../models/account.ts';
import { day, type Clock } from '../platform/clock.ts';
import type { Config } from '../platform/config.ts';
import type { Logger } from '../platform/logger.ts';

/** Opaque to the loop: JSON that only its provider reads. */
export type Cursor = Readonly<Record<string, unknown>>;

/** What a mailbox says about a message besides its content. */
export interface MessageFlags {
  readonly isRead: boolean;
  readonly isDraft: boolean;
  /** In the trash, or deleted. */
  readonly isDeleted: boolean;
  readonly isSpam: boolean;
  readonly isChat: boolean;
}

/**
 * An address as a provider without raw messages gives it; `email` is absent for internal senders without SMTP address.
 */
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

/** The whole message as RFC 5322 bytes. */
export interface RawContent {
  readonly kind: 'raw';
  readonly raw: Buffer;
}

/** A message that the provider has already taken apart. */
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
  /** Outlook's message class, where the provider tells: automatic replies have one of their own. */
  readonly itemClass?: string;
  /** Names as sent; a name may repeat. */
  readonly headers: readonly { readonly name: string; readonly value: string }[];
  readonly attachments: readonly ProviderAttachment[];
  readonly sentAt?: Date;
}

export interface FetchedMessage {
  readonly providerMessageId: string;
  readonly providerThreadId?: string;
  /** Name of the stream the message is in now; absent when it lies in none that is synced. */
  readonly folder?: string;
  readonly flags: MessageFlags;
  /** When the provider received it. */
  readonly receivedAt: Date;
  /** Where the addresses do not tell the direction (internal senders), the folder does. */
  readonly directionHint?: 'inbound' | 'outbound';
  readonly content: RawContent | StructuredContent;
  /** What the provider refuses to hand out, for good: the rest is better than nothing. */
  readonly missing?: readonly MissingPart[];
}

export type MissingPart = 'text' | 'attachments' | 'headers';

/** One change of a stream. Ids may repeat in a page; the last one wins. */
export type MailChange =
  /**
   * New, or changed in a way that only its present state tells: stored from `message` when that is given, else fetched;
   * `receivedAt` where a listing tells no more.
   */
  | { readonly kind: 'message'; readonly id: string; readonly message?: FetchedMessage; readonly receivedAt?: Date }
  /** Flags changed and nothing else: applied when the message is stored, nothing to do when it is not. */
  | { readonly kind: 'flags'; readonly id: string; readonly flags: Partial<MessageFlags> }
  /** Gone for good. */
  | { readonly kind: 'removed'; readonly id: string }
  /** No longer in this stream: asked for once (it may have been moved), unless it was looked at and is none of ours. */
  | { readonly kind: 'left'; readonly id: string };

export interface ChangePage {
  readonly changes: readonly MailChange[];
  /** Valid once the page's changes are queued or applied. */
  readonly cursor: Cursor;
  /** Whether the walk continues from `cursor` at once. */
  readonly more: boolean;
}

export interface ListQuery {
  /** Absent: the whole mailbox. */
  readonly stream?: string;
  readonly since?: Date;
  /** Only mail from or to one of these addresses: the back-fill of a contact. */
  readonly participants?: readonly string[];
  /** Say of each entry whether it is read (a provider may need a second listing for it). */
  readonly readState?: boolean;
}

export interface ListEntry {
  readonly id: string;
  readonly isRead?: boolean;
  /** It lies where no mail is read: it is there, and that is all. */
  readonly isElsewhere?: boolean;
  /** Given when the listing carries the content anyway. */
  readonly message?: FetchedMessage;
}

/** Content that a listing brought along, valid for the items which that very listing queued. */
export interface ListedContent {
  readonly revision: string;
  readonly messages: ReadonlyMap<string, FetchedMessage>;
  /** When the provider was asked for it. */
  readonly observedAt: Date;
}

/** The content that came along with entries of a listing, by id. */
export function listedMessages(entries: readonly ListEntry[]): ReadonlyMap<string, FetchedMessage> {
  return new Map(entries.flatMap((entry) => (entry.message ? [[entry.id, entry.message] as const] : [])));
}

/** Drafts, spam, trash and chats are left out where the provider can do so. */
export interface ListPage {
  readonly entries: readonly ListEntry[];
  /** Absent on the last page. */
  readonly nextPageToken?: string;
  /** The provider cannot promise that everything in question was shown: nothing is concluded from absence. */
  readonly partial?: boolean;
}

export interface MailboxIdentity {
  /** Primary address, as the provider spells it. */
  readonly email: string;
  /** Verified send-as addresses. */
  readonly aliases: readonly string[];
  /**
   * Every address that leads into this mailbox, lower case, where the provider tells: no other mailbox has one of them.
   */
  readonly delivered?: readonly string[];
  /**
   * Told under an OAuth grant, which is one user's as long as it lasts: whatever the address is now, it is the same
   * mailbox.
   */
  readonly isGranted?: boolean;
}

/**
 * An opened mailbox of one account. Every method keeps to the provider's limits and repeats what is transient by
 * itself.
 */
export interface Mailbox {
  /** Messages worked on side by side; the requests in flight are bounded by the provider itself. */
  readonly concurrency: number;
  /**
   * How the mail of before comes: `list` when `begin` gives the present and `list` must be walked besides; `changes`
   * when the first walk of changes from `begin` shows everything since the given time by itself.
   */
  readonly snapshot: 'list' | 'changes';
  /** Whether `list` without a stream shows the whole mailbox, but for what is deleted or spam. */
  readonly listsAll: boolean;
  /** Whose mailbox it is: checked at connection, refreshed daily. */
  identity(): Promise<MailboxIdentity>;
  /** Asks the mailbox itself for something small, no message. @throws what is wrong with it as a whole */
  probe(): Promise<void>;
  /** Names of the streams, in the order in which they are synced. */
  streams(): Promise<readonly string[]>;
  /** Whether nothing has happened since the cursor was saved, as far as known without reading. */
  isQuiet?(stream: string, cursor: Cursor | undefined): Promise<boolean>;
  /** The cursor of a stream that is read for the first time, or again; asked for before anything is listed. */
  begin(stream: string, since: Date): Promise<Cursor>;
  /** @throws {MailError} reaction `cursor-expired` when the provider has forgotten the cursor */
  changes(stream: string, cursor: Cursor): Promise<ChangePage>;
  /** Newest first. @throws {MailError} reaction `stale-page` when the page token is no longer good */
  list(query: ListQuery, pageToken?: string): Promise<ListPage>;
  /** Present state and content; `undefined` when it is gone. */
  fetch(id: string): Promise<FetchedMessage | undefined>;
  /** Renews push notifications where configured; answers until when they last. */
  renewWatch?(): Promise<Date | undefined>;
  /** What must be done besides mail (Outlook contacts); called once a run, after the mail. */
  syncExtras?(): Promise<void>;
  /** Frees what the mailbox holds; never throws. */
  close(): Promise<void>;
}

/** What a provider may use. */
export interface MailboxContext {
  readonly config: Config;
  readonly clock: Clock;
  readonly log: Logger;
  readonly signal: AbortSignal;
  /** Adds to the run's counts. */
  count(name: string, by?: number): void;
}

export interface MailProvider {
  readonly name: MailProviderName;
  /** Opens an account's mailbox; reads credentials, may not call the provider yet. */
  open(account: AccountDoc, context: MailboxContext): Promise<Mailbox>;
  /** What all mailboxes of our project share at the provider, where it counts that. */
  readonly quota?: SharedQuota;
}

interface SharedQuota {
  /** So many runs share the limit of a minute. */
  divide(runs: number): void;
  /** Units that were used since it was last asked. */
  takeSpent(): number;
  /** Takes back an answer that could not be noted. */
  putBack(units: number): void;
}

/**
 * How far back a mailbox is read, from the moment of its connection on: first syncs that fail for days lose nothing. No
 * listing takes in what is older; a search for one contact does.
 */
export function importBegin(
  { connectedAt }: Pick<AccountDoc, 'connectedAt'>,
  { clock, config }: Pick<MailboxContext, 'clock' | 'config'>,
): Date {
  return new Date((connectedAt ?? clock.now()).getTime() - config.mailFirstSyncDays * day);
}

/**
 * Mail that is never stored, and that makes a stored one disappear: drafts, trash, spam, chats. How a provider sorts
 * the rest (Gmail's categories, Outlook's Clutter) is a guess, not the user's word.
 */
export function isExcluded(flags: Partial<MessageFlags>): boolean {
  return Boolean(flags.isDraft || flags.isDeleted || flags.isSpam || flags.isChat);
}
