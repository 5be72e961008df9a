/**
 * The hold that a full list has raised, after a run that says nothing of what is absent: a delta, or part of a list.
 */

import { walkFeedListings, type ListingOperation } from '../models/feed-listings.ts';
import type { PropertyFeedDoc, RemovalGuard } from '../models/property-feed.ts';
import { isHeldBy } from './absent-listings.ts';
import { writeInBatches, type WriteOptions } from './store/operations.ts';
import { isAtStake, isOffered } from './removal-guard.ts';

export interface LastingHoldOptions extends WriteOptions {
  readonly feed: Pick<PropertyFeedDoc, '_id' | 'mode' | 'removalGuard'>;
  /** Whether this run has met a listing of this id; of those that it has changed this need not be known. */
  readonly isThere: (id: string) => boolean;
}

/**
 * Lets go of the listings that have come, and counts those that are still asked about.
 *
 * @returns what is left of the hold; a feed that was made a delta has none
 */
export async function lastingHold({ feed, isThere, ...write }: LastingHoldOptions): Promise<RemovalGuard | undefined> {
  const guard = feed.removalGuard;
  if (!guard || feed.mode === 'delta') return undefined;
  let [count, total] = [0, 0];
  async function* released({ heldAt }: RemovalGuard): AsyncGenerator<ListingOperation> {
    for await (const listing of walkFeedListings(feed._id)) {
      if (isOffered(listing.status)) total += 1;
      if (!isHeldBy(listing, heldAt)) continue;
      if (isThere(listing.feedReferenceId as string))
        yield { updateOne: { filter: { _id: listing._id }, update: { $unset: { heldSince: '' } } } };
      else if (isAtStake(listing)) count += 1;
    }
  }
  await writeInBatches(released(guard), write);
  return count > 0 ? { ...guard, count, total } : undefined;
}
