/**
 * The last step of a complete run of a snapshot: listings that the feed does not have any more are marked, then, by the
 * next such run, withdrawn. Two walks over the listings of the feed: one to judge all of it, one to write.
 */

import type { Types } from 'mongoose';
import {
  countPresent,
  hasMarkedMissing,
  walkFeedListings,
  type ListingOperation,
  type WalkedListing,
} from '../models/feed-listings.ts';
import type { RemovalGuard } from '../models/property-feed.ts';
import { operationOf, writeInBatches } from './store/operations.ts';
import { holdReason, isAtStake, isOffered, judgeAbsent, type Absence } from './removal-guard.ts';
import type { FeedReport } from './feed-report.ts';

export interface AbsenceOptions {
  readonly feedId: Types.ObjectId;
  /** Whether the feed has a listing with this id. */
  readonly isThere: (id: string) => boolean;
  /** Listings met in this run. */
  readonly matched: number;
  /** Listings that were there before; `undefined` when they must be counted anew. */
  readonly present: number | undefined;
  /** `matched` is exact: when as many listings are there, none is absent, and nothing needs to be walked. */
  readonly exact: boolean;
  readonly idsReplaced: boolean;
  /** New items that were none of the listings that are gone. */
  readonly unrecognised: number;
  /** What the document holds, when nothing in it tells that it is such a feed. */
  readonly contents: string | undefined;
  /** Why listings that were not seen may be there all the same: they are held then. */
  readonly doubt: string | undefined;
  /** The hold of an earlier run. */
  readonly guard: RemovalGuard | undefined;
  readonly report: FeedReport;
  readonly now: Date;
  readonly lastCompleteAt: Date | undefined;
  /** A person has confirmed the hold of an earlier run. */
  readonly confirmed: boolean;
  readonly dryRun: boolean;
  readonly signal: AbortSignal;
  /** Called before anything is withdrawn. */
  readonly assertHeld: () => Promise<void>;
}

export interface AbsenceOutcome {
  /** Removals wait for a person. */
  readonly held?: RemovalGuard;
  /** Listings are marked and need another complete run to be withdrawn. */
  readonly pending: boolean;
}

const namedAtMost = 10;

/** Marks, withdraws, or holds what the feed does not have any more. */
export async function settleAbsent(options: AbsenceOptions): Promise<AbsenceOutcome> {
  const { feedId, report, now, guard } = options;
  if (
    options.exact &&
    (options.present ?? (await countPresent(feedId))) === options.matched &&
    !(await hasMarkedMissing(feedId))
  )
    return { pending: false };
  const { absence, confirmed, references } = await assess(options);
  const hold = holdReason(absence, guard);
  if (hold === undefined) {
    if (options.doubt !== undefined && confirmed === 0) return { pending: false };
    return { pending: await write(options, undefined) };
  }
  report.count('held', absence.missing);
  const withdrawn =
    confirmed > 0 ? `The ${confirmed} that were confirmed were withdrawn, these were not` : 'Nothing was withdrawn';
  const gone = `${references.join(', ')}${absence.missing > references.length ? ', ...' : ''}`;
  report.problem({
    code: 'removal-guard',
    message:
      `${hold.reason}. ${withdrawn}; look at the feed, and if this is right, ` +
      `run sync-feeds with feedId=${feedId.toHexString()} and confirmRemovals=1. Gone: ${gone}`,
  });
  const heldAt = options.confirmed ? now : (guard?.heldAt ?? now);
  await write(options, heldAt);
  return { held: { heldAt, ...hold, count: absence.missing, total: absence.live }, pending: true };
}

/** Counts what is on offer and what of it is gone, leaving out what a person has confirmed. */
async function assess(options: AbsenceOptions): Promise<{ absence: Absence; confirmed: number; references: string[] }> {
  let live = 0;
  let missing = 0;
  let stillHeld = 0;
  let confirmed = 0;
  const references: string[] = [];
  for await (const listing of walkFeedListings(options.feedId)) {
    if (!isOffered(listing.status)) continue;
    live += 1;
    if (!isAtStake(listing) || options.isThere(listing.feedReferenceId as string)) continue;
    if (isConfirmed(listing, options)) {
      live -= 1;
      confirmed += 1;
      continue;
    }
    missing += 1;
    if (isHeldBy(listing, options.guard?.heldAt)) stillHeld += 1;
    if (references.length < namedAtMost) references.push(listing.reference ?? (listing.feedReferenceId as string));
  }
  const { idsReplaced, unrecognised, contents, doubt, report } = options;
  return {
    absence: { live, missing, items: report.counts.items ?? 0, idsReplaced, unrecognised, stillHeld, contents, doubt },
    confirmed,
    references,
  };
}

/** Whether a hold asks a person about a listing. */
export function isHeldBy(listing: WalkedListing, heldAt: Date | undefined): boolean {
  return heldAt !== undefined && listing.heldSince?.getTime() === heldAt.getTime();
}

/** A confirmation stands for the listings that the hold named; of others nobody was asked. */
function isConfirmed(listing: WalkedListing, { confirmed, guard }: AbsenceOptions): boolean {
  return confirmed && isHeldBy(listing, guard?.heldAt);
}

/**
 * Writes what becomes of each absent listing. Those that a person is asked about are marked before the hold itself is
 * kept: a run that is killed in between raises it anew.
 *
 * @param heldAt since when what is not confirmed is held; `undefined`: it is not
 * @returns whether listings are now marked that were not withdrawn
 */
async function write(options: AbsenceOptions, heldAt: Date | undefined): Promise<boolean> {
  const { report, now } = options;
  let pending = false;
  async function* removals(): AsyncGenerator<ListingOperation> {
    for await (const listing of walkAbsent(options)) {
      const confirmed = isConfirmed(listing, options);
      if (heldAt && !confirmed) {
        if (isAtStake(listing) && !isHeldBy(listing, heldAt))
          yield operationOf(listing._id, { set: { heldSince: heldAt }, unset: [] }, {});
        continue;
      }
      const verdict = judgeAbsent(listing, options.lastCompleteAt, confirmed);
      if (verdict === 'leave') continue;
      if (verdict === 'mark') {
        report.count('missing');
        if (isAtStake(listing)) pending = true;
      } else {
        report.count('withdrawn');
      }
      const set =
        verdict === 'mark'
          ? { missingSince: now }
          : {
              status: 'WITHDRAWN',
              statusBeforeRemoval: listing.status,
              missingSince: listing.missingSince ?? now,
              updatedAt: now,
            };
      yield operationOf(listing._id, { set, unset: ['feedItemHash'] }, {});
    }
  }
  await writeInBatches(removals(), options);
  return pending;
}

async function* walkAbsent({ feedId, isThere }: AbsenceOptions): AsyncGenerator<WalkedListing> {
  for await (const listing of walkFeedListings(feedId)) {
    if (!isThere(listing.feedReferenceId as string)) yield listing;
  }
}
