/**
 * Where the delta of one folder goes on. A *walk* shows what the folder holds, page by page; it ends with a link to the
 * first
 * *round*, and each round with a link to the next.
 */

import type { Cursor } from '../mail-provider.ts';
import { attachmentFields, messageState, wholeMessage } from './message-fields.ts';

/** Graph cuts walks with `$filter` off after this many messages (message: delta, Microsoft Graph documentation). */
const maxFilteredWalk = 5000;
const usualPageSize = 50;

/** What a cursor keeps of its folder: as long as it is so, nothing has happened there. */
export interface FolderState {
  readonly total?: number;
  readonly unread?: number;
  /** As which the folder was found in OUTLOOK_FOLDERS: renamed or moved, it is still meant. */
  readonly named?: string;
}

export interface DeltaCursor extends FolderState {
  readonly phase: 'walk' | 'round';
  /** Path and query after /v1.0 to go on from; absent: the walk begins. */
  readonly link?: string;
  /** ISO 8601: mail received before is of no interest. */
  readonly since: string;
  /** Whether the bound is in the query; without, the whole folder is walked and older mail is passed over here. */
  readonly filtered: boolean;
  /** Without content, which is asked for besides. For folders with a message that no page can carry. */
  readonly light: boolean;
  /** Whether attachments' names come along; servers that refuse that are asked per message. */
  readonly expanded: boolean;
  readonly pageSize: number;
  /** Messages shown by this walk so far. */
  readonly seen: number;
}

export function beginWalk(since: string, options: { filtered: boolean; light: boolean }): DeltaCursor {
  return { phase: 'walk', since, ...options, expanded: !options.light, pageSize: usualPageSize, seen: 0 };
}

/** Reads what `beginWalk` and `advance` made, after its way through the database. */
export function readDeltaCursor(cursor: Cursor): DeltaCursor {
  return cursor as unknown as DeltaCursor;
}

export function deltaPath(stream: string, cursor: DeltaCursor): string {
  if (cursor.link !== undefined) return cursor.link;
  const query = [
    `$select=${cursor.light ? messageState : wholeMessage}`,
    ...(cursor.expanded ? [`$expand=${attachmentFields}`] : []),
    ...(cursor.filtered ? [`$filter=${encodeURIComponent(`receivedDateTime ge ${cursor.since}`)}`] : []),
  ];
  return `/me/mailFolders/${encodeURIComponent(stream)}/messages/delta?${query.join('&')}`;
}

/**
 * The cursor after a page.
 *
 * @param shown messages on the page
 * @param next path of the next page of this walk or round
 * @param delta path of the next round, when this was the last page
 */
export function advance(
  cursor: DeltaCursor,
  shown: number,
  next: string | undefined,
  delta: string | undefined,
): DeltaCursor {
  const seen = cursor.seen + shown;
  if (next !== undefined) return { ...cursor, link: next, seen };
  if (cursor.phase === 'walk' && cursor.filtered && seen >= maxFilteredWalk)
    return beginWalk(cursor.since, { filtered: false, light: cursor.light });
  return { ...cursor, phase: 'round', link: delta as string, pageSize: usualPageSize, seen: 0 };
}
