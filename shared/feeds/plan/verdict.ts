import type { FormHold } from '../../models/property-feed.ts';
import { askedAbout, wasAskedAbout } from './asked-about.ts';
import { fieldsOf, isAtStake, isHollow, isNotice, isOlder, lostBits, type Item, type Row } from './facts.ts';
import { movedItems, type Identity, type Match, type Stored } from './identity.ts';
import { limits } from './limits.ts';

/** Dates aside. */
export type Meaning = 'new' | 'same' | 'changed' | 'restored' | 'removed' | 'trashed' | 'unknown';

export function meaningOf(item: Item, row: Row | undefined): Meaning {
  if (!row) return item.removes ? 'unknown' : 'new';
  if (row.isTrashed) return 'trashed';
  if (item.removes) return row.status === 'WITHDRAWN' && row.wasWithdrawn ? 'same' : 'removed';
  if (row.wasWithdrawn) return 'restored';
  return row.hash === item.hash ? 'same' : 'changed';
}

export function actionOf(item: Item, row: Row): 'refresh' | 'update' | 'restore' | 'withdraw' {
  const meaning = meaningOf(item, row);
  if (meaning === 'removed' || (meaning !== 'same' && item.withdraws && isAtStake(row))) return 'withdraw';
  if (meaning === 'restored') return 'restore';
  return meaning === 'same' ? 'refresh' : 'update';
}

export interface FeedFacts {
  readonly identity: Identity;
  readonly moved: ReadonlySet<Item>;
  readonly hollow: ReadonlySet<Item>;
  readonly lost: { readonly fields: readonly string[]; readonly items: ReadonlySet<Item> };
  readonly compared: number;
  readonly older: number;
  readonly hasNews: boolean;
}

/**
 * Counts only.
 *
 * @param unchanged listings that are not among the items
 */
export function measure(identity: Identity, stored: Stored, unchanged = 0): FeedFacts {
  const hollow = new Set<Item>();
  const known: Known[] = [];
  let [compared, older, hasNews] = [0, 0, false];
  for (const match of identity.matches) {
    const { item, row } = match;
    const meaning = meaningOf(item, row);
    const isOld = row !== undefined && meaning !== 'trashed' && isOlder(item, row);
    if (isOld) older += 1;
    else if (meaning === 'new' || meaning === 'changed') hasNews = true;
    if (!row || item.removes || row.isTrashed || isNotice(item, row)) continue;
    compared += 1;
    known.push({ item, row });
    // An item equal to the feed's last version only lacks what staff filled in.
    if (meaning !== 'same' && isHollow(item, row)) hollow.add(item);
  }
  return {
    identity,
    moved: movedItems(identity, stored),
    hollow,
    lost: lostFields(known, unchanged),
    compared,
    older,
    hasNews,
  };
}

interface Known {
  readonly item: Item;
  readonly row: Row;
}

function lostFields(known: readonly Known[], unchanged: number): FeedFacts['lost'] {
  let lost = 0;
  for (let bit = 1; fieldsOf(bit).length > 0; bit <<= 1) {
    const had = known.filter(({ row }) => (row.told & bit) !== 0);
    const losing = had.filter(({ item, row }) => (lostBits(item, row) & bit) !== 0).length;
    if (losing > limits.maxHollow && losing > limits.maxFieldLoss * (had.length + unchanged)) lost |= bit;
  }
  const items = known.filter(({ item, row }) => (lostBits(item, row) & lost) !== 0).map(({ item }) => item);
  return { fields: fieldsOf(lost), items: new Set(items) };
}

export interface Policy {
  readonly formHold: FormHold | undefined;
  readonly isConfirmed: boolean;
  /** Older dates count: the last run ignored an old file or read dates differently. */
  readonly believesOlder: boolean;
}

export type Verdict =
  | (Omit<FormHold, 'heldAt'> & {
      readonly is: 'hold';
      readonly of: number;
      readonly signs: readonly string[];
    })
  | { readonly is: 'apply'; readonly isOldFile: boolean; readonly takesHollow: boolean };

/** A confirmation covers only what was asked; more, or another doubt, raises a new hold. */
export function judgeFeed(facts: FeedFacts, policy: Policy): Verdict {
  const { hollow, older, hasNews } = facts;
  const confirmedMoves = movesConfirmed(policy);
  const hold = holdForMoves(facts, confirmedMoves) ?? holdForForm(facts, policy, confirmedMoves);
  if (hold) return hold;
  const takesHollow = hollow.size <= limits.maxHollow || isFormConfirmed(facts, policy);
  return { is: 'apply', isOldFile: older > 0 && !hasNews && !policy.believesOlder, takesHollow };
}

export type Hold = Verdict & { readonly is: 'hold' };

function movesConfirmed({ formHold, isConfirmed }: Policy): string | undefined {
  return isConfirmed && formHold?.code === 'ids-moved' ? formHold.asked : formHold?.confirmedMoves;
}

export function holdForMoves(
  { moved, compared }: Pick<FeedFacts, 'moved' | 'compared'>,
  confirmed: string | undefined,
): Hold | undefined {
  if (notIn(moved, confirmed) <= limits.maxMovedIds) return undefined;
  return {
    is: 'hold',
    code: 'ids-moved',
    count: moved.size,
    of: compared,
    asked: askedOf(moved),
    signs: signsOf(moved),
  };
}

function holdForForm(facts: FeedFacts, policy: Policy, confirmedMoves: string | undefined): Hold | undefined {
  const { hollow, lost, compared } = facts;
  const isOther = lost.fields.length > 0 || (hollow.size > limits.maxHollow && hollow.size * 2 > compared);
  const waitsAside = policy.formHold?.isAside === true && wasFormAsked(facts, policy);
  if (!isOther || waitsAside || isFormConfirmed(facts, policy)) return undefined;
  const form = formOf(facts);
  return {
    is: 'hold',
    code: 'format-changed',
    count: form.size,
    of: compared,
    asked: askedOf(form),
    signs: lost.fields,
    ...(confirmedMoves === undefined ? {} : { confirmedMoves }),
  };
}

function formOf({ hollow, lost }: FeedFacts): ReadonlySet<Item> {
  return new Set([...hollow, ...lost.items]);
}

function wasFormAsked(facts: FeedFacts, { formHold }: Policy): boolean {
  return formHold?.code === 'format-changed' && notIn(formOf(facts), formHold.asked) === 0;
}

function isFormConfirmed(facts: FeedFacts, policy: Policy): boolean {
  return policy.isConfirmed && wasFormAsked(facts, policy);
}

export function countUnasked(ids: readonly string[], asked: string | undefined): number {
  const wasAsked = wasAskedAbout(asked);
  return ids.filter((id) => !wasAsked(id)).length;
}

function notIn(items: ReadonlySet<Item>, asked: string | undefined): number {
  return countUnasked(idsOf(items), asked);
}

function askedOf(items: ReadonlySet<Item>): string {
  return askedAbout(idsOf(items));
}

function idsOf(items: ReadonlySet<Item>): readonly string[] {
  return [...items].map(({ id }) => id);
}

function signsOf(moved: Iterable<Item>): readonly string[] {
  return [...moved].some(({ reference }) => reference !== undefined) ? ['reference'] : ['place'];
}

export function isOfOldFile({ item, row, isRenamed }: Match): boolean {
  return row !== undefined && (isRenamed || isOlder(item, row) || meaningOf(item, row) === 'restored');
}
