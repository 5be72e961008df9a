/**
 * Announced listings that became cheaper: told to those whom they fit now and did not fit before. Each listing carries
 * the price that people last knew, so a reduction in several small steps counts as their sum and none is overlooked.
 */

import type { PipelineStage, Types } from 'mongoose';
import { emitEvents, type NewEvent } from '../events/emit-event.ts';
import { eventKeys } from '../events/event-types.ts';
import { Property, type PropertyDoc } from '../models/property.ts';
import { storedNumber, storedText } from '../models/stored-value.ts';
import type { RunContext } from '../runs/run-context.ts';
import { chunkSize, inChunks } from './in-chunks.ts';
import { toLocation } from './narrow-to-location.ts';
import {
  announcedPrice,
  ifKind,
  listingPayload,
  located,
  type FindMatches,
  type MatchesOfListing,
} from './new-listings.ts';

/** The smallest reduction that is told, in hundredths of the price that was known. */
export const minReduction = 5;

type Priced = Pick<
  PropertyDoc,
  'price' | 'currency' | 'rentalPeriod' | 'announcedPrice' | 'announcedCurrency' | 'announcedRentalPeriod'
>;

/**
 * What a listing's price means to those who knew the former one: `reduced` is told; `noted` becomes the known price
 * without a word (it rose, is in another currency or for another length of time, or was not known); `undefined`:
 * nothing to do.
 */
export function judgePrice({ price: stored, announcedPrice, ...listing }: Priced): 'reduced' | 'noted' | undefined {
  const [price, known] = [storedNumber(stored), storedNumber(announcedPrice)];
  if (price === undefined || price <= 0) return undefined;
  const sameTerms =
    storedText(listing.currency) === storedText(listing.announcedCurrency) &&
    storedText(listing.rentalPeriod) === storedText(listing.announcedRentalPeriod);
  if (known === undefined || !sameTerms || price > known) return 'noted';
  return 100 * price <= (100 - minReduction) * known ? 'reduced' : undefined;
}

/** In the database: the number that `storedNumber` reads, or 0. A decimal one is told apart from its nearest double. */
function numberOrZero(field: string) {
  return ifKind('number', field, 0, { $convert: { input: field, to: 'double', onError: 0, onNull: 0 } });
}

const [price, knownPrice] = [numberOrZero('$price'), numberOrZero('$announcedPrice')];

/** The listings that `judgePrice` has something to say about, told by index keys alone. */
export function repricedListings(): PipelineStage[] {
  return [
    { $match: { publicationStatus: 'PUBLISHED', status: 'ACTIVE', announcedAt: { $gt: new Date(0) } } },
    {
      $project: {
        repriced: {
          $and: [
            { $eq: [{ $ifNull: ['$deletedAt', null] }, null] },
            { $gt: [price, 0] },
            {
              $or: [
                { $ne: [ifKind('string', '$currency', null), ifKind('string', '$announcedCurrency', null)] },
                { $ne: [ifKind('string', '$rentalPeriod', null), ifKind('string', '$announcedRentalPeriod', null)] },
                { $gt: [price, knownPrice] },
                { $lte: [{ $multiply: [100, price] }, { $multiply: [100 - minReduction, knownPrice] }] },
              ],
            },
          ],
        },
      },
    },
    { $match: { repriced: true } },
    { $project: { _id: 1 } },
  ];
}

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
