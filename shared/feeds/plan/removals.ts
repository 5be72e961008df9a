/**
 * Which listings may leave. Absence is the dangerous signal, and a status word that is read wrongly is as dangerous:
 * one guard counts both. Pure.
 */

import type { RemovalGuard } from '../../models/property-feed.ts';
import { isAtStake, type Row } from './facts.ts';
import { limits } from './limits.ts';

export interface Leaving {
  /** Listings that the feed does not have; those in the trash are left out. */
  readonly absent: readonly Row[];
  /** Listings on offer that the feed withdraws by name. */
  readonly named: readonly Row[];
  /** Listings of the feed that are on offer, those in question included. */
  readonly live: number;
  /** Items that the feed had. */
  readonly items: number;
  /** Most ids of the feed have changed, or that is not settled yet. */
  readonly idsReplaced: boolean;
  /** New items of that which may be some of the absent listings. */
  readonly unrecognised: number;
  /** What the feed holds instead, when it has no items and may be no empty feed. */
  readonly contents: string | undefined;
  /** Why absent listings may be there all the same. */
  readonly doubt: string | undefined;
  /** The hold of an earlier run. */
  readonly guard: RemovalGuard | undefined;
  /** A person has confirmed that hold. */
  readonly isConfirmed: boolean;
}

export interface Removals {
  /** Removals wait for a person. */
  readonly hold: Pick<RemovalGuard, 'reason' | 'doubtful' | 'count' | 'total'> | undefined;
  /** They wait, whether absent or withdrawn by name. */
  readonly held: ReadonlySet<Row>;
  /** A person has confirmed these. */
  readonly confirmed: ReadonlySet<Row>;
}

/**
 * Judges all removals of a run together. What was held stays held, whatever share of the feed it is by now, unless it
 * was for a doubt that is gone; a confirmation stands for the listings that the hold named.
 */
export function judgeRemovals(leaving: Leaving): Removals {
  const { absent, named, guard, doubt } = leaving;
  const absentAtStake = absent.filter(isAtStake);
  const atStake = [...new Set([...absentAtStake, ...named])];
  const isConfirmed = (row: Row): boolean => leaving.isConfirmed && isHeldBy(row, guard);
  const confirmed = new Set(atStake.filter(isConfirmed));
  const asked = atStake.filter((row) => !confirmed.has(row));
  const live = leaving.live - confirmed.size;
  const sticky = guard?.doubtful ? undefined : guard;
  const stillHeld = sticky ? asked.filter((row) => isHeldBy(row, sticky)).length : 0;
  const reason =
    lastingReason({ ...leaving, live }, asked.length, stillHeld) ?? (stillHeld > 0 ? sticky?.reason : undefined);
  if (reason !== undefined)
    return { hold: { reason, count: asked.length, total: live }, held: new Set(asked), confirmed };
  const doubted = absentAtStake.filter((row) => !confirmed.has(row));
  if (doubt === undefined || doubted.length === 0) return { hold: undefined, held: new Set(), confirmed };
  const hold = { reason: doubt, doubtful: true, count: doubted.length, total: live };
  return { hold, held: new Set(doubted), confirmed };
}

function lastingReason(
  { live, items, idsReplaced, unrecognised, contents, absent }: Leaving,
  leaving: number,
  stillHeld: number,
): string | undefined {
  if (leaving === 0) return undefined;
  if (live <= 1 && contents === undefined && !idsReplaced && stillHeld === 0) return undefined;
  if (items === 0 && absent.length > 0) return emptyReason(contents, live);
  if (idsReplaced && live > 1 && (unrecognised > 0 || leaving > limits.maxRemovedShare * live))
    return replacedReason(leaving, live, unrecognised);
  if (isTooMany(leaving, live))
    return `${leaving} of ${live} listings are gone from the feed, or withdrawn by it, at once`;
  return undefined;
}

function emptyReason(contents: string | undefined, live: number): string {
  const what = contents === undefined ? 'The feed is empty' : `No listing was found in the feed (${contents})`;
  return `${what}, and ${live} of its listings ${live === 1 ? 'is' : 'are'} on offer`;
}

function replacedReason(leaving: number, live: number, unrecognised: number): string {
  const perhaps = unrecognised > 0 ? `, and ${unrecognised} new listings may be some of them` : '';
  return `Most listings have new ids at once: ${leaving} of ${live} were not found again under new ones${perhaps}`;
}

/** Whether so many of the listings on offer do not go without a person. */
export function isTooMany(leaving: number, live: number): boolean {
  return leaving > limits.maxRemoved && leaving > limits.maxRemovedShare * live;
}

/** Whether a hold asks a person about a listing. */
export function isHeldBy(row: Pick<Row, 'heldSince'>, guard: Pick<RemovalGuard, 'heldAt'> | undefined): boolean {
  return guard !== undefined && row.heldSince === guard.heldAt.getTime();
}

/**
 * What becomes of an absent listing that nobody is asked about: marked by the first complete run without it, withdrawn
 * by the next. What is sold, rented or already withdrawn is not on offer: it is marked and keeps its status.
 *
 * @param lastCompleteAt when the last complete run before this one began: a mark that a killed run has left is younger
 * and does not count as a run of its own
 */
export function judgeAbsent(row: Row, lastCompleteAt: Date | undefined): 'mark' | 'withdraw-absent' | 'leave' {
  const isSecondRun =
    row.missingSince !== undefined && lastCompleteAt !== undefined && row.missingSince <= +lastCompleteAt;
  if (isAtStake(row) && isSecondRun) return 'withdraw-absent';
  return row.missingSince === undefined ? 'mark' : 'leave';
}
