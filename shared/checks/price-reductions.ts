/** A listing keeps the price people last knew, so small steps add up. */

import { emitEvents, type NewEvent } from '../events/emit-event.ts';
import { eventKeys } from '../events/event-types.ts';
import { currenciesOf } from '../models/location.ts';
import { Property, type PropertyDoc } from '../models/property.ts';
import { storedAmount } from '../models/stored-amount.ts';
import { idKey, storedNumber, storedText } from '../models/stored-value.ts';
import type { RunContext } from '../runs/run-context.ts';
import { byDatabaseTime } from './by-database-time.ts';
import { judgePrice, repricedListings } from './judge-price.ts';
import { keyOfPage, listingPages, type MatchesOfListing } from './listing-pages.ts';
import { announcedPrice, located, pricePayload, type FindMatches } from './new-listings.ts';
import { loadInOrder, takeTurns, type Stored } from './take-turns.ts';
import { toldAtThisPrice, withoutTold } from './told-prices.ts';

type Verdict = ReturnType<typeof judgePrice>;

export async function checkPriceReductions(given: RunContext, findMatches: FindMatches): Promise<void> {
  const context = await byDatabaseTime(given);
  const { collection } = Property;
  context.count('pricesReduced', 0);
  const found = collection.aggregate<Stored>(repricedListings() as never[], { batchSize: 1000 });
  await takeTurns({ collection, found, waiting: 'reductionsWaiting' }, context, async (ids) => {
    const listings = await loadInOrder<PropertyDoc>(collection, ids);
    const currencyOf = await currenciesOf(listings.map(({ locationId }) => locationId));
    const judged = listings.map((listing) => ({
      listing,
      verdict: judgePrice(listing, currencyOf(listing.locationId)),
    }));
    const reduced = located(
      judged.filter(({ verdict }) => verdict === 'reduced').map(({ listing }) => listing),
      context,
    );
    const matches = await findMatches(
      reduced.map((listing) => ({ listing, formerPrice: storedAmount(listing.announcedPrice) as number })),
      context.signal,
    );
    const told = await toldAtThisPrice(reduced, currencyOf, context.clock.now());
    const emitted = await emitEvents(
      reduced.flatMap((listing) => {
        const [fits, knew] = [matches.get(idKey(listing._id)), told.get(idKey(listing._id))];
        return priceReduced(listing, fits && withoutTold(fits, knew));
      }),
      context.clock,
    );
    context.count('pricesReduced', reduced.length);
    context.count('reductionsAnnounced', emitted);
    await context.assertHeld();
    await rememberPrices(judged);
    return emitted;
  });
}

/** Removed values are forgotten too, or the listing would return in every run. */
async function rememberPrices(judged: readonly { listing: PropertyDoc; verdict: Verdict }[]): Promise<void> {
  const changed = judged.filter(({ verdict }) => verdict);
  if (changed.length === 0) return;
  await Property.collection.bulkWrite(
    changed.map(({ listing, verdict }) => {
      const { announcedPrice: price, ...terms } = announcedPrice(listing);
      const known = { announcedPrice: price, announcedPriceChanges: priceChanges(listing) + 1 };
      return {
        updateOne: {
          filter: { _id: listing._id },
          update: { $set: { ...terms, ...(verdict === 'respelt' ? {} : known) }, ...forgotten(listing) },
        },
      };
    }) as never,
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

function priceReduced(listing: PropertyDoc, found: MatchesOfListing | undefined): NewEvent<'listing.price_reduced'>[] {
  const { price, currency } = pricePayload(listing);
  const previousPrice = storedAmount(listing.announcedPrice);
  if (price === undefined || previousPrice === undefined) return [];
  const changes = String(priceChanges(listing));
  return listingPages(listing, found).map((page) => ({
    type: 'listing.price_reduced',
    key: keyOfPage(eventKeys.priceReduced(page.propertyId, String(price), currency ?? '', changes), page),
    locationId: listing.locationId,
    payload: { ...page, previousPrice, price, ...(currency ? { currency } : {}) },
    metadata: { sourceId: page.propertyId },
  }));
}
