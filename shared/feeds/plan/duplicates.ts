/**
 * Several items with one id. In a snapshot they are one listing said twice, and one of them counts, the same whatever
 * their order. Pure.
 */

import type { Item, Row } from './facts.ts';

/** An item that does not count, beside the one that does. */
export interface Duplicate {
  readonly item: Item;
  /** Where the two stand, bytes, the one that counts first. */
  readonly offsets: readonly [counts: number, other: number];
  /** They say different things. */
  readonly differs: boolean;
}

export interface Distinct {
  /** Items that count, each under an id of its own. */
  readonly items: readonly Item[];
  readonly duplicates: readonly Duplicate[];
  /** Items that count instead of one that is what is stored. */
  readonly replacing: readonly Duplicate[];
}

/** What is known of the listings of items. */
export interface KnownIds {
  /** The id under which an item is looked for. */
  idOf(item: Item): string;
  byId(id: string): Row | undefined;
  /** Where the feed also has an item that is what is stored under this id. */
  unchangedAt(id: string): number | undefined;
  /** What is stored was stored by this run a moment ago: it has no precedence. */
  readonly isFirstImport: boolean;
}

/** Chooses one item of each id. */
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

/**
 * What an item makes of its listing, as the hash that is stored then: a removal, which may say all of it, leaves none.
 */
function contentOf({ hash, removes }: Item): string | undefined {
  return removes ? undefined : hash;
}

/** Whether an item counts instead of the one that is what is stored. */
function beats(item: Item, row: Row, isFirstImport: boolean): boolean {
  const content = contentOf(item);
  if (content === row.hash) return false;
  if (isLater(item, row)) return true;
  return isFirstImport && !isLater(row, item) && content !== undefined && row.hash !== undefined && content < row.hash;
}

/** What is stored already comes first: a listing does not change with the order of its feed. */
function rank(item: Item, row: Row | undefined): number {
  return row !== undefined && contentOf(item) === row.hash ? 0 : 1;
}

/** What one item still offers is not withdrawn by another; where an item stands decides between equal ones only. */
function order(one: Item, other: Item): number {
  if (one.removes !== other.removes) return one.removes ? 1 : -1;
  if (one.hash !== other.hash) return one.hash < other.hash ? -1 : 1;
  return (other.modifiedAt ?? 0) - (one.modifiedAt ?? 0) || one.offset - other.offset;
}

function later(best: Item, next: Item): Item {
  return isLater(next, best) ? next : best;
}

/** The later date counts, when both have one. */
function isLater(one: Pick<Item, 'modifiedAt'>, other: Pick<Item, 'modifiedAt'>): boolean {
  return one.modifiedAt !== undefined && other.modifiedAt !== undefined && one.modifiedAt > other.modifiedAt;
}
