/**
 * Newly published listings and whom they interest.
 *
 * A listing carries the mark of having been looked at (`announcedAt`), so what is new is a matter of state, not of
 * time: a feed import that staff publish days later, a late write, a clock that is wrong or an outage hide nothing.
 * Time counts once: what was published more than an hour before the very first run is not news, then or ever.
 */

import type { Types } from 'mongoose';
import { emitEvents, type NewEvent } from '../events/emit-event.ts';
import { eventKeys } from '../events/event-types.ts';
import { CheckCursor, type CheckCursorDoc } from '../models/check-cursor.ts';
import { Property, unannouncedListings, byPublication, type PropertyDoc } from '../models/property.ts';
import { minDate, storedDate, storedId, storedNumber, storedText } from '../models/stored-value.ts';
import { hour } from '../platform/clock.ts';
import type { RunContext } from '../runs/run-context.ts';
import { toLocation } from './narrow-to-location.ts';

/** Who looks for each of some listings; with a former price, whom it did not fit before. The job passes it in. */
export type FindMatches = (
  wanted: readonly { readonly listing: PropertyDoc; readonly formerPrice?: number }[],
  signal: AbortSignal,
) => Promise<ReadonlyMap<string, MatchesOfListing>>;

/** Best first; `leftOut` counts those beyond what an event carries. */
export interface MatchesOfListing {
  readonly matches: readonly {
    readonly contactId: string;
    readonly score: number;
    readonly reasons: readonly string[];
  }[];
  readonly leftOut: number;
}

/** How far the first run looks back. */
const firstLookBack = hour;
const pageSize = 200;

/** Emits one `listing.new` for each new listing that somebody looks for, at most CHECK_BATCH in one run. */
export async function checkNewListings(context: RunContext, findMatches: FindMatches): Promise<void> {
  const { clock, config, signal } = context;
  context.count('newListings', 0);
  const since = await newsSince(context);
  let left = config.checkBatch;
  while (left > 0) {
    signal.throwIfAborted();
    // The mark takes the listings of each page out of the filter: the next page is the same query.
    const filter = { ...unannouncedListings, ...toLocation(context) };
    const listings = await Property.find(filter)
      .sort(byPublication)
      .limit(Math.min(pageSize, left))
      .lean<PropertyDoc[]>();
    if (listings.length === 0) return;
    const news = located(listings, context).filter(({ publishedAt }) => (storedDate(publishedAt) ?? since) >= since);
    const found = await findMatches(
      news.map((listing) => ({ listing })),
      signal,
    );
    const events = news.flatMap((listing) => newListing(listing, found.get(String(listing._id))) ?? []);
    const emitted = await emitEvents(events, clock);
    context.count('newListings', news.length);
    context.count('listingsAnnounced', emitted);
    await context.assertHeld();
    await markAnnounced(listings, clock.now());
    left -= emitted;
  }
}

/**
 * When news began: an hour before the first run, which also marks everything older as known. The moment is stored
 * before that is done, so that a run that dies here goes on with the same one, and is never moved. It is the database's
 * time, which all hosts share: a clock that is off makes neither old listings new nor new ones old.
 *
 * @returns the beginning of time when the stored moment lies ahead: then the database's clock was wrong in the first
 *   run, and what that run did not mark came after it
 */
async function newsSince({ assertHeld }: RunContext): Promise<Date> {
  const cursor = { check: 'new-listings' };
  const { watermark, updatedAt, position } = (await CheckCursor.findOneAndUpdate(
    cursor,
    [
      {
        $set: {
          watermark: { $ifNull: ['$watermark', { $subtract: ['$$NOW', firstLookBack] }] },
          createdAt: { $ifNull: ['$createdAt', '$$NOW'] },
          updatedAt: '$$NOW',
        },
      },
    ],
    { upsert: true, returnDocument: 'after', updatePipeline: true, timestamps: false },
  ).lean()) as CheckCursorDoc & { watermark: Date };
  if (!position?.['olderListingsMarked']) {
    await assertHeld();
    await markOlder(watermark);
    await CheckCursor.updateOne(cursor, { $set: { position: { olderListingsMarked: true } } });
  }
  return watermark <= updatedAt ? watermark : minDate;
}

async function markOlder(since: Date): Promise<void> {
  await Property.collection.updateMany(
    {
      publicationStatus: 'PUBLISHED',
      announcedAt: null,
      $or: [{ publishedAt: { $lt: since } }, { publishedAt: { $not: { $type: 'date' } }, createdAt: { $lt: since } }],
    },
    [
      {
        $set: {
          announcedAt: since,
          announcedPrice: ifKind('number', '$price', '$$REMOVE'),
          announcedCurrency: ifKind('string', '$currency', '$$REMOVE'),
          announcedRentalPeriod: ifKind('string', '$rentalPeriod', '$$REMOVE'),
        },
      },
    ],
  );
}

async function markAnnounced(listings: readonly PropertyDoc[], now: Date): Promise<void> {
  await Property.collection.bulkWrite(
    listings.map((listing) => ({
      updateOne: { filter: { _id: listing._id }, update: { $set: { announcedAt: now, ...announcedPrice(listing) } } },
    })),
    { ordered: false },
  );
}

/** What is remembered of the price that people were told. */
export function announcedPrice(listing: Pick<PropertyDoc, 'price' | 'currency' | 'rentalPeriod'>) {
  const [price, currency, period] = [
    storedNumber(listing.price),
    storedText(listing.currency),
    storedText(listing.rentalPeriod),
  ];
  return {
    ...(price === undefined ? {} : { announcedPrice: price }),
    ...(currency === undefined ? {} : { announcedCurrency: currency }),
    ...(period === undefined ? {} : { announcedRentalPeriod: period }),
  };
}

/** The value of a field in the database (or what is made of it), if it is a number or a text as it should be. */
export function ifKind(kind: 'number' | 'string', field: string, otherwise: unknown, value: unknown = field) {
  return { $cond: [kind === 'number' ? { $isNumber: field } : { $eq: [{ $type: field }, kind] }, value, otherwise] };
}

/** The listings whose location can be read. Of the others nobody could be told; they are counted. */
export function located(listings: readonly PropertyDoc[], context: RunContext): PropertyDoc[] {
  return listings.flatMap((listing) => {
    const locationId = storedId(listing.locationId);
    if (locationId) return [{ ...listing, locationId }];
    context.count('unreadableRecords');
    return [];
  });
}

/** Letters. What is longer is a description in the wrong field, and no event could carry some of those. */
const maxTitle = 1000;

/** What both events of a listing say about it; `undefined` when nobody looks for it. */
export function listingPayload(listing: { _id: Types.ObjectId; title: string }, found: MatchesOfListing | undefined) {
  if (!found || found.matches.length === 0) return undefined;
  const { matches, leftOut } = found;
  return {
    propertyId: listing._id.toHexString(),
    title: (storedText(listing.title) ?? '').slice(0, maxTitle),
    matches,
    ...(leftOut > 0 ? { matchesLeftOut: leftOut } : {}),
  };
}

function newListing(listing: PropertyDoc, found: MatchesOfListing | undefined): NewEvent<'listing.new'> | undefined {
  const payload = listingPayload(listing, found);
  return (
    payload && {
      type: 'listing.new',
      key: eventKeys.listingNew(payload.propertyId),
      locationId: listing.locationId,
      payload,
      metadata: { sourceId: payload.propertyId },
    }
  );
}
