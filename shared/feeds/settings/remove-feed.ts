import { walkFeedListings, writeListings, type ListingOperation } from '../../models/feed-listings.ts';
import { dropTransfers } from '../../models/feed-transfer.ts';
import { saveFeed, type PropertyFeedDoc } from '../../models/property-feed.ts';
import { toRow, type Row } from '../plan/facts.ts';
import { withdrawalOf } from '../store/operations.ts';

const batchSize = 500;

export type ListingsOfRemoved = 'keep' | 'withdraw';

/**
 * Repeatable after a kill.
 *
 * @param listings `withdraw`: except those with a status locked by staff @returns how many were withdrawn
 */
export async function removeFeed(
  feed: Pick<PropertyFeedDoc, '_id' | 'deletedAt'>,
  listings: ListingsOfRemoved,
  now: Date,
): Promise<{ readonly withdrawn: number }> {
  // First: no run begins with it any more.
  await saveFeed(feed._id, { isActive: false, deletedAt: feed.deletedAt ?? now });
  await dropTransfers(feed._id);
  if (listings === 'keep') return { withdrawn: 0 };
  let withdrawn = 0;
  let batch: ListingOperation[] = [];
  for await (const listing of walkFeedListings(feed._id)) {
    const row = toRow(listing);
    if (!isOnOffer(row)) continue;
    withdrawn += 1;
    batch.push(withdrawalOf(row, now));
    if (batch.length < batchSize) continue;
    await writeListings(batch);
    batch = [];
  }
  await writeListings(batch);
  return { withdrawn };
}

function isOnOffer({ status, isStatusLocked, isTrashed }: Row): boolean {
  return !isTrashed && !isStatusLocked && (status === 'ACTIVE' || status === 'RESERVED');
}
