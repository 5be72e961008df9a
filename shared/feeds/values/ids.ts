/** Ids of listings: always text, trimmed, letter case kept. */
import { createHash } from 'node:crypto';
import type { IdSource } from '../formats/feed-format.ts';
import { cleanLine } from './text.ts';

export interface ListingId {
  readonly id: string | undefined;
  readonly idSource: IdSource;
  /** The hash that would stand in for all of these; `undefined`: too little is known. */
  readonly standIn?: string;
}

export interface IdCandidates {
  readonly id?: string | null | undefined;
  readonly reference?: string | null | undefined;
  readonly url?: string | null | undefined;
  /** What tells the listing apart and changes seldom: title, place, kind, rooms, areas. Not the price. */
  readonly stable: readonly (string | number | null | undefined)[];
}

const maxLength = 200;
const guessed = 'hash-';
/** What exporters write for want of an id. */
const nothing = /^(?:0*|null|nil|none|undefined|n\/?a|nan|[-.?_]+)$/i;

/** Whether an id was made up from what the item says, for want of anything better. */
export function isGuessedId(id: string): boolean {
  return id.startsWith(guessed);
}

/** The feed's id, else the reference, else the listing's address on the web, else a hash of what changes seldom. */
export function chooseId(candidates: IdCandidates): ListingId {
  const standIn = hashOfStable(candidates.stable);
  for (const idSource of ['id', 'reference', 'url'] as const) {
    const id = cleanId(candidates[idSource] ?? '');
    if (!isNothing(id)) return standIn === undefined ? { id, idSource } : { id, idSource, standIn };
  }
  return { id: standIn, idSource: 'hash' };
}

/** What a listing without an id is known by; `undefined` when too little is known of it. */
function hashOfStable(stable: IdCandidates['stable']): string | undefined {
  const parts = stable.map((part) =>
    part === null || part === undefined ? '' : cleanLine(String(part)).toLowerCase(),
  );
  return parts.filter((part) => part !== '').length < 2 ? undefined : `${guessed}${digest(parts.join('\u001f'))}`;
}

/** Whether a text is what exporters write for want of an id or a reference. */
export function isNothing(text: string): boolean {
  return nothing.test(text);
}

/** What references are compared by: people write one in several ways. */
export function referenceKey(reference: string | null | undefined): string | undefined {
  return reference?.trim().toLowerCase() || undefined;
}

/**
 * One line without control characters; an id over 200 characters is its beginning and a hash, so that it stays an index
 * key.
 */
export function cleanId(text: string): string {
  const line = cleanLine(text);
  return line.length <= maxLength ? line : `${line.slice(0, maxLength - 33)}-${digest(line)}`;
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 32);
}
