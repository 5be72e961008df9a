import type { RemovalGuard } from '../../models/property-feed.ts';
import { askedAbout } from './asked-about.ts';
import type { Change } from './change.ts';
import { differsInAll, isAtStake, isNotice, isOlder, type Row } from './facts.ts';
import type { Match } from './identity.ts';
import { isHeldBy, judgeAbsent, judgeRemovals, type Removals } from './removals.ts';
import { actionOf, isOfOldFile, type FeedFacts, type Verdict } from './verdict.ts';

export interface RemovalFacts {
  /** Trash included; empty if certainly none is absent or held. */
  readonly walked: readonly Row[];
  readonly live: number;
  readonly items: number;
  readonly contents: string | undefined;
  /** Why this run ignores absent listings. */
  readonly unknown: string | undefined;
  readonly doubt: string | undefined;
  readonly guard: RemovalGuard | undefined;
  readonly isConfirmed: boolean;
  readonly lastCompleteAt: Date | undefined;
  readonly now: Date;
}

export interface Plan {
  readonly changes: readonly Change[];
  readonly hold: RemovalGuard | undefined;
  readonly isPending: boolean;
  readonly held: readonly Row[];
  readonly heldByName: number;
  readonly confirmed: number;
  readonly hollow: number;
  readonly askedHollow: string;
}

/** A killed run is completed by the next. Holds come first, so that the question is always asked again. */
const order: readonly Change['do'][] = [
  'hold',
  'rename',
  'refresh',
  'update',
  'restore',
  'withdraw',
  'insert',
  'mark',
  'withdraw-absent',
  'release',
  'leave',
];

export function planFeed(facts: FeedFacts, verdict: Verdict & { is: 'apply' }, removal: RemovalFacts): Plan {
  const { identity } = facts;
  const decided = identity.matches.map((match) => decide(match, facts, verdict));
  const named = decided.flatMap((change) => (leavesByName(change) ? [change.row] : []));
  const isKnown = removal.unknown === undefined;
  const absent = isKnown ? removal.walked.filter((row) => !row.isTrashed && !isThere(row, facts)) : [];
  const isConfirmed = removal.isConfirmed && !removal.guard?.isUnasked;
  const removals = judgeRemovals({
    ...removal,
    isConfirmed,
    absent,
    named,
    idsReplaced: identity.idsReplaced,
    unrecognised: identity.unrecognised,
  });
  // A run that ignores absent listings ignores their confirmation, too.
  const isAnswered = isConfirmed && isKnown;
  const heldAt = removal.guard && !isAnswered ? removal.guard.heldAt : removal.now;
  const items = decided.map((change) =>
    leavesByName(change) && removals.held.has(change.row)
      ? { do: 'leave' as const, item: change.item, row: change.row, because: 'held' as const }
      : change,
  );
  const rows = isKnown ? planAbsent(absent, named, removals, removal, heldAt) : heldByName(named, removals, heldAt);
  const isNamed = new Set(named.map(({ id }) => id));
  // Presence in an old file proves nothing.
  const lasting = lastingHold(removal, (id) => isNamed.has(id) || (!verdict.isOldFile && identity.isThere(id)));
  const changed = new Set(items.flatMap((change) => (change.do !== 'leave' && 'row' in change ? change.row : [])));
  const back = lasting.released.filter((row) => !removals.held.has(row) && !changed.has(row));
  const changes = [...items, ...rows, ...back.map(released), ...leftOver(facts)].sort(
    (one, other) => order.indexOf(one.do) - order.indexOf(other.do),
  );
  const hold = together(removals.hold && { heldAt, ...removals.hold }, isKnown ? undefined : lasting.guard);
  const hollow = items.flatMap((change) =>
    change.do === 'leave' && change.because === 'hollow' && change.row ? [change.row.id] : [],
  );
  const isMarked = rows.some((change) => change.do === 'mark' && isAtStake(change.row));
  return {
    changes,
    hold,
    isPending: hold !== undefined || hollow.length > 0 || isMarked,
    held: [...removals.held],
    heldByName: named.filter((row) => removals.held.has(row)).length,
    confirmed: removals.confirmed.size,
    hollow: hollow.length,
    askedHollow: askedAbout(hollow),
  };
}

function together(asked: RemovalGuard | undefined, lasting: RemovalGuard | undefined): RemovalGuard | undefined {
  return asked && lasting ? { ...asked, count: asked.count + lasting.count } : (asked ?? lasting);
}

