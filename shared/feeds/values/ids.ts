import { createHash } from 'node:crypto';
import type { IdSource } from '../formats/feed-format.ts';
import { cleanLine } from './text.ts';

export interface ListingId {
  readonly id: string | undefined;
  readonly idSource: IdSource;
  /** For a missing id; `undefined` if too little is known. */
  readonly standIn?: string;
}

export interface IdCandidates {
  readonly id?: string | null | undefined;
  readonly reference?: string | null | undefined;
  readonly url?: string | null | undefined;
  /** Distinctive, rarely changed values. Not the price. */
  readonly stable: readonly (string | number | null | undefined)[];
}

const maxLength = 200;
const guessed = 'hash-';
const nothing = /^(?:0*|null|nil|none|undefined|n\/?a|nan|[-.?_]+)$/i;

export function isGuessedId(id: string): boolean {
  return id.startsWith(guessed);
}

export function chooseId(candidates: IdCandidates): ListingId {
  const standIn = hashOfStable(candidates.stable);
  for (const idSource of ['id', 'reference', 'url'] as const) {
    const id = cleanId(candidates[idSource] ?? '');
    if (!isNothing(id)) return standIn === undefined ? { id, idSource } : { id, idSource, standIn };
  }
  return { id: standIn, idSource: 'hash' };
}

function hashOfStable(stable: IdCandidates['stable']): string | undefined {
  const parts = stable.map((part) =>
    part === null || part === undefined ? '' : cleanLine(String(part)).toLowerCase(),
  );
  return parts.filter((part) => part !== '').length < 2 ? undefined : `${guessed}${digest(parts.join('\u001f'))}`;
}

export function isNothing(text: string): boolean {
  return nothing.test(text);
}

/** People vary how they write references. */
export function referenceKey(reference: string | null | undefined): string | undefined {
  return reference?.trim().toLowerCase() || undefined;
}

/** One line; over 200 characters, its end becomes a hash, to fit an index. */
export function cleanId(text: string): string {
  const line = cleanLine(text);
  return line.length <= maxLength ? line : `${line.slice(0, maxLength - 33)}-${digest(line)}`;
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 32);
}
