/**
 * What Outlook on the web showed of a folder last time, and what follows from what it shows now. It has no change log: changes are
 * found by comparing the newest messages with those remembered. Pure.
 */

import type { FetchedMessage, MailChange } from '../mail-provider.ts';

/** A message as the list shows it. */
export interface ListedMessage {
  readonly id: string;
  /** ISO 8601 */
  readonly at: string;
  readonly isRead?: boolean;
  readonly message?: FetchedMessage;
}

export interface SeenMessage {
  readonly id: string;
  readonly at: string;
  readonly isRead?: boolean;
}

export interface FolderCursor {
  /** ISO 8601: mail before is of no interest. */
  readonly since: string;
  /** Newest first. */
  readonly seen: readonly SeenMessage[];
  /** A listing is under way and has come down to here: until it is older, a page of known messages is no reason to stop. */
  readonly reached?: string;
}

/** So many are remembered per folder; what happens to older ones is found by the daily audit. */
export const rememberedMessages = 200;

/** Whether the list need not be followed further after this page. */
export function isEnough(page: readonly ListedMessage[], cursor: FolderCursor): boolean {
  const oldest = oldestOf(page);
  if (oldest !== undefined && oldest < cursor.since) return true;
  if (cursor.reached !== undefined && (oldest === undefined || oldest >= cursor.reached)) return false;
  const known = new Set(cursor.seen.map(({ id }) => id));
  return page.length > 0 && page.every(({ id }) => known.has(id));
}

/** New messages and changed read states of one page. */
export function changesOfPage(page: readonly ListedMessage[], cursor: FolderCursor): MailChange[] {
  const known = new Map(cursor.seen.map((entry) => [entry.id, entry]));
  return page.flatMap((entry): MailChange[] => {
    if (entry.at < cursor.since) return [];
    const before = known.get(entry.id);
    if (!before) return [{ kind: 'message', id: entry.id, ...(entry.message ? { message: entry.message } : {}) }];
    if (entry.isRead === undefined || entry.isRead === before.isRead) return [];
    return [{ kind: 'flags', id: entry.id, flags: { isRead: entry.isRead } }];
  });
}

/** Remembered messages that a finished listing should have shown and did not. */
export function leftMessages(shown: readonly ListedMessage[], cursor: FolderCursor, reachedEnd: boolean): string[] {
  const present = new Set(shown.map(({ id }) => id));
  const oldest = oldestOf(shown);
  const inRange = (at: string) => reachedEnd || (oldest !== undefined && at > oldest);
  return cursor.seen.filter((entry) => inRange(entry.at) && !present.has(entry.id)).map(({ id }) => id);
}

/** The cursor in the middle of a listing. */
export function cursorUnderWay(cursor: FolderCursor, shown: readonly ListedMessage[]): FolderCursor {
  const oldest = oldestOf(shown);
  const reached = [oldest, cursor.reached].filter((at) => at !== undefined).sort()[0];
  return { since: cursor.since, seen: merged(cursor.seen, shown), ...(reached === undefined ? {} : { reached }) };
}

/** The cursor after a finished listing. */
export function cursorAtRest(cursor: FolderCursor, shown: readonly ListedMessage[], left: readonly string[]): FolderCursor {
  const gone = new Set(left);
  return { since: cursor.since, seen: merged(cursor.seen.filter(({ id }) => !gone.has(id)), shown) };
}

function merged(seen: readonly SeenMessage[], shown: readonly ListedMessage[]): SeenMessage[] {
  const all = new Map(seen.map((entry) => [entry.id, entry]));
  for (const { id, at, isRead } of shown) all.set(id, { id, at, ...(isRead === undefined ? {} : { isRead }) });
  return [...all.values()].sort((a, b) => (a.at < b.at ? 1 : a.at > b.at ? -1 : a.id < b.id ? 1 : -1)).slice(0, rememberedMessages);
}

function oldestOf(entries: readonly ListedMessage[]): string | undefined {
  return entries.map(({ at }) => at).sort()[0];
}
