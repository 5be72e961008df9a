/** A feed writes only to its own location, so its listings move with it. */

import type { Types } from 'mongoose';
import { findElsewhere, writeListings, type ListingElsewhere } from '../../models/feed-listings.ts';
import { moveTransfers } from '../../models/feed-transfer.ts';
import type { PropertyFeedDoc } from '../../models/property-feed.ts';
import type { ListingWriter } from './listing-writer.ts';
import { operationOf } from './operations.ts';
import { listingSlug } from './slug.ts';

const batchSize = 500;

/** @returns the number of listings elsewhere; a dry run leaves them there */
export async function takeListingsAlong(feed: PropertyFeedDoc, writer: ListingWriter): Promise<number> {
  if (feed.listingsIn?.equals(feed.locationId)) return 0;
  let moved = 0;
  let batch: ListingElsewhere[] = [];
  for await (const listing of findElsewhere(feed._id, feed.locationId)) {
    moved += 1;
    batch.push(listing);
    if (batch.length < batchSize) continue;
    await move(feed, batch, writer);
    batch = [];
  }
  await move(feed, batch, writer);
  await writer.perform(() => moveTransfers(feed._id, feed.locationId));
  await writer.save({ listingsIn: feed.locationId });
  return moved;
}

/** A slug stays unless the new location already has it. */
function move(feed: PropertyFeedDoc, listings: readonly ListingElsewhere[], writer: ListingWriter): Promise<void> {
  return writer.perform(async () => {
    let left = listings;
    for (let attempt = 0; left.length > 0 && attempt <= 3; attempt++) {
      const operations = left.map((listing) => moveOf(feed, listing, attempt, writer.now));
      const failed = new Set(await writeListings(operations));
      left = left.filter((_, place) => failed.has(operations[place]!));
    }
  });
}

function moveOf(
  { _id, locationId, companyId }: { _id: Types.ObjectId; locationId: Types.ObjectId; companyId?: Types.ObjectId },
  listing: ListingElsewhere,
  attempt: number,
  now: Date,
) {
  const slug =
    attempt === 0
      ? {}
      : { slug: listingSlug(listing.title, _id.toHexString(), listing.feedReferenceId as string, attempt) };
  const changes = companyId ? { set: { companyId }, unset: [] } : { set: {}, unset: ['companyId'] };
  return operationOf(listing._id, changes, { locationId, ...slug, updatedAt: now });
}
