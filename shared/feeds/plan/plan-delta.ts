/** Items are judged together, then applied one by one. */

import type { FormHold } from '../../models/property-feed.ts';
import { askedAbout } from './asked-about.ts';
import type { Change } from './change.ts';
import { apartId, isAtStake, isOlder, type Item, type Row } from './facts.ts';
import { mostPresent, movedItems, namedBy, type Ambiguous, type Match, type Stored } from './identity.ts';
import { isTooMany } from './removals.ts';
import { actionOf, countUnasked, holdForMoves, type Hold } from './verdict.ts';

export interface Update {
  readonly item: Item;
  readonly id: string;
}

export interface DeltaPlan {
  readonly turns: readonly (readonly Update[])[];
  readonly ambiguous: readonly Ambiguous[];
  readonly applied: number;
}

/** @param appliedLast offset of the item last applied to a listing, if still in the feed */
export function planDelta(
  items: readonly Item[],
  stored: Stored,
  appliedLast: (id: string) => number | undefined,
): DeltaPlan {
  const ambiguous: Ambiguous[] = [];
  const updates = items.flatMap((item): Update[] => {
    const found = idOf(item, items, stored);
    if (typeof found === 'string') return [{ item, id: found }];
    ambiguous.push({ item, rows: found });
    return item.removes ? [{ item, id: takenBy(item, stored) ? apartId(item) : item.id }] : [];
  });
  const due = updates.filter(({ item, id }) => !wasApplied(item, stored.byId(id), appliedLast(id)));
  return { turns: inTurns(due), ambiguous, applied: updates.length - due.length };
}

function idOf(item: Item, items: readonly Item[], stored: Stored): string | readonly Row[] {
  const isTaken = takenBy(item, stored);
  if (!item.byReference || (stored.byId(item.id) && !isTaken)) return item.id;
  const named = mostPresent(namedBy(item, stored));
  const [listing, ...others] = named;
  if (listing && others.length === 0) return listing.id;
  if (listing && (!item.removes || (!listing.isTrashed && listing.status !== 'WITHDRAWN'))) return named;
  const coming = items.filter(
    ({ byReference, id, removes, reference }) =>
      !byReference && !removes && !stored.byId(id) && reference === item.reference && id.startsWith(item.scope),
  );
  const ids = new Set(coming.map(({ id }) => id));
  if (ids.size === 1) return coming[0]!.id;
  return isTaken ? apartId(item) : item.id;
}

function takenBy(item: Item, stored: Stored): boolean {
  const reference = item.byReference ? stored.byId(item.id)?.reference : undefined;
  return reference !== undefined && reference !== item.reference;
}

function wasApplied(item: Item, row: Row | undefined, last: number | undefined): boolean {
  if (last === undefined || row === undefined) return false;
  const isNewer = item.modifiedAt !== undefined && row.modifiedAt !== undefined && item.modifiedAt > row.modifiedAt;
  return isOlder(item, row) || (item.offset < last && !isNewer);
}

function inTurns(updates: readonly Update[]): readonly (readonly Update[])[] {
  const turns: Update[][] = [];
  for (const ofOne of Map.groupBy(updates, ({ id }) => id).values()) {
    for (const [turn, update] of inOrder(ofOne).entries()) (turns[turn] ??= []).push(update);
  }
  return turns;
}

/** By date if all have one, else in feed order; a repeated item counts once. */
function inOrder(ofOne: readonly Update[]): readonly Update[] {
  const once = ofOne.filter(({ item }, place) => item.offset !== ofOne[place - 1]?.item.offset);
  const isDated = once.every(({ item }) => item.modifiedAt !== undefined);
  return isDated ? once.toSorted((one, other) => Number(one.item.modifiedAt) - Number(other.item.modifiedAt)) : once;
}

export interface DeltaPolicy {
  readonly live: number;
  readonly formHold: FormHold | undefined;
  readonly isConfirmed: boolean;
  readonly formerList: string | undefined;
  readonly format: string;
}

/** What to ask a person first. */
export function judgeDelta({ turns }: DeltaPlan, stored: Stored, policy: DeltaPolicy): Hold | undefined {
  const updates = turns.flat();
  const { formerList, format } = policy;
  const of = updates.length;
  if (formerList !== undefined && countUnasked([format], confirmed('mode-changed', policy)) > 0)
    return {
      is: 'hold',
      code: 'mode-changed',
      count: of,
      of,
      asked: askedAbout([format]),
      signs: [formerList, format],
    };
  const moved = movedUpdates(updates, stored);
  const hold = holdForMoves({ moved, compared: of }, confirmed('ids-moved', policy));
  if (hold) return hold;
  const leaving = leavingIds(updates, stored);
  const { live } = policy;
  if (isTooMany(countUnasked(leaving, confirmed('removals-held', policy)), live))
    return {
      is: 'hold',
      code: 'removals-held',
      count: leaving.length,
      of: live,
      asked: askedAbout(leaving),
      signs: [],
    };
  return undefined;
}

function confirmed(code: FormHold['code'], { formHold, isConfirmed }: DeltaPolicy): string | undefined {
  return isConfirmed && formHold?.code === code ? formHold.asked : undefined;
}

function movedUpdates(updates: readonly Update[], stored: Stored): ReadonlySet<Item> {
  const matches = updates.flatMap(({ item, id }): Match[] => {
    const row = item.byReference ? undefined : stored.byId(id);
    return row ? [{ item, id, row, because: 'id', isRenamed: false }] : [];
  });
  return movedItems({ matches, isThere: () => false }, stored);
}

function leavingIds(updates: readonly Update[], stored: Stored): readonly string[] {
  const last = new Map(updates.map(({ id, item }) => [id, item]));
  return [...last].flatMap(([id, item]) => {
    const row = stored.byId(id);
    return row && item.leaves && isAtStake(row) && !isOlder(item, row) ? [id] : [];
  });
}

export function planUpdate({ item, id }: Update, row: Row | undefined): Change {
  if (!row) return item.removes ? { do: 'leave', item, because: 'unknown' } : { do: 'insert', item, id };
  if (row.isTrashed) return { do: 'leave', item, row, because: 'trashed' };
  const action = actionOf(item, row);
  if (action !== 'refresh' && isOlder(item, row)) return { do: 'leave', item, row, because: 'older' };
  return { do: action, item, row, id, hasMoved: false };
}
