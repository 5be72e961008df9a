/**
 * Reads a folder's list from the newest message on, a page at a time: from the service answers that Outlook's page gets while it loads
 * and scrolls, or, where those cannot be understood, from the rendered list.
 */

import { second } from '../../platform/clock.ts';
import type { FetchedMessage, MailboxContext } from '../mail-provider.ts';
import type { DecodedAnswer, OwaItem } from './decode-answers.ts';
import { readList, readPane, scrollList, type RenderedList } from './in-page.ts';
import { layoutChanged } from './layout-trace.ts';
import { folderName, idOfPath, isWholeItem, itemToMessage, paneToMessage, receivedAt, type MessagePlace } from './owa-message.ts';
import { isUnread, outlookWords } from './outlook-words.ts';
import type { OwaSession } from './owa-session.ts';
import { parseServiceDate } from './parse-date.ts';
import type { ListedMessage } from './seen-window.ts';

/** An answer comes before what is rendered from it: this much later it does not come any more. */
const grace = 500;

export interface FolderReader {
  /** The next messages of the list; undefined at its end. */
  next(): Promise<ListedMessage[] | undefined>;
}

export interface ReaderOptions {
  readonly session: OwaSession;
  readonly folder: string;
  readonly place: MessagePlace;
  readonly context: MailboxContext;
  /** Whole messages read from the rendered page, kept for when they are asked for. */
  readonly rendered: Map<string, FetchedMessage>;
  /** Types this into the search box instead of reading the folder. */
  readonly search?: string;
}

export function patience(context: MailboxContext): number {
  return Math.min(15 * second, context.config.mailRequestTimeout);
}

/** Opens the folder and finds out which way it can be read. */
export async function openFolder(options: ReaderOptions): Promise<FolderReader> {
  const { session, folder, context, search } = options;
  await session.open(`/mail/${folder}`);
  let list = await readRendered(options);
  const listed = () => session.answers.some((answer) => belongs(answer, options));
  const look = async () => {
    list = await readRendered(options);
    return listed() || list.options.length > 0;
  };
  await session.until(async () => (await look()) || list.found, patience(context));
  await session.until(look, list.found ? 4 * grace : 0);
  if (search !== undefined) return searchResults(options, search);
  if (await session.until(listed, grace)) {
    const reader = answeredFolder(options, 0);
    if (reader.understood()) return reader;
  }
  if (list.options.length > 0) return renderedFolder(options);
  session.throwServiceFailure();
  if (!list.found) throw await layoutChanged(session, `${folder}: expected a message list (an element with role listbox), found none`, 'retry', context);
  const counted = countedMessages(options, list);
  if (counted > 0) throw await layoutChanged(session, `${folder}: expected ${counted} messages by its counter, found none in the list`, 'retry', context);
  return { next: () => Promise.resolve(undefined) };
}

/** From what Outlook's own calls answer. */
function answeredFolder(options: ReaderOptions, from: number): FolderReader & { understood(): boolean } {
  const { session, place, folder, context, search } = options;
  const shown = new Set<string>();
  let taken = from;
  let rows = 0;
  let ended = false;

  function take(): ListedMessage[] {
    const fresh: ListedMessage[] = [];
    for (const answer of session.answers.slice(taken)) {
      if (!belongs(answer, options)) continue;
      rows += answer.conversations.length || answer.items.length;
      if (answer.isLast || (answer.total !== undefined && rows >= answer.total)) ended = true;
      const ids = [...answer.items.map(({ id }) => id), ...answer.conversations.flatMap(({ itemIds }) => itemIds)];
      for (const id of ids) {
        const entry = shown.has(id) ? undefined : toListed(id, answer);
        if (entry) fresh.push(entry);
        shown.add(id);
      }
    }
    taken = session.answers.length;
    return fresh;
  }

  function toListed(id: string, answer: DecodedAnswer): ListedMessage | undefined {
    const item = session.items.get(id);
    const conversation = answer.conversations.find(({ itemIds }) => itemIds.includes(id));
    const at = (item && receivedAt(item, place)) ?? parseServiceDate(conversation?.lastDelivery, place.timeZone) ?? place.now;
    if (item && (item.isDraft || (search === undefined && !isIn(item, folder, place)))) return undefined;
    const isRead = item?.isRead ?? (conversation?.unreadCount === 0 ? true : undefined);
    return { id, at: at.toISOString(), ...(isRead === undefined ? {} : { isRead }), ...(isWholeItem(item) ? { message: itemToMessage(item, place) } : {}) };
  }

  return {
    /** False when the answers count messages but none of them could be read. */
    understood: () => session.answers.slice(from).filter((answer) => belongs(answer, options)).some((answer) => answer.total === 0 || answer.items.length > 0 || answer.conversations.length > 0),
    async next() {
      for (;;) {
        const fresh = take();
        if (fresh.length > 0) return fresh;
        if (ended) return undefined;
        const before = session.answers.length;
        const moved = await session.ask((page) => page.evaluate(scrollList));
        const came = await session.until(() => session.answers.length > before, moved ? grace / 5 : patience(context) / 5);
        if (moved || came) continue;
        // Stopping here would be mail lost without a word.
        throw await layoutChanged(session, `${folder}: expected the list to go on after ${rows} rows, but it does not scroll`, 'retry', context);
      }
    },
  };
}

