/** In a snapshot, one of several items with the same id counts, whatever their order. */

import type { Item, Row } from './facts.ts';

export interface Duplicate {
  readonly item: Item;
  /** Start of both, bytes. */
  readonly offsets: readonly [counts: number, other: number];
  readonly differs: boolean;
}

export interface Distinct {
  readonly items: readonly Item[];
  readonly duplicates: readonly Duplicate[];
  readonly replacing: readonly Duplicate[];
}

export interface KnownIds {
  idOf(item: Item): string;
  byId(id: string): Row | undefined;
  unchangedAt(id: string): number | undefined;
  /** Stored a moment ago, the listing has no precedence. */
  readonly isFirstImport: boolean;
}

export function withoutDuplicates(items: readonly Item[], known: KnownIds): Distinct {
  const chosen: Item[] = [];
  const duplicates: Duplicate[] = [];
  const replacing: Duplicate[] = [];
  for (const [id, ofOne] of Map.groupBy(items, (item) => known.idOf(item))) {
    const row = known.byId(id);
    const storedAt = known.unchangedAt(id);
    const preferred = known.isFirstImport ? undefined : row;
    const winner = ofOne
      .toSorted((one, other) => rank(one, preferred) - rank(other, preferred) || order(one, other))
      .reduce(later);
    const storedCounts = storedAt !== undefined && row !== undefined && !beats(winner, row, known.isFirstImport);
    const [counts, at] = storedCounts ? [row.hash, storedAt] : [contentOf(winner), winner.offset];
    for (const item of ofOne)
      if (item !== winner || storedCounts)
        duplicates.push({ item, offsets: [at, item.offset], differs: contentOf(item) !== counts });
    if (storedCounts) continue;
    chosen.push(winner);
    if (storedAt !== undefined) replacing.push({ item: winner, offsets: [at, storedAt], differs: true });
  }
  return { items: chosen.sort((one, other) => one.at - other.at), duplicates, replacing };
}

function contentOf({ hash, removes }: Item): string | undefined {
  return removes ? undefined : hash;
}

function beats(item: Item, row: Row, isFirstImport: boolean): boolean {
  const content = contentOf(item);
  if (content === row.hash) return false;
  if (isLater(item, row)) return true;
  return isFirstImport && !isLater(row, item) && content !== undefined && row.hash !== undefined && content < row.hash;
}

/** Stored version first: reordering a feed changes nothing. */
function rank(item: Item, row: Row | undefined): number {
  return row !== undefined && contentOf(item) === row.hash ? 0 : 1;
}

/** An offer beats a removal; position decides only between equals. */
function order(one: Item, other: Item): number {
  if (one.removes !== other.removes) return one.removes ? 1 : -1;
  if (one.hash !== other.hash) return one.hash < other.hash ? -1 : 1;
  return (other.modifiedAt ?? 0) - (one.modifiedAt ?? 0) || one.offset - other.offset;
}

function later(best: Item, next: Item): Item {
  return isLater(next, best) ? next : best;
}

function isLater(one: Pick<Item, 'modifiedAt'>, other: Pick<Item, 'modifiedAt'>): boolean {
  return one.modifiedAt !== undefined && other.modifiedAt !== undefined && one.modifiedAt > other.modifiedAt;
}
