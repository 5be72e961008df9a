/** A listing that was looked at is marked (`announcedAt`), so late writes, wrong clocks and outages hide nothing. */

import { emitEvents, type NewEvent } from '../events/emit-event.ts';
import { cutText } from '../events/cut-text.ts';
import { eventKeys } from '../events/event-types.ts';
import { CheckCursor, type CheckCursorDoc } from '../models/check-cursor.ts';
import {
  announcedListings,
  isCopy,
  leftMarket,
  Property,
  published,
  unannouncedListings,
  type PropertyDoc,
} from '../models/property.ts';
import { mendDates } from '../models/repair-records.ts';
import { isUnreadableAmount, storedAmount } from '../models/stored-amount.ts';
import { idKey, minDate, storedDate, storedId, storedNumber, storedText } from '../models/stored-value.ts';
import { hour } from '../platform/clock.ts';
import type { RunContext } from '../runs/run-context.ts';
import { nameUnreadable } from '../runs/unreadable-records.ts';
import { byDatabaseTime } from './by-database-time.ts';
import { keyOfPage, listingPages, type MatchesOfListing } from './listing-pages.ts';
import { mendWords } from './mend-words.ts';
import { toLocation } from './narrow-to-location.ts';
import { noDate } from './put-off.ts';
import { loadInOrder, takeTurns, type Stored } from './take-turns.ts';

/** Passed in by the job. With a former price, only contacts whom it did not fit then. */
export type FindMatches = (
  wanted: readonly { readonly listing: PropertyDoc; readonly formerPrice?: number }[],
  signal: AbortSignal,
) => Promise<ReadonlyMap<string, MatchesOfListing>>;

const firstLookBack = hour;

export async function checkNewListings(given: RunContext, findMatches: FindMatches): Promise<void> {
  const context = await byDatabaseTime(given);
  const now = context.clock.now();
  context.count('newListings', 0);
  await mendWords(Property.collection, context);
  await mendPublished(context);
  const since = await newsSince(context);
  await forgetCopies(context);
  await forgetLeft(context);
  const { collection } = Property;
  const found = collection.find<Stored>(unannouncedListings as never, { projection: { _id: 1 }, batchSize: 1000 });
  const published = ({ publishedAt }: Stored) => storedDate(publishedAt)?.getTime() ?? 0;
  const order = (one: Stored, other: Stored) => published(one) - published(other);
  const turns = { collection, found, fields: ['publishedAt'], order, waiting: 'listingsWaiting' };
  await takeTurns(turns, context, async (ids) => {
    const listings = await loadInOrder<PropertyDoc>(collection, ids);
    const news = located(listings, context).filter((listing) => isNews(listing, since));
    const odd = news.filter(({ price }) => isUnreadableAmount(price)).map(({ _id }) => _id);
    nameUnreadable(context, collection.name, 'price', odd);
    const matches = await findMatches(
      news.map((listing) => ({ listing })),
      context.signal,
    );
    const events = news.flatMap((listing) => newListing(listing, matches.get(idKey(listing._id))));
    const emitted = await emitEvents(events, context.clock);
    context.count('newListings', news.length);
    context.count('listingsAnnounced', emitted);
    await context.assertHeld();
    await markAnnounced(listings, now);
    return emitted;
  });
}

/** Before the database compares them. */
async function mendPublished(context: RunContext): Promise<void> {
  const { collection } = Property;
  const filter = { ...unannouncedListings, publishedAt: noDate, ...toLocation(context) };
  const odd = await collection.find(filter as never, { projection: { _id: 1 } }).toArray();
  const ids = odd.map(({ _id }): unknown => _id);
  if (ids.length > 0) await context.assertHeld();
  nameUnreadable(context, collection.name, 'publishedAt', await mendDates(collection, 'publishedAt', ids));
}

/** Copies and listings that return to the market are news at any age. */
function isNews({ _id, publishedAt, announcedBefore, announcedId }: PropertyDoc, since: Date): boolean {
  if (announcedId && idKey(announcedId) !== idKey(_id)) return true;
  if ((storedNumber(announcedBefore) ?? 0) > 0) return true;
  return (storedDate(publishedAt) ?? since) >= since;
}

