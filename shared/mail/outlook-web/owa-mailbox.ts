import type { AccountDoc } from '../../models/account.ts';
import {
  importBegin,
  type ChangePage,
  type Cursor,
  type FetchedMessage,
  type ListPage,
  type ListQuery,
  type Mailbox,
  type MailboxContext,
  type MailboxIdentity,
} from '../mail-provider.ts';
import { readStream, streamsOf } from '../sync/stream-state.ts';
import { grace, patience, type FolderReader } from './folder-reader.ts';
import { isWholeItem, itemToMessage, otherWebStreams, webStreams, type MessagePlace } from './owa-message.ts';
import { openMessage, silentService } from './open-message.ts';
import { openOwaSession, type OwaSession } from './owa-session.ts';
import { openFolder } from './read-folder.ts';
import { readRendered } from './rendered-folder.ts';
import {
  bottomOf,
  cameUnseen,
  changesOfPage,
  coveredDownTo,
  cursorAtRest,
  cursorUnderWay,
  inTurn,
  isEnough,
  leftMessages,
  type FolderCursor,
  type ListedMessage,
} from './seen-window.ts';
import type { SharedBrowser } from './shared-browser.ts';

/** In a run: each is opened. */
const maxNewFolders = 20;
const searchedMessages = 100;
/** For readers that open each message: an audit must end within a run. */
const auditedMessages = 300;
const keptMessages = auditedMessages;

interface OpenListing {
  readonly stream: string;
  readonly reader: FolderReader;
  readonly from: FolderCursor;
  readonly shown: ListedMessage[];
  fresh: number;
  /** ISO 8601: covered down to this time. */
  skip?: string | undefined;
}

export interface OwaMailboxOptions {
  readonly account: AccountDoc;
  readonly shared: SharedBrowser;
  readonly context: MailboxContext;
  /** IANA name, for dates without offset. */
  readonly timeZone: string;
}

export class OwaMailbox implements Mailbox {
  readonly concurrency = 1;
  readonly snapshot = 'changes';
  readonly listsAll = false;
  readonly #options: OwaMailboxOptions;
  #opening: Promise<OwaSession> | undefined;
  #listing: OpenListing | undefined;
  /** Until fetched. */
  readonly #rendered = new Map<string, FetchedMessage>();
  readonly #folderOf = new Map<string, string>();
  /** With the failure. */
  readonly #notOpened = new Map<string, unknown>();

  constructor(options: OwaMailboxOptions) {
    this.#options = options;
  }

