/**
 * Finds an item's listing, in this order:
 * - id;
 * - reference, if one listing and one item have it and the listing's own id is gone;
 * - content, if the listing never had an id;
 * - place and looks, if most ids of the feed have changed.
 */

import { apartId, differsInAll, isAtStake, isOffered, type Item, type Row } from './facts.ts';
import { withoutDuplicates, type Duplicate } from './duplicates.ts';
import { isNothing, referenceKey } from '../values/ids.ts';

export interface Stored {
  byId(id: string): Row | undefined;
  byReference(reference: string): readonly Row[];
  /** Listings that the feed may have lost, trash included; empty if not queried. */
  readonly gone: readonly Row[];
}

export interface Seen {
  readonly isWhole: boolean;
  /** The next run reads the rest. */
  readonly isCut: boolean;
  unchangedAt(id: string): number | undefined;
  isRefused(id: string): boolean;
  readonly isFirstImport: boolean;
  readonly unchanged: number;
  readonly presentBefore: number;
  readonly isMigrating: boolean;
  /** Its rest waits for a person. */
  readonly isMigrationHeld: boolean;
}

export type Because = 'id' | 'reference' | 'stand-in' | 'place' | 'new';

export interface Match {
  readonly item: Item;
  readonly id: string;
  readonly row: Row | undefined;
  readonly because: Because;
  readonly isRenamed: boolean;
  /** The unread rest may show a known listing under a new id. */
  readonly isUnsure?: boolean;
}

export interface Ambiguous {
  readonly item: Item;
  readonly rows: readonly Row[];
}

export interface Identity {
  readonly matches: readonly Match[];
  readonly ambiguous: readonly Ambiguous[];
  readonly duplicates: readonly Duplicate[];
  readonly replacing: readonly Duplicate[];
  readonly idsReplaced: boolean;
  readonly unrecognised: number;
  isThere(id: string): boolean;
}

export function identify(items: readonly Item[], stored: Stored, seen: Seen): Identity {
  const idOf = idsOf(items, stored, seen);
  const distinct = withoutDuplicates(items, {
    idOf,
    byId: (id) => stored.byId(id),
    unchangedAt: (id) => seen.unchangedAt(id),
    isFirstImport: seen.isFirstImport,
  });
  const own: Match[] = [];
  const unknown: Item[] = [];
  for (const item of distinct.items) {
    const row = stored.byId(idOf(item));
    if (row) own.push({ item, id: row.id, row, because: 'id', isRenamed: false });
    else unknown.push(item);
  }
  const there = new Set(own.map(({ id }) => id));
  const isUnchanged = (id: string): boolean => seen.unchangedAt(id) !== undefined;
  const isThere = (id: string): boolean => there.has(id) || isUnchanged(id) || seen.isRefused(id);

  const known = seen.unchanged + own.filter(({ row, id }) => row?.wasPresent && !isUnchanged(id)).length;
  const mostAreNew =
    (seen.presentBefore - known) * 2 > seen.presentBefore &&
    unknown.filter(({ removes }) => !removes).length * 2 > seen.unchanged + own.length + unknown.length;
  const idsReplaced = seen.isWhole && (seen.isMigrating || mostAreNew);

  const found = idsReplaced
    ? matchReplaced(unknown, stored, isThere, mostAreNew || !seen.isMigrationHeld)
    : matchNamed(unknown, [...unknown, ...own.flatMap(newlyNamed)], stored, { isThere, isWhole: seen.isWhole });
  const mayBeKnown = (item: Item): boolean =>
    namedBy(item, stored).length > 0 || (item.standIn !== undefined && stored.byId(item.standIn) !== undefined);
  const isUnsure = (item: Item): boolean => seen.isCut && (mostAreNew || mayBeKnown(item));
  for (const { row } of found.matches) if (row) there.add(row.id);
  for (const { item, rows } of found.ambiguous) if (!item.removes) for (const { id } of rows) there.add(id);
  const matches = found.matches.map((match) =>
    match.row ? match : { ...match, id: idOf(match.item), isUnsure: isUnsure(match.item) },
  );
  return {
    matches: [...own, ...matches].sort((one, other) => one.item.at - other.item.at),
    ambiguous: found.ambiguous,
    duplicates: distinct.duplicates,
    replacing: distinct.replacing,
    idsReplaced,
    unrecognised: idsReplaced ? found.matches.filter(({ row, item }) => !row && !item.removes).length : 0,
    isThere,
  };
}

/**
 * A stand-in reference that equals another listing's id is replaced. An item that only withdraws the listing it names,
 * or repeats an unchanged one, is that listing's second item.
 */
