/** Absence is risky, so is a misread status word: one guard counts both. */

import type { RemovalGuard } from '../../models/property-feed.ts';
import { isAtStake, type Row } from './facts.ts';
import { limits } from './limits.ts';

export interface Leaving {
  readonly absent: readonly Row[];
  /** On offer, but withdrawn by name. */
  readonly named: readonly Row[];
  readonly live: number;
  readonly items: number;
  readonly idsReplaced: boolean;
  readonly unrecognised: number;
  readonly contents: string | undefined;
  readonly doubt: string | undefined;
  readonly guard: RemovalGuard | undefined;
  readonly isConfirmed: boolean;
}

export interface Removals {
  readonly hold: Pick<RemovalGuard, 'reason' | 'doubtful' | 'count' | 'total'> | undefined;
  readonly held: ReadonlySet<Row>;
  readonly confirmed: ReadonlySet<Row>;
}

/** A held listing stays held, unless held for a doubt that is gone. A confirmation covers only the hold's listings. */
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
  if (isTooMany(leaving, live)) return `${leaving} of ${live} listings left the feed at once, or were withdrawn by it`;
  return undefined;
}

function emptyReason(contents: string | undefined, live: number): string {
  const what = contents === undefined ? 'The feed is empty' : `The feed contains no listing (${contents})`;
  return `${what}, and ${live} of its listings ${live === 1 ? 'is' : 'are'} on offer`;
}

function replacedReason(leaving: number, live: number, unrecognised: number): string {
  const perhaps = unrecognised > 0 ? `, and ${unrecognised} new listings may be some of them` : '';
  return `Most listings have new ids at once: ${leaving} of ${live} were not recognised under new ` + `ones${perhaps}`;
}

export function isTooMany(leaving: number, live: number): boolean {
  return leaving > limits.maxRemoved && leaving > limits.maxRemovedShare * live;
}

export function isHeldBy(row: Pick<Row, 'heldSince'>, guard: Pick<RemovalGuard, 'heldAt'> | undefined): boolean {
  return guard !== undefined && row.heldSince === guard.heldAt.getTime();
}

/**
 * The first complete run without a listing marks it, the next withdraws it. Sold, rented or withdrawn ones are only
 * marked.
 *
 * @param lastCompleteAt start of the last complete run; a killed run's mark is younger and does not count
 */
export function judgeAbsent(row: Row, lastCompleteAt: Date | undefined): 'mark' | 'withdraw-absent' | 'leave' {
  const isSecondRun =
    row.missingSince !== undefined && lastCompleteAt !== undefined && row.missingSince <= +lastCompleteAt;
  if (isAtStake(row) && isSecondRun) return 'withdraw-absent';
  return row.missingSince === undefined ? 'mark' : 'leave';
}
