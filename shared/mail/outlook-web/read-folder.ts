import { MailError } from '../mail-error.ts';
import type { OwaItem } from './decode-answers.ts';
import { grace, patience, type FolderReader, type ReaderOptions } from './folder-reader.ts';
import { scrollList, type RenderedList } from './in-page.ts';
import { layoutChanged } from './layout-trace.ts';
import { folderName, isWholeItem, itemToMessage, receivedAt, type MessagePlace } from './owa-message.ts';
import type { ShownAnswer } from './owa-session.ts';
import { parseServiceDate } from './parse-date.ts';
import { readRendered, RenderedFolder } from './rendered-folder.ts';
import type { ListedMessage } from './seen-window.ts';

/** Reads newest first, from the service's answers, else from the rendered list. */
export async function openFolder(options: ReaderOptions): Promise<FolderReader> {
  const { session, folder, context, search } = options;
  await session.open(`/mail/${encodeURIComponent(folder)}`);
  let list = await readRendered(options);
  const listed = () => session.answers.some((answer) => belongs(answer, options));
  const look = async () => {
    list = await readRendered(options);
    return listed() || list.options.length > 0;
  };
  await session.until(async () => (await look()) || list.found, patience(context));
  await session.until(async () => (await look()) || saysEmpty(options, list), list.found ? patience(context) : 0);
  if (search !== undefined) return searchResults(options, search);
  if (await session.until(listed, grace)) {
    const reader = answeredFolder(options, 0);
    if (reader.understood()) return reader;
  }
  if (list.options.length > 0) return new RenderedFolder(options);
  session.throwServiceFailure();
  if (!list.found)
    throw await layoutChanged(
      session,
      `${folder}: expected a message list (an element with role listbox), found none`,
      'retry',
      context,
    );
  const counted = countedMessages(options, list);
  if (counted > 0)
    throw await layoutChanged(
      session,
      `${folder}: its counter says ${counted} messages, but the list shows none`,
      'retry',
      context,
    );
  if (!saysEmpty(options, list))
    throw new MailError(`Outlook on the web: ${folder} shows no messages, but no answer confirms that it is empty`, {
      code: 'list-unproven',
      reaction: 'retry',
    });
  return { next: () => Promise.resolve(undefined) };
}

/** A page that shows nothing may still await its answer. */
function saysEmpty({ session, folder }: ReaderOptions, list: RenderedList): boolean {
  const counted = [...session.folders.values()].find((one) => (one.name ?? one.id) === folder)?.totalCount;
  return counted === 0 || /(^|\D)0(\D|$)/.test(list.folderLabel);
}

function answeredFolder(options: ReaderOptions, from: number): FolderReader & { understood(): boolean } {
  const { session, place, folder, context, search } = options;
  const shown = new Set<string>();
  let taken = from;
  /** The list may repeat a row. */
  const rows = new Set<string>();
  let ended = false;

  function take(): ListedMessage[] {
    const fresh: ListedMessage[] = [];
    for (const answer of session.answers.slice(taken)) {
      if (!belongs(answer, options)) continue;
      for (const { id } of answer.conversations.length > 0 ? answer.conversations : answer.items) rows.add(id);
      if (answer.isLast || (answer.total !== undefined && rows.size >= answer.total)) ended = true;
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

  function toListed(id: string, answer: ShownAnswer): ListedMessage | undefined {
    const item = session.items.get(id);
    const conversation = answer.conversations.find(({ itemIds }) => itemIds.includes(id));
    const rowAt = parseServiceDate(conversation?.lastDelivery, place.timeZone);
    const at = (item && receivedAt(item, place)) ?? rowAt ?? place.now;
    if (item && (item.isDraft || (search === undefined && !isIn(item, folder, place)))) return undefined;
    const row = { id, at: at.toISOString(), ...(rowAt ? { rowAt: rowAt.toISOString() } : {}) };
    return { ...row, ...shownOf(item, conversation?.unreadCount === 0) };
  }

  function shownOf(item: OwaItem | undefined, isAllRead: boolean): Pick<ListedMessage, 'isRead' | 'message'> {
    const isRead = item?.isRead ?? (isAllRead ? true : undefined);
    return {
      ...(isRead === undefined ? {} : { isRead }),
      ...(isWholeItem(item, place) ? { message: itemToMessage(item, place) } : {}),
    };
  }

  return {
    /** False when answers count messages but none could be read. */
    understood: () =>
      session.answers
        .slice(from)
        .filter((answer) => belongs(answer, options))
        .some((answer) => answer.total === 0 || answer.items.length > 0 || answer.conversations.length > 0),
    async next() {
      for (;;) {
        const fresh = take();
        if (fresh.length > 0) return fresh;
        if (ended) return undefined;
        const before = session.answers.length;
        const moved = await session.ask((page) => page.evaluate(scrollList, 1));
        const came = await session.until(
          () => session.answers.length > before,
          moved ? grace / 5 : patience(context) / 5,
        );
        if (moved || came) continue;
        // Stopping here would lose mail silently.
        throw await layoutChanged(
          session,
          `${folder}: expected more than ${rows.size} rows, but the list does not scroll`,
          'retry',
          context,
        );
      }
    },
  };
}

async function searchResults(options: ReaderOptions, search: string): Promise<FolderReader> {
  const { session, context } = options;
  const box = await session.ask((page) => page.$('[role="searchbox"], [role="search"] input, input[type="search"]'));
  if (!box) throw await layoutChanged(session, 'expected a search box (role searchbox), found none', 'retry', context);
  const before = session.answers.length;
  await session.ask(async () => {
    await box.click({ count: 3 });
    await box.type(search);
    await box.press('Enter');
  });
  if (
    await session.until(
      () =>
        session.answers
          .slice(before)
          .some((answer) => answer.total === 0 || answer.items.length + answer.conversations.length > 0),
      4 * grace,
    )
  )
    return answeredFolder(options, before);
  return new RenderedFolder(options);
}

/** Preloaded items are no list; startup data may hold the first inbox rows, or their lack, whichever folder is open. */
function belongs(answer: ShownAnswer, { place, folder, search }: ReaderOptions): boolean {
  if (answer.isById) return false;
  if (answer.conversations.length > 0) return true;
  if (answer.items.length === 0) return answer.isList && answer.total === 0;
  const isList = answer.total !== undefined || answer.items.length > 1;
  return isList && (search !== undefined || answer.items.some((item) => isIn(item, folder, place)));
}

function isIn(item: OwaItem, folder: string, place: MessagePlace): boolean {
  return folderName(item, place).own === folder;
}

function countedMessages({ session, folder }: Pick<ReaderOptions, 'session' | 'folder'>, list: RenderedList): number {
  const answered = [...session.folders.values()].find(({ id, name }) => (name ?? id) === folder)?.totalCount;
  return answered ?? list.total ?? Number(/(\d+)/.exec(list.folderLabel)?.[1] ?? 0);
}
