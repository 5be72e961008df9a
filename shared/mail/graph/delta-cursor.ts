/**
 * A *walk* pages through a folder's content, then *rounds* through changes; each ends with a link to the next round.
 */

import type { Cursor } from '../mail-provider.ts';
import { attachmentFields, messageState, wholeMessage } from './message-fields.ts';

/** Graph cuts off walks with `$filter` here (Microsoft Graph, message: delta). */
const maxFilteredWalk = 5000;
const usualPageSize = 50;

export interface FolderState {
  readonly total?: number;
  readonly unread?: number;
  /** OUTLOOK_FOLDERS entry, even after a rename or move. */
  readonly named?: string;
}

export interface DeltaCursor extends FolderState {
  readonly phase: 'walk' | 'round';
  /** Path and query after /v1.0. */
  readonly link?: string;
  /** ISO 8601: earlier mail is ignored. */
  readonly since: string;
  readonly filtered: boolean;
  /** Without content, because one message fits no page. */
  readonly light: boolean;
  /** With attachment names; some servers refuse. */
  readonly expanded: boolean;
  readonly pageSize: number;
  readonly seen: number;
}

export function beginWalk(since: string, options: { filtered: boolean; light: boolean }): DeltaCursor {
  return { phase: 'walk', since, ...options, expanded: !options.light, pageSize: usualPageSize, seen: 0 };
}

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