export function withdrawsByName(change: Change): change is Extract<Change, { do: 'withdraw' | 'rename' }> {
  return (change.do === 'withdraw' || change.do === 'rename') && change.item.withdraws && isAtStake(change.row);
}

/** The item's word may have been misread. */
function leavesByName(change: Change): change is ItemChange {
  return 'item' in change && 'id' in change && change.do !== 'insert' && change.item.leaves && isAtStake(change.row);
}

function isThere(row: Row, { identity }: FeedFacts): boolean {
  return identity.isThere(row.id);
}

function decide(match: Match, { moved, hollow }: FeedFacts, verdict: Verdict & { is: 'apply' }): Change {
  const { item, row, id, because, isRenamed } = match;
  if (!row && item.removes) return { do: 'leave', item, because: 'unknown' };
  if (!row) return match.isUnsure ? { do: 'leave', item, because: 'unsure' } : { do: 'insert', item, id };
  if (row.isTrashed && !isRenamed) return { do: 'leave', item, row, because: 'trashed' };
  if (verdict.isOldFile && isOfOldFile(match)) return { do: 'leave', item, row, because: 'older' };
  if (hollow.has(item) && !verdict.takesHollow) return { do: 'leave', item, row, because: 'hollow' };
  if (isRenamed) return { do: 'rename', item, row, id, because };
  return { do: actionOf(item, row), item, row, id, hasMoved: moved.has(item) };
}

function planAbsent(
  absent: readonly Row[],
  named: readonly Row[],
  { hold, held, confirmed }: Removals,
  { doubt, lastCompleteAt }: RemovalFacts,
  heldAt: Date,
): Change[] {
  const changes = heldByName(named, { held }, heldAt);
  for (const row of absent) {
    if (confirmed.has(row)) changes.push({ do: 'withdraw-absent', row, because: 'confirmed' });
    else if (held.has(row)) {
      if (!isHeldBy(row, { heldAt })) changes.push({ do: 'hold', row, because: 'absent' });
    } else if (hold === undefined && (doubt === undefined || confirmed.size > 0)) {
      const what = judgeAbsent(row, lastCompleteAt);
      if (what !== 'leave') changes.push({ do: what, row, because: 'absent' });
    }
  }
  return changes;
}

export interface LastingHold {
  readonly guard: RemovalGuard | undefined;
  readonly released: readonly Row[];
}

/** @param isThere whether this run has met the listing */
export function lastingHold(
  { walked, guard, live }: Pick<RemovalFacts, 'walked' | 'guard' | 'live'>,
  isThere: (id: string) => boolean,
): LastingHold {
  if (!guard) return { guard: undefined, released: [] };
  const held = walked.filter((row) => isHeldBy(row, guard));
  const count = held.filter((row) => isAtStake(row) && !isThere(row.id)).length;
  const { isUnasked: _, ...asked } = guard;
  return {
    guard: count > 0 ? { ...asked, count, total: live } : undefined,
    released: held.filter(({ id }) => isThere(id)),
  };
}

function heldByName(named: readonly Row[], { held }: Pick<Removals, 'held'>, heldAt: Date): Change[] {
  const asked = named.filter((row) => held.has(row) && !isHeldBy(row, { heldAt }));
  return asked.map((row) => ({ do: 'hold', row, because: 'by-name' }));
}

export function released(row: Row): Change {
  return { do: 'release', row, because: 'there' };
}

function leftOver({ identity }: FeedFacts): Change[] {
  return [
    ...identity.ambiguous.map(({ item }) => ({ do: 'leave', item, because: 'ambiguous' }) as const),
    ...identity.duplicates.map(({ item }) => ({ do: 'leave', item, because: 'duplicate' }) as const),
  ];
}

type ItemChange = Extract<Change, { do: 'refresh' | 'update' | 'restore' | 'withdraw' | 'rename' }>;

/** The id now belongs to another listing, so the content waits to be published. */
export function isReused(change: Change): change is ItemChange {
  if (change.do !== 'update' && change.do !== 'restore') return false;
  return change.hasMoved || differsInAll(['reference', 'city', 'type'], change.item, change.row);
}

export function wentBack(change: Change): change is ItemChange {
  if (change.do === 'leave' || change.do === 'insert' || !('item' in change)) return false;
  return isOlder(change.item, change.row) && !isNotice(change.item, change.row);
}
