/** Outlook on the web has no change log: a folder's newest messages are compared with those remembered. */

import { minute } from '../../platform/clock.ts';
import type { FetchedMessage, MailChange } from '../mail-provider.ts';

export interface ListedMessage {
  readonly id: string;
  /** ISO 8601 */
  readonly at: string;
  /** ISO 8601. If the row sorts by another time, such as a conversation's. */
  readonly rowAt?: string;
  readonly isRead?: boolean;
  readonly message?: FetchedMessage;
}

interface SeenMessage {
  readonly id: string;
  readonly at: string;
  readonly isRead?: boolean;
}

/** Times of its rows. ISO 8601 */
interface Span {
  readonly newest: string;
  readonly oldest: string;
}

export interface FolderCursor {
  /** ISO 8601: earlier mail is ignored. */
  readonly since: string;
  /** Newest first. */
  readonly seen: readonly SeenMessage[];
  readonly covered?: readonly Span[];
  /** At the last complete reading. */
  readonly total?: number;
  readonly unread?: number;
  /** ISO 8601: more came than was listed, such as mail with an old date. The audit looks for it. */
  readonly unseenAt?: string;
}

/** Per folder; the daily audit covers older messages. */
const rememberedMessages = 200;

/** Rendered times: a part may be incomplete at its ends. */
const precision = minute;

export function isEnough(page: readonly ListedMessage[], cursor: FolderCursor): boolean {
  const bottom = bottomOf(page);
  if (bottom === undefined) return false;
  if (bottom < cursor.since) return true;
  if (cursor.covered !== undefined) {
    const covered = coveredDownTo(page, cursor);
    return covered !== undefined && covered <= cursor.since;
  }
  const known = new Set(cursor.seen.map(({ id }) => id));
  return page.every(({ id }) => known.has(id));
}

export function coveredDownTo(page: readonly ListedMessage[], cursor: FolderCursor): string | undefined {
  const bottom = bottomOf(page);
  return bottom === undefined ? undefined : cursor.covered?.find((span) => isInside(bottom, span))?.oldest;
}

/** Whether the row ends a covered part: the listing resumes there. */
export function isPastSpan(at: string, spanOldest: string): boolean {
  return at <= shifted(spanOldest, precision);
}

export function changesOfPage(page: readonly ListedMessage[], cursor: FolderCursor): MailChange[] {
  const known = new Map(cursor.seen.map((entry) => [entry.id, entry]));
  // Older than all remembered ones: listed before, unless moved since.
  const forgotten = cursor.seen.length < rememberedMessages ? '' : (cursor.seen.at(-1)?.at ?? '');
  return page.flatMap((entry): MailChange[] => {
    if (entry.at < cursor.since) return [];
    const before = known.get(entry.id);
    if (!before)
      return entry.at < forgotten && isCovered(entry, cursor)
        ? []
        : [{ kind: 'message', id: entry.id, ...(entry.message ? { message: entry.message } : {}) }];
    if (entry.isRead === undefined || entry.isRead === before.isRead) return [];
    return [{ kind: 'flags', id: entry.id, flags: { isRead: entry.isRead } }];
  });
}

/** Remembered messages that a finished listing lacks, except in skipped parts. */
export function leftMessages(shown: readonly ListedMessage[], cursor: FolderCursor, reachedEnd: boolean): string[] {
  const present = new Set(shown.map(({ id }) => id));
  const bottom = bottomOf(shown);
  const inRange = (at: string) => reachedEnd || (bottom !== undefined && at > bottom);
  return cursor.seen
    .filter((entry) => inRange(entry.at) && !present.has(entry.id) && !isCovered(entry, cursor))
    .map(({ id }) => id);
}

/** Whether the folder grew by more than the listing showed, which stops at known messages. */
export function cameUnseen(
  cursor: FolderCursor,
  { fresh, left, total }: { readonly fresh: number; readonly left: number; readonly total: number | undefined },
): boolean {
  return cursor.total !== undefined && total !== undefined && total - cursor.total > fresh - left;
}

export function cursorUnderWay(cursor: FolderCursor, shown: readonly ListedMessage[]): FolderCursor {
  const latest = cursor.seen[0];
  // Everything up to the latest message was listed.
  const before = cursor.covered ?? (latest ? [{ newest: latest.at, oldest: cursor.since }] : []);
  const bottom = bottomOf(shown);
  if (bottom === undefined) return { ...cursor, covered: before };
  let span: Span = { newest: shown.map(rowOf).reduce((one, other) => (one > other ? one : other)), oldest: bottom };
  const apart: Span[] = [];
  for (const other of before) {
    if (span.oldest >= shifted(other.newest, -precision)) apart.push(other);
    else
      span = {
        newest: span.newest > other.newest ? span.newest : other.newest,
        oldest: span.oldest < other.oldest ? span.oldest : other.oldest,
      };
  }
  const { covered: _, ...rest } = cursor;
  return { ...rest, seen: merged(cursor.seen, shown), covered: [span, ...apart] };
}

export function cursorAtRest(
  cursor: FolderCursor,
  shown: readonly ListedMessage[],
  left: readonly string[],
): FolderCursor {
  const gone = new Set(left);
  return {
    since: cursor.since,
    ...(cursor.unseenAt === undefined ? {} : { unseenAt: cursor.unseenAt }),
    seen: merged(
      cursor.seen.filter(({ id }) => !gone.has(id)),
      shown,
    ),
  };
}

export function inTurn<Name extends string>(
  folders: readonly Name[],
  cursorOf: (folder: Name) => FolderCursor | undefined,
): Name[] {
  const reached = (folder: Name) => {
    const cursor = cursorOf(folder);
    return cursor ? (cursor.covered?.[0]?.oldest ?? '~') : '~~';
  };
  return folders.toSorted((a, b) => (reached(a) < reached(b) ? 1 : reached(a) > reached(b) ? -1 : 0));
}

/** By the last row: pinned messages come first. */
export function bottomOf(page: readonly ListedMessage[]): string | undefined {
  const last = page.at(-1);
  return last && rowOf(last);
}

function rowOf({ at, rowAt }: ListedMessage): string {
  return rowAt ?? at;
}

function isCovered(entry: ListedMessage, cursor: FolderCursor): boolean {
  return cursor.covered?.some((span) => isInside(rowOf(entry), span)) ?? false;
}

function isInside(at: string, { newest, oldest }: Span): boolean {
  return at > shifted(oldest, precision) && at < shifted(newest, -precision);
}

function shifted(at: string, by: number): string {
  return new Date(Date.parse(at) + by).toISOString();
}

function merged(seen: readonly SeenMessage[], shown: readonly ListedMessage[]): SeenMessage[] {
  const all = new Map(seen.map((entry) => [entry.id, entry]));
  for (const { id, at, isRead } of shown) all.set(id, { id, at, ...(isRead === undefined ? {} : { isRead }) });
  return [...all.values()]
    .sort((a, b) => (a.at < b.at ? 1 : a.at > b.at ? -1 : a.id < b.id ? 1 : -1))
    .slice(0, rememberedMessages);
}