  async streams(): Promise<readonly string[]> {
    const others = await this.#otherStreams();
    return inTurn<string>([...webStreams, ...others], (stream) => this.#cursorOf(stream));
  }

  async isQuiet(stream: string): Promise<boolean> {
    const folder = (await this.#session()).folders.get(stream);
    const cursor = this.#cursorOf(stream);
    if (!folder || cursor?.covered !== undefined) return false;
    if (cursor === undefined) return folder.totalCount === 0;
    return cursor.total === folder.totalCount && cursor.unread === folder.unreadCount;
  }

  cameUnseen(cursor: Cursor, since: Date | undefined): boolean {
    const { unseenAt } = cursor as unknown as FolderCursor;
    return unseenAt !== undefined && (since === undefined || unseenAt >= since.toISOString());
  }

  begin(_stream: string, since: Date): Promise<Cursor> {
    return Promise.resolve({ since: since.toISOString(), seen: [] });
  }

  async identity(): Promise<MailboxIdentity> {
    const { account, context } = this.#options;
    const opened = await this.#session();
    if (opened.identity.email === undefined) {
      await opened.open('/mail/inbox');
      await opened.until(() => opened.identity.email !== undefined, Math.min(5000, patience(context)));
    }
    return { email: opened.identity.email ?? account.email, aliases: opened.identity.aliases };
  }

  async probe(): Promise<void> {
    this.#listing = undefined;
    const opened = await this.#session();
    await opened.open('/mail/inbox');
    const answered = async () => {
      opened.throwServiceFailure();
      return opened.answers.length > 0 || (await readRendered({ session: opened })).options.length > 0;
    };
    if (!(await opened.until(answered, patience(this.#options.context)))) throw silentService();
    await this.#openAnother(opened);
  }

  /** A list may be answered while no message is. @throws if no other message opens either */
  async #openAnother(session: OwaSession): Promise<void> {
    if (this.#notOpened.size === 0) return;
    const id = [...session.items.keys()].find((other) => !this.#notOpened.has(other));
    if (id === undefined) throw [...this.#notOpened.values()].at(-1);
    const folder = this.#folderOf.get(id) ?? 'inbox';
    await openMessage({ session, id, folder, place: this.#place(session, folder), context: this.#options.context });
  }

  async changes(stream: string, given: Cursor): Promise<ChangePage> {
    const listing = await this.#listingOf(stream, given as unknown as FolderCursor);
    const { reader, from, shown, skip } = listing;
    if (skip !== undefined) await reader.skipTo?.(skip);
    const page = await reader.next();
    for (const entry of page ?? []) this.#folderOf.set(entry.id, stream);
    shown.push(...(page ?? []).map(withoutContent));
    const changes = changesOfPage(page ?? [], from);
    listing.fresh += changes.filter(({ kind }) => kind === 'message').length;
    if (page !== undefined && !isEnough(page, from)) {
      listing.skip = coveredDownTo(page, from);
      return { changes, cursor: { ...cursorUnderWay(from, shown) }, more: true };
    }
    this.#listing = undefined;
    const left = leftMessages(shown, from, page === undefined);
    const opened = await this.#session();
    const state = stateOf(opened, stream);
    for (const id of left) {
      this.#rendered.delete(id);
      opened.forget(id);
    }
    return {
      changes: [...changes, ...left.map((id) => ({ kind: 'left' as const, id }))],
      cursor: {
        ...cursorAtRest(from, shown, left),
        ...state,
        ...(cameUnseen(from, { fresh: listing.fresh, left: left.length, total: state.total })
          ? { unseenAt: this.#options.context.clock.now().toISOString() }
          : {}),
      },
      more: false,
    };
  }

  async list(query: ListQuery): Promise<ListPage> {
    this.#listing = undefined;
    const { account, context } = this.#options;
    const search = query.participants?.map((address) => `participants:${address}`).join(' OR ');
    const reader = await this.#startReader(query.stream ?? 'inbox', search);
    const since = query.since ?? (search === undefined ? importBegin(account, context) : new Date(0));
    const maxEntries = search !== undefined ? searchedMessages : reader.skipTo ? auditedMessages : Infinity;
    const entries: ListedMessage[] = [];
    for (let page = await reader.next(); page !== undefined; page = await reader.next()) {
      entries.push(...page);
      if ((bottomOf(page) ?? '') < since.toISOString() || entries.length >= maxEntries) break;
    }
    return {
      entries: entries
        .filter(({ at }) => at >= since.toISOString())
        .map(({ id, isRead, message }) => ({
          id,
          ...(isRead === undefined ? {} : { isRead }),
          ...(message ? { message } : {}),
        })),
      ...(search !== undefined || entries.length >= maxEntries ? { partial: true } : {}),
    };
  }

  async fetch(id: string): Promise<FetchedMessage | undefined> {
    const { context } = this.#options;
    const opened = await this.#session();
    const known = this.#fromMemory(opened, id);
    if (known) return known;
    this.#listing = undefined;
    const folder = this.#folderOf.get(id) ?? 'inbox';
    const place = this.#place(opened, folder);
    const shown = await openMessage({ session: opened, id, folder, place, context }).catch((thrown: unknown) => {
      this.#notOpened.set(id, thrown);
      throw thrown;
    });
    this.#notOpened.delete(id);
    if (shown === 'answered') return this.#fromMemory(opened, id);
    if (shown) context.count('servedByPage');
    return shown;
  }

  async close(): Promise<void> {
    const opened = await this.#opening?.catch(() => undefined);
    await opened?.close();
  }

  #session(): Promise<OwaSession> {
    const { account, shared, context } = this.#options;
    return (this.#opening ??= openOwaSession(account, shared, context));
  }

  #place(opened: OwaSession, folder: string): MessagePlace {
    const { timeZone, context } = this.#options;
    return { folders: opened.folders, openFolder: folder, timeZone, now: context.clock.now() };
  }

  async #listingOf(stream: string, from: FolderCursor): Promise<OpenListing> {
    if (this.#listing?.stream !== stream)
      this.#listing = { stream, reader: await this.#startReader(stream), from, shown: [], fresh: 0 };
    return this.#listing;
  }

  async #startReader(folder: string, search?: string): Promise<FolderReader> {
    const opened = await this.#session();
    return openFolder({
      session: opened,
      folder,
      context: this.#options.context,
      keep: (message) => this.#keep(message),
      place: this.#place(opened, search === undefined ? folder : ''),
      ...(search === undefined ? {} : { search }),
    });
  }

  #keep(message: FetchedMessage): void {
    this.#rendered.delete(message.providerMessageId);
    this.#rendered.set(message.providerMessageId, message);
    const [longestAgo] = this.#rendered.keys();
    if (this.#rendered.size > keptMessages && longestAgo !== undefined) this.#rendered.delete(longestAgo);
  }

  #cursorOf(stream: string): FolderCursor | undefined {
    return readStream(this.#options.account, stream)?.cursor as FolderCursor | undefined;
  }

  async #otherStreams(): Promise<readonly string[]> {
    const { account, context } = this.#options;
    const opened = await this.#session();
    await opened.open('/mail/inbox');
    await opened.until(() => opened.folders.size > 0, 4 * grace);
    const known = streamsOf(account).filter((stream) => !webStreams.some((name) => name === stream));
    if (opened.folders.size === 0) {
      context.log.warn('Outlook on the web does not list its folders: only Inbox, Sent Items and Archive are read');
      context.count('folderListsMissing');
      return known;
    }
    const others = otherWebStreams(opened.folders);
    const fresh = others.filter(({ id, totalCount }) => this.#cursorOf(id) === undefined && totalCount !== 0);
    const left = fresh.slice(maxNewFolders);
    if (left.length > 0) context.count('foldersNotRead', left.length);
    return others.filter((folder) => !left.includes(folder)).map(({ id }) => id);
  }

  #fromMemory(opened: OwaSession, id: string): FetchedMessage | undefined {
    const { context } = this.#options;
    const item = opened.items.get(id);
    const place = this.#place(opened, this.#folderOf.get(id) ?? '');
    if (isWholeItem(item, place)) {
      context.count('servedByAnswers');
      return itemToMessage(item, place);
    }
    const message = this.#rendered.get(id);
    if (message) context.count('servedByPage');
    return message;
  }
}

function stateOf(opened: OwaSession, stream: string): Pick<FolderCursor, 'total' | 'unread'> {
  const folder = opened.folders.get(stream) ?? [...opened.folders.values()].find(({ name }) => name === stream);
  const { totalCount: total, unreadCount: unread } = folder ?? {};
  return { ...(total === undefined ? {} : { total }), ...(unread === undefined ? {} : { unread }) };
}

function withoutContent(entry: ListedMessage): ListedMessage {
  const { message: _, ...row } = entry;
  return row;
}