/** The id stays: it shows that they are copies. */
async function forgetCopies(context: RunContext): Promise<void> {
  const { collection } = Property;
  const copies = await collection
    .aggregate<{ _id: unknown }>([
      { $match: announcedListings },
      { $project: { isCopy } },
      { $match: { isCopy: true } },
    ] as never[])
    .toArray();
  if (copies.length === 0) return;
  await context.assertHeld();
  const filter = { _id: { $in: copies.map(({ _id }) => _id) }, ...toLocation(context) };
  await collection.updateMany(filter as never, { $unset: { ...announcement, announcedBefore: '' } });
}

async function forgetLeft(context: RunContext): Promise<void> {
  const filter = { ...leftMarket, ...toLocation(context) };
  await Property.collection.updateMany(filter as never, { $unset: announcement, $inc: { announcedBefore: 1 } });
}

const announcement = {
  announcedAt: '',
  announcedPrice: '',
  announcedCurrency: '',
  announcedRentalPeriod: '',
} as const;

/**
 * An hour before the first run, stored before older listings are marked: after a kill, the moment is the same.
 *
 * @returns the beginning of time if the database's clock was wrong at the first run
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
      ...published,
      announcedAt: null,
      $or: [{ publishedAt: { $lt: since } }, { publishedAt: { $not: { $type: 'date' } }, createdAt: { $lt: since } }],
    },
    [
      {
        $set: {
          announcedAt: since,
          announcedId: '$_id',
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
      updateOne: {
        filter: { _id: listing._id },
        update: { $set: { announcedAt: now, announcedId: listing._id, ...announcedPrice(listing) } },
      },
    })),
    { ordered: false },
  );
}

export function announcedPrice(listing: Pick<PropertyDoc, 'price' | 'currency' | 'rentalPeriod'>) {
  const [price, currency, period] = [
    storedAmount(listing.price),
    storedText(listing.currency),
    storedText(listing.rentalPeriod),
  ];
  return {
    ...(price === undefined ? {} : { announcedPrice: price }),
    ...(currency === undefined ? {} : { announcedCurrency: currency }),
    ...(period === undefined ? {} : { announcedRentalPeriod: period }),
  };
}

/** In the database: `value` for the right kind. */
export function ifKind(kind: 'number' | 'string', field: string, otherwise: unknown, value: unknown = field) {
  return { $cond: [kind === 'number' ? { $isNumber: field } : { $eq: [{ $type: field }, kind] }, value, otherwise] };
}

/** Listings with readable id and location; others are reported. */
export function located(listings: readonly PropertyDoc[], context: RunContext): PropertyDoc[] {
  const { name } = Property.collection;
  for (const field of ['_id', 'locationId'] as const) {
    const odd = listings.filter((listing) => !storedId(listing[field]));
    nameUnreadable(
      context,
      name,
      field,
      odd.map(({ _id }) => _id),
    );
  }
  return listings.flatMap((listing) => {
    const locationId = storedId(listing.locationId);
    return locationId && storedId(listing._id) ? [{ ...listing, locationId }] : [];
  });
}

const maxCurrency = 20;

/** As an event carries them. */
export function pricePayload({ price: storedPrice, currency: storedCurrency }: PropertyDoc) {
  const [price, currency] = [storedAmount(storedPrice), storedText(storedCurrency)];
  return {
    ...(price === undefined ? {} : { price }),
    ...(currency ? { currency: cutText(currency, maxCurrency) } : {}),
  };
}

function newListing(listing: PropertyDoc, found: MatchesOfListing | undefined): NewEvent<'listing.new'>[] {
  return listingPages(listing, found).map((page) => ({
    type: 'listing.new',
    key: keyOfPage(eventKeys.listingNew(page.propertyId, storedNumber(listing.announcedBefore) ?? 0), page),
    locationId: listing.locationId,
    payload: { ...page, ...pricePayload(listing) },
    metadata: { sourceId: page.propertyId },
  }));
}
