import type { AccountDoc } from '../../models/account.ts';
import { MailError } from '../mail-error.ts';
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
import { readPane, type RenderedList } from './in-page.ts';
import { layoutChanged } from './layout-trace.ts';
import {
  idOfPath,
  isWholeItem,
  itemToMessage,
  otherWebStreams,
  paneToMessage,
  webStreams,
  type MessagePlace,
} from './owa-message.ts';
import { openOwaSession, type OwaSession } from './owa-session.ts';
import { openFolder } from './read-folder.ts';
import { readRendered } from './rendered-folder.ts';
import {
  bottomOf,
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

/** The run reports how many more there are. */
const maxOtherFolders = 20;
const searchedMessages = 100;
/** Only where each message must be opened, so that an audit ends within a run. */
const auditedMessages = 300;
const keptMessages = auditedMessages;

interface OpenListing {
  readonly stream: string;
  readonly reader: FolderReader;
  readonly from: FolderCursor;
  readonly shown: ListedMessage[];
  /** ISO 8601: covered down to this time. */
  skip?: string | undefined;
}

export interface OwaMailboxOptions {
  readonly account: AccountDoc;
  readonly shared: SharedBrowser;
  readonly context: MailboxContext;
  /** IANA name, for dates without an offset. */
  readonly timeZone: string;
}

export function createOwaMailbox({ account, shared, context, timeZone }: OwaMailboxOptions): Mailbox {
  let opening: Promise<OwaSession> | undefined;
  let listing: OpenListing | undefined;
  /** Messages read from rendered pages, until fetched. */
  const rendered = new Map<string, FetchedMessage>();
  const folderOf = new Map<string, string>();
  const session = () => (opening ??= openOwaSession(account, shared, context));
  const place = (opened: OwaSession, openFolder: string): MessagePlace => ({
    folders: opened.folders,
    openFolder,
    timeZone,
    now: context.clock.now(),
  });

  function keep(message: FetchedMessage): void {
    rendered.delete(message.providerMessageId);
    rendered.set(message.providerMessageId, message);
    const [longestAgo] = rendered.keys();
    if (rendered.size > keptMessages && longestAgo !== undefined) rendered.delete(longestAgo);
  }

  async function startReader(folder: string, search?: string): Promise<FolderReader> {
    const opened = await session();
    return openFolder({
      session: opened,
      folder,
      context,
      keep,
      place: place(opened, search === undefined ? folder : ''),
      ...(search === undefined ? {} : { search }),
    });
  }

  return {
    concurrency: 1,
    snapshot: 'changes',
    listsAll: false,
    async streams() {
      const others = await otherStreams();
      return inTurn<string>([...webStreams, ...others], cursorOf);
    },
    async isQuiet(stream) {
      const folder = (await session()).folders.get(stream);
      const cursor = cursorOf(stream);
      if (!folder || cursor?.covered !== undefined) return false;
      if (cursor === undefined) return folder.totalCount === 0;
      return cursor.total === folder.totalCount && cursor.unread === folder.unreadCount;
    },
    begin: (_stream, since) => Promise.resolve({ since: since.toISOString(), seen: [] }),

    async identity(): Promise<MailboxIdentity> {
      const opened = await session();
      if (opened.identity.email === undefined) {
        await opened.open('/mail/inbox');
        await opened.until(() => opened.identity.email !== undefined, Math.min(5000, patience(context)));
      }
      return { email: opened.identity.email ?? account.email, aliases: opened.identity.aliases };
    },

    async probe() {
      listing = undefined;
      const opened = await session();
      await opened.open('/mail/inbox');
      const answered = async () => {
        opened.throwServiceFailure();
        return opened.answers.length > 0 || (await shownList(opened)).options.length > 0;
      };
      if (!(await opened.until(answered, patience(context)))) throw silentService();
    },

    async changes(stream, given): Promise<ChangePage> {
      const cursor = given as unknown as FolderCursor;
      if (listing?.stream !== stream) listing = { stream, reader: await startReader(stream), from: cursor, shown: [] };
      const { reader, from, shown, skip } = listing;
      if (skip !== undefined) await reader.skipTo?.(skip);
      const page = await reader.next();
      for (const entry of page ?? []) folderOf.set(entry.id, stream);
      shown.push(...(page ?? []).map(withoutContent));
      const changes = changesOfPage(page ?? [], from);
      if (page !== undefined && !isEnough(page, from)) {
        listing.skip = coveredDownTo(page, from);
        return { changes, cursor: asCursor(cursorUnderWay(from, shown)), more: true };
      }
      listing = undefined;
      const left = leftMessages(shown, from, page === undefined);
      for (const id of left) {
        rendered.delete(id);
        (await session()).forget(id);
      }
      return {
        changes: [...changes, ...left.map((id) => ({ kind: 'left' as const, id }))],
        cursor: asCursor({ ...cursorAtRest(from, shown, left), ...(await stateOf(stream)) }),
        more: false,
      };
    },

    async list(query: ListQuery): Promise<ListPage> {
      listing = undefined;
      const search = query.participants?.map((address) => `participants:${address}`).join(' OR ');
      const reader = await startReader(query.stream ?? 'inbox', search);
      const since = query.since ?? (search === undefined ? importBegin(account, context) : new Date(0));
      const entries: ListedMessage[] = [];
      const maxEntries = search !== undefined ? searchedMessages : reader.skipTo ? auditedMessages : Infinity;
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
    },

    async fetch(id): Promise<FetchedMessage | undefined> {
      const opened = await session();
      const known = fromMemory(opened, id);
      if (known) return known;
      listing = undefined;
      return fetchOpened(opened, id, folderOf.get(id) ?? 'inbox');
    },

    async close() {
      const opened = await opening?.catch(() => undefined);
      await opened?.close();
    },
  };

  function cursorOf(stream: string): FolderCursor | undefined {
    return readStream(account, stream)?.cursor as FolderCursor | undefined;
  }

  /** Each changed folder costs a page load. */
  async function otherStreams(): Promise<readonly string[]> {
    const opened = await session();
    await opened.open('/mail/inbox');
    await opened.until(() => opened.folders.size > 0, 4 * grace);
    const known = streamsOf(account).filter((stream) => !webStreams.some((name) => name === stream));
    if (opened.folders.size === 0) {
      context.log.warn('Outlook on the web does not tell its folders: only Inbox, Sent Items and Archive are read');
      context.count('folderListsMissing');
      return known;
    }
    const others = otherWebStreams(opened.folders).map(({ id }) => id);
    const isUnread = (id: string) => cursorOf(id) === undefined && others.indexOf(id) >= maxOtherFolders;
    const left = others.filter(isUnread);
    if (left.length > 0) context.count('foldersNotRead', left.length);
    return others.filter((id) => !left.includes(id));
  }

  async function stateOf(stream: string): Promise<Pick<FolderCursor, 'total' | 'unread'>> {
    const { totalCount: total, unreadCount: unread } = (await session()).folders.get(stream) ?? {};
    return { ...(total === undefined ? {} : { total }), ...(unread === undefined ? {} : { unread }) };
  }

  function fromMemory(opened: OwaSession, id: string): FetchedMessage | undefined {
    const item = opened.items.get(id);
    if (isWholeItem(item)) {
      context.count('servedByAnswers');
      return itemToMessage(item, place(opened, folderOf.get(id) ?? ''));
    }
    const message = rendered.get(id);
    if (message) context.count('servedByPage');
    return message;
  }

  async function fetchOpened(opened: OwaSession, id: string, folder: string): Promise<FetchedMessage | undefined> {
    await opened.open(`/mail/${encodeURIComponent(folder)}/id/${encodeURIComponent(id)}`);
    const answered = () => isWholeItem(opened.items.get(id));
    const pane = async () => {
      const shown = await opened.ask((page) => page.evaluate(readPane).catch(() => undefined));
      return shown !== undefined && idOfPath(shown.path) === id ? shown : undefined;
    };
    const refused = () => opened.isRefused(id);
    // Without any answer, a missing message proves nothing.
    const dismissed = async () => {
      if (idOfPath(opened.path) !== undefined) return false;
      const { found, options } = await shownList(opened);
      return found && (options.length > 0 || opened.answers.some(({ isById }) => isById));
    };
    await opened.until(
      async () => answered() || refused() || (await dismissed()) || (await pane()) !== undefined,
      patience(context),
    );
    if (await opened.until(answered, refused() ? 0 : grace)) return fromMemory(opened, id);
    const shown = await pane();
    if (shown) {
      const message = paneToMessage(id, shown, true, place(opened, folder));
      if (message) {
        context.count('servedByPage');
        return message;
      }
    } else if (refused() || (await dismissed())) {
      return undefined;
    }
    opened.throwServiceFailure();
    if (!shown && !opened.answers.some(({ isById }) => isById)) throw silentService();
    throw await layoutChanged(
      opened,
      'a message was opened by its address, but neither an answer nor a reading pane with sender and time came',
      'park',
      context,
    );
  }
}

/** The service failed, not the message. */
function silentService(): MailError {
  return new MailError('Outlook on the web opens, but its calls do not answer', {
    code: 'no-answer',
    reaction: 'retry',
  });
}

async function shownList(opened: OwaSession): Promise<RenderedList> {
  return readRendered({ session: opened });
}

function withoutContent(entry: ListedMessage): ListedMessage {
  const { message: _, ...row } = entry;
  return row;
}

function asCursor(cursor: FolderCursor): Cursor {
  return { ...cursor };
}
