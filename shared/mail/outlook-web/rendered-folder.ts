/** Opens each message for its id, time and content. Virtualised: only rows near the view exist. */

import { grace, patience, type FolderReader, type ReaderOptions } from './folder-reader.ts';
import { readList, readPane, scrollList, type RenderedList } from './in-page.ts';
import { layoutChanged } from './layout-trace.ts';
import { isUnread, outlookWords } from './outlook-words.ts';
import { idOfPath, paneToMessage } from './owa-message.ts';
import { isPastSpan, type ListedMessage } from './seen-window.ts';

const attempts = 3;
/** Doubles at each step. */
const firstStep = 16;

export function renderedFolder(options: ReaderOptions): FolderReader {
  const { session, folder, place, context } = options;
  /** Opened while skipping: an open message cannot be reopened. */
  const probed = new Map<number, ListedMessage>();
  let last = 0;

  return {
    async next() {
      for (let attempt = 0; attempt < attempts; attempt += 1) {
        const list = await show(last + 1);
        if (!list) return end();
        const entries: ListedMessage[] = [];
        for (const { position } of [...list.options].sort((a, b) => a.position - b.position)) {
          if (position <= last) continue;
          const entry = position === last + 1 ? (probed.get(position) ?? (await open(position, list))) : undefined;
          if (!entry) break;
          entries.push(entry);
          last = position;
        }
        probed.clear();
        if (entries.length > 0) return entries;
      }
      return end();
    },

    async skipTo(spanOldest) {
      let newer = last;
      let past: number | undefined;
      const isPast = async (position: number) => {
        const entry = await probe(position);
        return entry === undefined || isPastSpan(entry.at, spanOldest);
      };
      for (let step = firstStep; past === undefined; step *= 2) {
        if (await isPast(newer + step)) past = newer + step;
        else newer += step;
      }
      while (past - newer > 1) {
        const middle = Math.floor((newer + past) / 2);
        if (await isPast(middle)) past = middle;
        else newer = middle;
      }
      last = newer;
    },
  };

  async function end(): Promise<undefined> {
    if (options.search !== undefined) return;
    const { total, options: rows } = await readRendered(options);
    const expected = total ?? (last === 0 ? rows.length : 0);
    // Stopping here would lose mail silently.
    if (last < expected)
      throw await layoutChanged(
        session,
        `${folder}: expected the list to go on after ${last} of ${expected} rows, but it does not`,
        'retry',
        context,
      );
  }

  async function probe(position: number): Promise<ListedMessage | undefined> {
    const list = await show(position);
    const entry = list && (probed.get(position) ?? (await open(position, list)));
    if (entry) probed.set(position, entry);
    return entry;
  }

  /** Scrolls to the row; undefined if the list lacks it. */
  async function show(position: number): Promise<RenderedList | undefined> {
    for (let still = 0; still < attempts;) {
      const list = await readRendered(options);
      const positions = list.options.map((option) => option.position);
      if (positions.includes(position)) return list;
      if (list.total !== undefined && position > list.total) return undefined;
      // Wait for loading rows: scrolling past would miss them.
      const moved =
        positions.length > 0 &&
        (await session.ask((page) => page.evaluate(scrollList, position < Math.min(...positions) ? -1 : 1)));
      const came = await session.until(
        async () => (await readRendered(options)).options.some((option) => !positions.includes(option.position)),
        moved ? grace : patience(context) / attempts,
      );
      if (!moved && !came) still += 1;
    }
    return undefined;
  }

  async function open(position: number, { options: rows, language }: RenderedList): Promise<ListedMessage | undefined> {
    const before = await session.ask((page) => page.evaluate(readPane));
    if (!(await click(position))) return undefined;
    let pane = before;
    const came = await session.until(async () => {
      pane = await session.ask((page) => page.evaluate(readPane));
      return (
        pane !== undefined && idOfPath(pane.path) !== undefined && pane.path !== before?.path && pane.html !== undefined
      );
    }, patience(context));
    const id = pane && idOfPath(pane.path);
    if (!came || !pane || !id)
      throw await layoutChanged(
        session,
        `${folder}: message ${position} was opened, but no reading pane with a body came`,
        'retry',
        context,
      );
    const label = rows.find((row) => row.position === position)?.label ?? '';
    const message = paneToMessage(id, pane, !isUnread(label, outlookWords(language)), place);
    if (!message)
      throw await layoutChanged(
        session,
        `${folder}: the reading pane of message ${position} shows no sender or no time`,
        'retry',
        context,
      );
    options.keep(message);
    return { id, at: message.receivedAt.toISOString(), isRead: message.flags.isRead, message };
  }

  /** The page may replace a row before the click. */
  async function click(position: number): Promise<boolean> {
    const selector =
      `[role="listbox"] [role="option"][aria-posinset="${position}"], [role="grid"] ` +
      `[role="row"][aria-posinset="${position}"]`;
    for (let attempt = 0; attempt < 5; attempt += 1) {
      const clicked = await session.ask(async (page) => {
        const option = await page.$(selector);
        await option?.scrollIntoView().catch(() => undefined);
        return option?.click().then(
          () => true,
          () => false,
        );
      });
      if (clicked !== false) return clicked === true;
    }
    return false;
  }
}

export async function readRendered({ session }: Pick<ReaderOptions, 'session'>): Promise<RenderedList> {
  return session.ask((page) =>
    page
      .evaluate(readList)
      .catch(() => ({ found: false, language: 'en-US', total: undefined, options: [], folderLabel: '' })),
  );
}
