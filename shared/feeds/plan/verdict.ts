/** What a run may do with all of a feed: nothing, everything, or all but what is older. Pure. */

import type { FormHold } from '../../models/property-feed.ts';
import { isAtStake, isHollow, isNotice, isOlder, type Item, type Row } from './facts.ts';
import { movedItems, type Identity, type Match, type Stored } from './identity.ts';
import { limits } from './limits.ts';

/** What an item means for the listing that it is, dates aside. */
export type Meaning = 'new' | 'same' | 'changed' | 'restored' | 'removed' | 'trashed' | 'unknown';

export function meaningOf(item: Item, row: Row | undefined): Meaning {
  if (!row) return item.removes ? 'unknown' : 'new';
  if (row.isTrashed) return 'trashed';
  if (item.removes) return row.status === 'WITHDRAWN' && row.wasWithdrawn ? 'same' : 'removed';
  if (row.wasWithdrawn) return 'restored';
  return row.hash === item.hash ? 'same' : 'changed';
}

/** What an item does to its listing. */
export function actionOf(item: Item, row: Row): 'refresh' | 'update' | 'restore' | 'withdraw' {
  const meaning = meaningOf(item, row);
  if (meaning === 'removed' || (meaning !== 'same' && item.withdraws && isAtStake(row))) return 'withdraw';
  if (meaning === 'restored') return 'restore';
  return meaning === 'same' ? 'refresh' : 'update';
}

/** What was found out about a feed as a whole. */
export interface FeedFacts {
  readonly identity: Identity;
  readonly moved: ReadonlySet<Item>;
  readonly hollow: ReadonlySet<Item>;
  /** Items whose listing is known and that are no mere notice of a sale. */
  readonly compared: number;
  /** Items with an older date than their listing. */
  readonly older: number;
  /** Something is new since the last run: it is no old file. */
  readonly hasNews: boolean;
}

/** Counts and sets over the whole feed; decides nothing. */
export function measure(identity: Identity, stored: Stored): FeedFacts {
  const hollow = new Set<Item>();
  let [compared, older, hasNews] = [0, 0, false];
  for (const match of identity.matches) {
    const { item, row } = match;
    const meaning = meaningOf(item, row);
    const isOld = row !== undefined && meaning !== 'trashed' && isOlder(item, row);
    if (isOld) older += 1;
    else if (meaning === 'new' || meaning === 'changed') hasNews = true;
    if (!row || item.removes || row.isTrashed || isNotice(item, row)) continue;
    compared += 1;
    // What is as the feed said it before lacks what staff have filled in.
    if (meaning !== 'same' && isHollow(item, row)) hollow.add(item);
  }
  return { identity, moved: movedItems(identity, stored), hollow, compared, older, hasNews };
}

export interface Policy {
  /** What an earlier run asked a person about the form of the feed. */
  readonly formHold: FormHold | undefined;
  /** The person said yes. */
  readonly isConfirmed: boolean;
  /** Older dates count: the last run met an old file and ignored it, or dates were read differently then. */
  readonly believesOlder: boolean;
}

export type Verdict =
  /** Nothing of the feed is applied before a person has looked. */
  | (Omit<FormHold, 'heldAt'> & { readonly is: 'hold'; readonly of: number })
  | { readonly is: 'apply'; readonly isOldFile: boolean; readonly takesHollow: boolean };

/** Judges a feed once, for all of it. */
export function judgeFeed(facts: FeedFacts, { formHold, isConfirmed, believesOlder }: Policy): Verdict {
  const { moved, hollow, compared, older, hasNews } = facts;
  // A confirmation answers what was asked: more of it, or another doubt, is asked anew.
  const asked = (code: FormHold['code']): number => (formHold?.code === code ? formHold.count : 0);
  const confirmedMoves = Math.max(formHold?.confirmedMoves ?? 0, isConfirmed ? asked('ids-moved') : 0);
  if (moved.size > Math.max(limits.maxMovedIds, confirmedMoves))
    return { is: 'hold', code: 'ids-moved', count: moved.size, of: compared };
  const wasAsked = hollow.size <= asked('format-changed');
  const takesHollow = hollow.size <= limits.maxHollow || (isConfirmed && wasAsked);
  // The rest of a feed goes on beside what waits, also when nothing else has changed since.
  const waitsAside = wasAsked && formHold?.isAside === true;
  if (!takesHollow && !waitsAside && hollow.size * 2 > compared)
    return { is: 'hold', code: 'format-changed', count: hollow.size, of: compared, confirmedMoves };
  return { is: 'apply', isOldFile: older > 0 && !hasNews && !believesOlder, takesHollow };
}

/** Whether an item may only be what an old file still has: it is older, back on offer, or under another id. */
export function isOfOldFile({ item, row, isRenamed }: Match): boolean {
  return row !== undefined && (isRenamed || isOlder(item, row) || meaningOf(item, row) === 'restored');
}
