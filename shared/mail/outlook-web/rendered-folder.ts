/** Opens each message for its id, time and content. Only rows near the view exist. */

import type { MailError } from '../mail-error.ts';
import { grace, patience, type FolderReader, type ReaderOptions } from './folder-reader.ts';
import { readList, readPane, scrollList, type RenderedList } from './in-page.ts';
import { layoutChanged } from './layout-trace.ts';
import { isUnread, outlookWords } from './outlook-words.ts';
import { idOfPath, paneToMessage } from './owa-message.ts';
import type { OwaSession } from './owa-session.ts';
import { isPastSpan, type ListedMessage } from './seen-window.ts';

const attempts = 3;
/** Doubles at each step. */
const firstStep = 16;

export class RenderedFolder implements FolderReader {
  readonly #options: ReaderOptions;
  readonly #session: OwaSession;
  readonly #patience: number;
  /** Opened while skipping: an open message cannot be reopened. */
  readonly #probed = new Map<number, ListedMessage>();
  #last = 0;

  constructor(options: ReaderOptions) {
    this.#options = options;
    this.#session = options.session;
    this.#patience = patience(options.context);
  }

  async next(): Promise<ListedMessage[] | undefined> {
    for (let attempt = 0; attempt < attempts; attempt += 1) {
      const list = await this.#show(this.#last + 1);
      if (!list) return this.#end();
      const entries = await this.#openInOrder(list);
      this.#probed.clear();
      if (entries.length > 0) return entries;
    }
    return this.#end();
  }

  async skipTo(spanOldest: string): Promise<void> {
    let newer = this.#last;
    let past: number | undefined;
    for (let step = firstStep; past === undefined; step *= 2) {
      if (await this.#isPast(newer + step, spanOldest)) past = newer + step;
      else newer += step;
    }
    while (past - newer > 1) {
      const middle = Math.floor((newer + past) / 2);
      if (await this.#isPast(middle, spanOldest)) past = middle;
      else newer = middle;
    }
    this.#last = newer;
  }

  async #openInOrder(list: RenderedList): Promise<ListedMessage[]> {
    const entries: ListedMessage[] = [];
    for (const { position } of list.options.toSorted((a, b) => a.position - b.position)) {
      if (position <= this.#last) continue;
      if (position !== this.#last + 1) break;
      const entry = this.#probed.get(position) ?? (await this.#open(position, list));
      if (!entry) break;
      entries.push(entry);
      this.#last = position;
    }
    return entries;
  }

  async #isPast(position: number, spanOldest: string): Promise<boolean> {
    const entry = await this.#probe(position);
    return entry === undefined || isPastSpan(entry.at, spanOldest);
  }

  async #end(): Promise<undefined> {
    if (this.#options.search !== undefined) return;
    const { total, options: rows } = await readRendered(this.#options);
    const expected = total ?? (this.#last === 0 ? rows.length : 0);
    // Stopping here would lose mail silently.
    if (this.#last < expected)
      throw await this.#layoutChanged(
        `expected the list to continue after ${this.#last} of ${expected} rows, but it does not`,
      );
  }

  async #probe(position: number): Promise<ListedMessage | undefined> {
    const list = await this.#show(position);
    const entry = list && (this.#probed.get(position) ?? (await this.#open(position, list)));
    if (entry) this.#probed.set(position, entry);
    return entry;
  }

  async #show(position: number): Promise<RenderedList | undefined> {
    for (let still = 0; still < attempts;) {
      const list = await readRendered(this.#options);
      const positions = list.options.map((option) => option.position);
      if (positions.includes(position)) return list;
      if (list.total !== undefined && position > list.total) return undefined;
      // Scrolling past loading rows would miss them.
      const moved =
        positions.length > 0 &&
        (await this.#session.ask((page) => page.evaluate(scrollList, position < Math.min(...positions) ? -1 : 1)));
      const came = await this.#session.until(
        async () => (await readRendered(this.#options)).options.some((option) => !positions.includes(option.position)),
        moved ? grace : this.#patience / attempts,
      );
      if (!moved && !came) still += 1;
    }
    return undefined;
  }

  async #open(position: number, { options: rows, language }: RenderedList): Promise<ListedMessage | undefined> {
    const before = await this.#session.ask((page) => page.evaluate(readPane));
    if (!(await this.#click(position))) return undefined;
    let pane = before;
    const came = await this.#session.until(async () => {
      pane = await this.#session.ask((page) => page.evaluate(readPane));
      return (
        pane !== undefined && idOfPath(pane.path) !== undefined && pane.path !== before?.path && pane.html !== undefined
      );
    }, this.#patience);
    const id = pane && idOfPath(pane.path);
    if (!came || !pane || !id)
      throw await this.#layoutChanged(`message ${position} was opened, but no reading pane with a body appeared`);
    const label = rows.find((row) => row.position === position)?.label ?? '';
    const message = paneToMessage(id, pane, !isUnread(label, outlookWords(language)), this.#options.place);
    if (!message) throw await this.#layoutChanged(`the reading pane of message ${position} shows no sender or no time`);
    this.#options.keep(message);
    return { id, at: message.receivedAt.toISOString(), isRead: message.flags.isRead, message };
  }

  async #click(position: number): Promise<boolean> {
    const selector =
      `[role="listbox"] [role="option"][aria-posinset="${position}"], [role="grid"] ` +
      `[role="row"][aria-posinset="${position}"]`;
    for (let attempt = 0; attempt < 5; attempt += 1) {
      const clicked = await this.#session.ask(async (page) => {
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

  #layoutChanged(what: string): Promise<MailError> {
    const { session, folder, context } = this.#options;
    return layoutChanged(session, `${folder}: ${what}`, 'retry', context);
  }
}

export async function readRendered({ session }: Pick<ReaderOptions, 'session'>): Promise<RenderedList> {
  return session.ask((page) =>
    page
      .evaluate(readList)
      .catch(() => ({ found: false, language: 'en-US', total: undefined, options: [], folderLabel: '' })),
  );
}