function idsOf(items: readonly Item[], stored: Stored, seen: Seen): (item: Item) => string {
  const ownIds = new Map<string, string | undefined>();
  const offered = new Set<string>();
  for (const { byReference, id, reference, removes } of items) {
    if (!byReference) ownIds.set(id, reference);
    else if (!removes) offered.add(id);
  }
  return (item) => {
    if (!item.byReference) return item.id;
    const other = stored.byId(item.id)?.reference ?? ownIds.get(item.id);
    const id = other !== undefined && other !== item.reference ? apartId(item) : item.id;
    if (stored.byId(id)) return id;
    const [named, ...others] = mostPresent(namedBy(item, stored));
    if (!named || others.length > 0) return id;
    const isSecond = item.removes
      ? !offered.has(item.id)
      : item.hash === named.hash && seen.unchangedAt(named.id) !== undefined;
    return isSecond ? named.id : id;
  };
}

interface Found {
  readonly matches: readonly Match[];
  readonly ambiguous: readonly Ambiguous[];
}

interface Whereabouts {
  readonly isThere: (id: string) => boolean;
  readonly isWhole: boolean;
}

function newlyNamed({ item, row }: Match): readonly Item[] {
  return item.reference === row?.reference ? [] : [item];
}

/**
 * By reference, else by content.
 *
 * @param rivals items that others could be confused with, the unknown ones included
 */
function matchNamed(
  unknown: readonly Item[],
  rivals: readonly Item[],
  stored: Stored,
  { isThere, isWhole }: Whereabouts,
): Found {
  const { found, ambiguous, taken } = matchReferences(unknown, rivals, stored, { isThere, isWhole });
  const isAmbiguous = new Set(ambiguous.map(({ item }) => item));
  const others = unknown.filter((item) => !isAmbiguous.has(item));
  const left = others.filter((item) => isWhole && !found.has(item) && !item.removes);
  const standIns = counted(left.map(({ standIn }) => standIn));
  for (const item of left) {
    const row = item.standIn === undefined ? undefined : stored.byId(item.standIn);
    if (!row || isThere(row.id) || taken.has(row) || standIns.get(item.standIn) !== 1) continue;
    if (namedBy(item, stored).length === 0) found.set(item, renamed(item, row, 'stand-in'));
  }
  return { matches: others.map((item) => found.get(item) ?? isNew(item)), ambiguous };
}

interface FoundByReference {
  readonly found: Map<Item, Match>;
  readonly ambiguous: readonly Ambiguous[];
  readonly taken: ReadonlySet<Row>;
}

function matchReferences(
  unknown: readonly Item[],
  rivals: readonly Item[],
  stored: Stored,
  { isThere, isWhole }: Whereabouts,
): FoundByReference {
  const bearers = Map.groupBy(rivals, ({ reference }) => reference);
  const hasRival = (item: Item, row: Row): boolean =>
    (bearers.get(item.reference) ?? []).some((other) => other !== item && mayBe(other, row));
  const found = new Map<Item, Match>();
  const ambiguous: Ambiguous[] = [];
  const taken = new Set<Row>();
  for (const item of unknown) {
    const named = mostPresent(namedBy(item, stored));
    const absent = named.filter(({ id }) => !isThere(id));
    const isRivalled = absent.some((row) => hasRival(item, row));
    const [only] = named.length === 1 && !isRivalled ? absent : [];
    if (!item.byReference) {
      if (only && isWhole && !item.removes) found.set(item, renamed(item, only, 'reference'));
    } else if (only) found.set(item, { item, id: only.id, row: only, because: 'reference', isRenamed: false });
    // A withdrawn listing yields to the rival, which is on offer.
    else if ((item.removes ? named : absent).some((row) => !isRivalled || isLive(row)))
      ambiguous.push({ item, rows: named });
    for (const row of absent) taken.add(row);
  }
  return { found, ambiguous, taken };
}

/**
 * When most ids have changed: by reference, stand-in id, then place. A key must be unique on both sides.
 *
 * @param othersToo match by place despite different references
 */
function matchReplaced(
  unknown: readonly Item[],
  stored: Stored,
  isThere: (id: string) => boolean,
  othersToo: boolean,
): Found {
  const gone = stored.gone.filter(({ id }) => !isThere(id));
  const isBorne = ({ reference }: Item): boolean =>
    reference !== undefined && stored.byReference(reference).some(({ id }) => isThere(id));
  const taken = new Set<Row>();
  const found = new Map<Item, Match>();
  const keys: readonly [Because, (item: Item) => string | undefined, (row: Row) => string | undefined][] = [
    [
      'reference',
      (item) => (isBorne(item) ? undefined : referenceKey(item.reference)),
      (row) => referenceKey(row.reference),
    ],
    ['stand-in', (item) => item.standIn, (row) => row.id],
    ['place', (item) => item.place, (row) => row.place],
  ];
  for (const [because, ofItem, ofRow] of keys) {
    const left = unknown.filter((item) => !found.has(item));
    const bearers = counted(left.map(ofItem));
    const rows = meant(
      gone.filter((row) => !taken.has(row)),
      ofRow,
    );
    for (const item of left) {
      const key = ofItem(item);
      const row = key === undefined ? undefined : rows.get(key);
      if (!row || item.removes || bearers.get(key) !== 1) continue;
      if (because === 'place' && !othersToo && isNamedOtherwise(item, row)) continue;
      taken.add(row);
      found.set(item, renamed(item, row, because));
    }
  }
  return { matches: unknown.map((item) => found.get(item) ?? isNew(item)), ambiguous: [] };
}

