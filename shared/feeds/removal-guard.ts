/**
 * Absence is the dangerous signal: half a feed looks like half of the listings sold. When may listings that left their
 * feed be withdrawn, and when must a person say so first.
 */

import type { PropertyStatus } from '../models/property.ts';
import type { RemovalGuard } from '../models/property-feed.ts';

/** More than this share of a feed's listings, and more than this many, do not go without a person. */
const maxShare = 0.2;
export const maxCount = 10;

export interface Absence {
  /**
   * Listings of the feed that are on offer, those in question included; what a person has confirmed to be gone is not.
   */
  readonly live: number;
  /** Those of them that the complete feed does not have and that would be withdrawn. */
  readonly missing: number;
  /** Items that the feed had. */
  readonly items: number;
  /** Most of the ids are gone and most of the items are new, or that was so and is not settled yet. */
  readonly idsReplaced: boolean;
  /** New items that were none of the listings that are gone, as far as they were compared: they may be all the same. */
  readonly unrecognised?: number;
  /** Of the missing ones, those that a person was asked about in an earlier run and that are still away. */
  readonly stillHeld?: number;
  /** Why those that are missing may be there all the same. */
  readonly doubt?: string | undefined;
  /** What the feed holds instead, when it has no items and may be no empty feed. */
  readonly contents?: string | undefined;
}

/**
 * Why removals wait for a person; `undefined` when they need not. A feed that had one listing may become empty. What
 * was held stays held, whatever share of the feed it is by now, unless it was for a doubt that is gone.
 *
 * @param guard the hold of an earlier run
 */
export function holdReason(
  absence: Absence,
  guard?: RemovalGuard,
): Pick<RemovalGuard, 'reason' | 'doubtful'> | undefined {
  const reason = lastingReason(absence, guard?.doubtful ? undefined : guard);
  if (reason !== undefined) return { reason };
  return absence.doubt !== undefined && absence.missing > 0 ? { reason: absence.doubt, doubtful: true } : undefined;
}

function lastingReason(
  { live, missing, items, idsReplaced, unrecognised = 0, stillHeld = 0, contents }: Absence,
  guard: RemovalGuard | undefined,
): string | undefined {
  const lasting = guard ? stillHeld : 0;
  if (missing === 0 || (live <= 1 && contents === undefined && !idsReplaced && lasting === 0)) return undefined;
  if (items === 0)
    return (
      `${contents === undefined ? 'The feed is empty' : `No listing was found in the feed (${contents})`}, and ` +
      `${live} of its listings ${live === 1 ? 'is' : 'are'} on offer`
    );
  if (idsReplaced && live > 1 && (unrecognised > 0 || missing > maxShare * live))
    return (
      `Most listings have new ids at once: ${missing} of ${live} were not found again under new ` +
      `ones${unrecognised > 0 ? `, and ${unrecognised} new listings may be some of them` : ''}`
    );
  if (isTooMany(missing, live))
    return `${missing} of ${live} listings are gone from the feed, or withdrawn by it, at once`;
  return lasting > 0 ? guard?.reason : undefined;
}

/** Whether so many of the listings on offer do not go without a person. */
export function isTooMany(going: number, live: number): boolean {
  return going > maxCount && going > maxShare * live;
}

/** What becomes of a listing that a complete snapshot does not have. */
export type AbsenceVerdict = 'mark' | 'withdraw' | 'leave';

/**
 * A listing is marked by the first complete run without it and withdrawn by the next. What is sold, rented or already
 * withdrawn is not on offer: it is marked and keeps its status.
 *
 * @param lastCompleteAt when the last complete run before this one began: a mark that a killed run has left is younger
 * and does not count as a run of its own
 * @param confirmed a person has confirmed its removal, which was held: that stands for the second run
 */
export function judgeAbsent(
  listing: Removable & { readonly missingSince?: Date | null },
  lastCompleteAt: Date | undefined,
  confirmed: boolean,
): AbsenceVerdict {
  const secondRun = listing.missingSince && lastCompleteAt && listing.missingSince <= lastCompleteAt;
  if (isAtStake(listing) && (secondRun || confirmed)) return 'withdraw';
  return listing.missingSince ? 'leave' : 'mark';
}

/** Whether a listing is on offer: its disappearance means something. */
export function isOffered(status: PropertyStatus): boolean {
  return status === 'ACTIVE' || status === 'RESERVED';
}

/** What of a listing decides whether it can be withdrawn. */
export interface Removable {
  readonly status: PropertyStatus;
  readonly lockedFields?: readonly string[];
}

/** Whether a listing would be withdrawn: it is on offer, and its status is not the staff's own. */
export function isAtStake({ status, lockedFields }: Removable): boolean {
  return isOffered(status) && !(lockedFields ?? []).includes('status');
}
