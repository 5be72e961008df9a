/**
 * Announced listings that became cheaper: told to those whom they fit now and did not fit before. Each listing carries
 * the price that people last knew, so a reduction in several small steps counts as their sum and none is overlooked.
 */

import type { Types } from 'mongoose';
import { emitEvents, type NewEvent } from '../events/emit-event.ts';
import { eventKeys } from '../events/event-types.ts';
import { Property, type PropertyDoc } from '../models/property.ts';
import { storedNumber, storedText } from '../models/stored-value.ts';
import type { RunContext } from '../runs/run-context.ts';
import { chunkSize, inChunks } from './in-chunks.ts';
import { judgePrice, repricedListings } from './judge-price.ts';
import { toLocation } from './narrow-to-location.ts';
import { announcedPrice, listingPayload, located, type FindMatches, type MatchesOfListing } from './new-listings.ts';

/** Emits `listing.price_reduced` where somebody newly fits, at most CHECK_BATCH in one run. */
export async function checkPriceReductions(context: RunContext, findMatches: FindMatches): Promise<void> {
  let left = context.config.checkBatch;
  context.count('pricesReduced', 0);
  const stream = Property.collection.aggregate<{ _id: Types.ObjectId }>(repricedListings() as never[], {
    batchSize: 1000,
  });
  for await (const chunk of inChunks(stream, () => Math.min(chunkSize, left), context.signal)) {
    const listings = await Property.find({ _id: { $in: chunk.map(({ _id }) => _id) }, ...toLocation(context) }).lean<
      PropertyDoc[]
    >();
    const reduced = located(listings, context).filter((listing) => judgePrice(listing) === 'reduced');
    const found = await findMatches(
      reduced.map((listing) => ({ listing, formerPrice: storedNumber(listing.announcedPrice) as number })),
      context.signal,
    );
    const emitted = await emitEvents(
      reduced.flatMap((listing) => priceReduced(listing, found.get(String(listing._id))) ?? []),
      context.clock,
    );
    context.count('pricesReduced', reduced.length);
    context.count('reductionsAnnounced', emitted);
    await context.assertHeld();
    await rememberPrices(listings.filter((listing) => judgePrice(listing)));
    left -= emitted;
    if (left <= 0) return;
  }
}

/** A currency or time that is gone is forgotten too, or the listing would come by in every run. */
async function rememberPrices(listings: readonly PropertyDoc[]): Promise<void> {
  if (listings.length === 0) return;
  await Property.collection.bulkWrite(
    listings.map((listing) => ({
      updateOne: {
        filter: { _id: listing._id },
        update: {
          $set: { ...announcedPrice(listing), announcedPriceChanges: priceChanges(listing) + 1 },
          ...forgotten(listing),
        },
      },
    })),
    { ordered: false },
  );
}

function forgotten({ currency, rentalPeriod }: PropertyDoc): { $unset?: Record<string, ''> } {
  const gone: Record<string, ''> = {
    ...(storedText(currency) === undefined ? { announcedCurrency: '' } : {}),
    ...(storedText(rentalPeriod) === undefined ? { announcedRentalPeriod: '' } : {}),
  };
  return Object.keys(gone).length > 0 ? { $unset: gone } : {};
}

function priceChanges(listing: PropertyDoc): number {
  return storedNumber(listing.announcedPriceChanges) ?? 0;
}

function priceReduced(
  listing: PropertyDoc,
  found: MatchesOfListing | undefined,
): NewEvent<'listing.price_reduced'> | undefined {
  const payload = listingPayload(listing, found);
  const [price, previousPrice] = [storedNumber(listing.price), storedNumber(listing.announcedPrice)];
  const currency = storedText(listing.currency);
  return payload && price !== undefined && previousPrice !== undefined
    ? {
        type: 'listing.price_reduced',
        key: eventKeys.priceReduced(payload.propertyId, String(price), currency ?? '', String(priceChanges(listing))),
        locationId: listing.locationId,
        payload: { ...payload, previousPrice, price, ...(currency ? { currency } : {}) },
        metadata: { sourceId: payload.propertyId },
      }
    : undefined;
}