/** From the rendered list: each message is opened, which also gives its id and its content. */
function renderedFolder(options: ReaderOptions): FolderReader {
  const { session, folder, place, context, rendered } = options;
  let last = 0;

  async function open(position: number, label: string, language: string): Promise<ListedMessage | undefined> {
    const before = await session.ask((page) => page.evaluate(readPane));
    if (!(await click(position))) return undefined;
    let pane = before;
    const opened = await session.until(async () => {
      pane = await session.ask((page) => page.evaluate(readPane));
      return pane !== undefined && idOfPath(pane.path) !== undefined && pane.path !== before?.path && pane.html !== undefined;
    }, patience(context));
    const id = pane && idOfPath(pane.path);
    if (!opened || !pane || !id) throw await layoutChanged(session, `${folder}: message ${position} was opened, but no reading pane with a body came`, 'retry', context);
    const message = paneToMessage(id, pane, !isUnread(label, outlookWords(language)), place);
    if (!message) throw await layoutChanged(session, `${folder}: the reading pane of message ${position} shows no sender or no time`, 'retry', context);
    rendered.set(id, message);
    return { id, at: message.receivedAt.toISOString(), isRead: message.flags.isRead, message };
  }

  /** A virtualised list replaces its rows as it scrolls: one that was found may be gone when it is clicked. */
  async function click(position: number): Promise<boolean> {
    const selector = `[role="listbox"] [role="option"][aria-posinset="${position}"], [role="grid"] [role="row"][aria-posinset="${position}"]`;
    for (let attempt = 0; attempt < 5; attempt += 1) {
      const clicked = await session.ask(async (page) => {
        const option = await page.$(selector);
        await option?.scrollIntoView().catch(() => undefined);
        return option?.click().then(() => true, () => false);
      });
      if (clicked !== false) return clicked === true;
    }
    return false;
  }

  return {
    async next() {
      for (let still = 0; still < 3; ) {
        const list = await readRendered(options);
        const fresh = list.options.filter(({ position }) => position > last).sort((a, b) => a.position - b.position);
        const entries: ListedMessage[] = [];
        for (const { position, label } of fresh) {
          const entry = await open(position, label, list.language);
          if (!entry) break;
          entries.push(entry);
          last = position;
        }
        if (entries.length > 0) return entries;
        if (list.total !== undefined && last >= list.total) return undefined;
        const moved = await session.ask((page) => page.evaluate(scrollList));
        const came = await session.until(async () => (await readRendered(options)).options.some(({ position }) => position > last), grace);
        if (!moved && !came) still += 1;
      }
      return undefined;
    },
  };
}

/** Types into the search box and reads what it finds, whichever way the list can be read. */
async function searchResults(options: ReaderOptions, search: string): Promise<FolderReader> {
  const { session, context } = options;
  const box = await session.ask((page) => page.$('[role="searchbox"], [role="search"] input, input[type="search"]'));
  if (!box) throw await layoutChanged(session, 'expected a search box (role searchbox), found none', 'retry', context);
  const before = session.answers.length;
  await session.ask(async () => {
    await box.click({ clickCount: 3 });
    await box.type(search);
    await box.press('Enter');
  });
  if (await session.until(() => session.answers.slice(before).some((answer) => answer.total === 0 || answer.items.length + answer.conversations.length > 0), 4 * grace)) return answeredFolder(options, before);
  return renderedFolder(options);
}

async function readRendered({ session }: Pick<ReaderOptions, 'session'>): Promise<RenderedList> {
  return session.ask((page) => page.evaluate(readList).catch(() => ({ found: false, language: 'en-US', total: undefined, options: [], folderLabel: '' })));
}

/** Startup data may bring the beginning of the inbox along, whichever folder is open. */
function belongs(answer: DecodedAnswer, { place, folder, search }: ReaderOptions): boolean {
  if (answer.conversations.length > 0) return true;
  if (answer.items.length === 0) return answer.total === 0;
  const isList = answer.total !== undefined || answer.items.length > 1;
  return isList && (search !== undefined || answer.items.some((item) => isIn(item, folder, place)));
}

function isIn(item: OwaItem, folder: string, place: MessagePlace): boolean {
  return folderName(item, place).own === folder;
}

/** What the folder's counter says, by service answer or by its label. */
function countedMessages({ session, folder }: Pick<ReaderOptions, 'session' | 'folder'>, list: RenderedList): number {
  const answered = [...session.folders.values()].find(({ name }) => name === folder)?.totalCount;
  return answered ?? list.total ?? Number(/(\d+)/.exec(list.folderLabel)?.[1] ?? 0);
}
