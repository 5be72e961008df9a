/**
 * The last step of a complete run of a snapshot: listings that the feed does not have any more are marked, then, by the
 * next such run, withdrawn. Two walks over the listings of the feed: one to judge all of it, one to write.
 */

import type { Types } from 'mongoose';
import { countPresent, hasMarkedMissing, walkFeedListings, type ListingOperation, type WalkedListing } from '../models/feed-listings.ts';
import type { RemovalGuard } from '../models/property-feed.ts';
import { operationOf, writeInBatches } from './listing-operations.ts';
import { holdReason, isOffered, judgeAbsent, type Absence } from './removal-guard.ts';
import type { FeedReport } from './feed-report.ts';
import type { SeenIds } from './seen-ids.ts';

export interface AbsenceOptions {
  readonly feedId: Types.ObjectId;
  readonly seen: SeenIds;
  /** Listings met in this run. */
  readonly matched: number;
  /** `matched` is exact: when as many listings are there, none is absent, and nothing needs to be walked. */
  readonly exact: boolean;
  readonly idsReplaced: boolean;
  /** The hold of an earlier run. */
  readonly guard: RemovalGuard | undefined;
  readonly report: FeedReport;
  readonly now: Date;
  readonly lastCompleteAt: Date | undefined;
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
  const { feedId, report, now } = options;
  if (options.exact && (await countPresent(feedId)) === options.matched && !(await hasMarkedMissing(feedId))) return { pending: false };
  const { absence, references } = await assess(options);
  const reason = holdReason(absence, options.guard);
  if (reason !== undefined && !options.confirmed) {
    report.count('held', absence.missing);
    report.problem({
      code: 'removal-guard',
      message: `${reason}. Nothing was withdrawn; look at the feed, and if this is right, run sync-feeds for it with confirmRemovals=1. Gone: ${references.join(', ')}${absence.missing > references.length ? ', ...' : ''}`,
    });
    const heldAt = options.guard?.heldAt ?? now;
    if (!options.dryRun) await writeInBatches(holds(options, heldAt), options);
    return { held: { heldAt, reason, count: absence.missing, total: absence.live }, pending: true };
  }
  await options.assertHeld();
  return { pending: await write(options, reason !== undefined) };
}

/** Counts what is on offer and what of it is gone. */
async function assess(options: AbsenceOptions): Promise<{ absence: Absence; references: string[] }> {
  let live = 0;
  let missing = 0;
  let stillHeld = 0;
  const references: string[] = [];
  for await (const listing of walkFeedListings(options.feedId)) {
    if (!isOffered(listing.status)) continue;
    live += 1;
    if (options.seen.has(listing.feedReferenceId as string)) continue;
    missing += 1;
    if (options.guard && isHeldBy(listing, options.guard.heldAt)) stillHeld += 1;
    if (references.length < namedAtMost) references.push(listing.reference ?? (listing.feedReferenceId as string));
  }
  return { absence: { live, missing, items: options.report.counts.items ?? 0, idsReplaced: options.idsReplaced, stillHeld }, references };
}

/** Marks what a person is asked about, before the hold itself is kept: a run that is killed in between raises it anew. */
async function* holds(options: AbsenceOptions, heldAt: Date): AsyncGenerator<ListingOperation> {
  for await (const listing of walkAbsent(options)) {
    if (!isOffered(listing.status) || isHeldBy(listing, heldAt)) continue;
    yield { updateOne: { filter: { _id: listing._id }, update: { $set: { heldSince: heldAt } } } };
  }
}

function isHeldBy(listing: WalkedListing, heldAt: Date): boolean {
  return listing.heldSince?.getTime() === heldAt.getTime();
}

/** @returns whether listings are now marked that were not withdrawn */
async function write(options: AbsenceOptions, confirmed: boolean): Promise<boolean> {
  const { report, now } = options;
  let pending = false;
  async function* removals(): AsyncGenerator<ListingOperation> {
    for await (const listing of walkAbsent(options)) {
      const verdict = judgeAbsent(listing, options.lastCompleteAt, confirmed);
      if (verdict === 'leave') continue;
      if (verdict === 'mark') {
        report.count('missing');
        if (isOffered(listing.status)) pending = true;
      } else {
        report.count('withdrawn');
      }
      const set = verdict === 'mark'
        ? { missingSince: now, missingRuns: 1 }
        : { status: 'WITHDRAWN', statusBeforeRemoval: listing.status, missingSince: listing.missingSince ?? now, missingRuns: 2, updatedAt: now };
      yield operationOf(listing._id, { set, unset: ['feedItemHash'] }, {});
    }
  }
  await writeInBatches(removals(), options);
  return pending;
}

async function* walkAbsent({ feedId, seen }: AbsenceOptions): AsyncGenerator<WalkedListing> {
  for await (const listing of walkFeedListings(feedId)) {
    if (!seen.has(listing.feedReferenceId as string)) yield listing;
  }
}