function isNamedOtherwise({ reference }: Item, row: Row): boolean {
  const [now, before] = [referenceKey(reference), referenceKey(row.reference)];
  return now !== undefined && before !== undefined && now !== before;
}

function meant(rows: readonly Row[], keyOf: (row: Row) => string | undefined): ReadonlyMap<string, Row | undefined> {
  const best = new Map<string, Row | undefined>();
  for (const [key, ofOne] of Map.groupBy(rows, keyOf)) {
    if (key === undefined) continue;
    const highest = Math.max(...ofOne.map(standingOf));
    const candidates = ofOne.filter((row) => standingOf(row) === highest);
    best.set(key, candidates.length === 1 ? candidates[0] : undefined);
  }
  return best;
}

/** On offer before withdrawn, present before missing, trash last. */
function standingOf({ status, missingSince, isTrashed }: Row): number {
  if (isTrashed) return -1;
  return (isOffered(status) ? 2 : 0) + (missingSince ? 0 : 1);
}

export function namedBy(item: Item, stored: Stored): readonly Row[] {
  const { reference } = item;
  if (reference === undefined || isNothing(reference)) return [];
  return stored.byReference(reference).filter((row) => mayBe(item, row));
}

function mayBe(item: Item, row: Row): boolean {
  if (row.reference !== item.reference || !row.id.startsWith(item.scope)) return false;
  if (item.goal && row.goal && item.goal !== row.goal) return false;
  // Agencies reuse references. Without an id, city or type may be corrected; with a new id, or from the trash, neither.
  if (item.byReference && !row.isTrashed) return !differsInAll(['city', 'type'], item, row);
  return !differsInAll(['city'], item, row) && !differsInAll(['type'], item, row);
}

export function mostPresent(rows: readonly Row[]): readonly Row[] {
  const kept = rows.filter(({ isTrashed }) => !isTrashed);
  const live = kept.filter(isLive);
  if (live.length > 0) return live;
  return kept.length > 0 ? kept : rows;
}

function isLive({ status, isTrashed }: Row): boolean {
  return status !== 'WITHDRAWN' && !isTrashed;
}

function counted<Key>(keys: readonly Key[]): ReadonlyMap<Key, number> {
  const counts = new Map<Key, number>();
  for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1);
  return counts;
}

function renamed(item: Item, row: Row, because: Because): Match {
  return { item, id: item.id, row, because, isRenamed: true };
}

function isNew(item: Item): Match {
  return { item, id: item.id, row: undefined, because: 'new', isRenamed: false };
}

/**
 * Items whose id belongs to one listing while another has their reference or place and is not in the feed: ids shifted
 * like row numbers.
 */
export function movedItems(
  { matches, isThere }: Pick<Identity, 'matches' | 'isThere'>,
  stored: Stored,
): ReadonlySet<Item> {
  const own = new Map(matches.flatMap(({ row, item }) => (row ? [[row, item] as const] : [])));
  const others = matches.flatMap(({ item }) =>
    item.reference === undefined ? [] : stored.byReference(item.reference),
  );
  const live = [...new Set([...own.keys(), ...others, ...stored.gone])].filter(
    (row) => !row.isTrashed && row.hasFeedsReference && (row.status !== 'WITHDRAWN' || own.has(row)),
  );
  const byReference = onlyRows(live, referenceOf);
  const byPlace = onlyRows(live.filter(isAtStake), placeOf);
  const moved = new Set<Item>();
  for (const { item, row, because } of matches) {
    if (!row || because !== 'id' || row.isTrashed || !row.hasFeedsReference) continue;
    const keyOf = keyBetween(item, row);
    const owner = (keyOf === referenceOf ? byReference : byPlace).get(keyOf(item) ?? '');
    if (!owner || owner === row || keyOf(row) === undefined || keyOf(row) === keyOf(item)) continue;
    const said = own.get(owner);
    if (said ? keyOf(said) !== keyOf(owner) : !isThere(owner.id)) moved.add(item);
  }
  return moved;
}

type Named = Pick<Item, 'reference' | 'place'>;

function keyBetween(item: Named, row: Named): (one: Named) => string | undefined {
  return item.reference !== undefined && row.reference !== undefined ? referenceOf : placeOf;
}

function referenceOf({ reference }: Named): string | undefined {
  return referenceKey(reference);
}

function placeOf({ place }: Named): string | undefined {
  return place;
}

function onlyRows(rows: readonly Row[], keyOf: (row: Row) => string | undefined): ReadonlyMap<string, Row> {
  const only = new Map<string, Row>();
  for (const [key, ofOne] of Map.groupBy(rows, keyOf))
    if (key !== undefined && ofOne.length === 1) only.set(key, ofOne[0] as Row);
  return only;
}
