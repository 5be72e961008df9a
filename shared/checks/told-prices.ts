import { readCurrency } from '../models/currency.ts';
import { Event } from '../models/event.ts';
import type { PropertyDoc } from '../models/property.ts';
import { storedAmount } from '../models/stored-amount.ts';
import { idKey, storedId, storedList } from '../models/stored-value.ts';
import { eventKeys } from '../events/event-types.ts';
import { day } from '../platform/clock.ts';
import type { MatchesOfListing } from './listing-pages.ts';

const onceIn = 30 * day;

/**
 * Who got the present price in the last 30 days.
 *
 * @returns contact ids by listing key
 */
export async function toldAtThisPrice(
  listings: readonly PropertyDoc[],
  currencyOf: (locationId: unknown) => string,
  now: Date,
): Promise<ReadonlyMap<string, ReadonlySet<unknown>>> {
  const since = new Date(now.getTime() - onceIn);
  const told = await Promise.all(
    listings.map(async (listing) => {
      const propertyId = storedId(listing._id)?.toHexString() ?? '';
      const currency = currencyOf(listing.locationId);
      const keys = [eventKeys.listingNew(propertyId, 0), eventKeys.pricesOf(propertyId)];
      const events = await Event.collection
        .find(
          { $or: keys.map((key) => ({ key: { $gte: key, $lt: `${key}\uffff` } })), createdAt: { $gt: since } } as never,
          { projection: { payload: 1 } },
        )
        .toArray();
      const atThisPrice = events.filter(
        ({ payload }) =>
          payload?.price === storedAmount(listing.price) &&
          readCurrency(payload?.currency, currency) === readCurrency(listing.currency, currency),
      );
      const contacts = atThisPrice.flatMap(({ payload }) => storedList(payload?.matches).map(contactOf));
      return [idKey(listing._id), new Set(contacts)] as const;
    }),
  );
  return new Map(told);
}

function contactOf(match: unknown): unknown {
  return (match as { contactId?: unknown } | null)?.contactId;
}

export function withoutTold(found: MatchesOfListing, told: ReadonlySet<unknown> = new Set()): MatchesOfListing {
  return { ...found, matches: found.matches.filter(({ contactId }) => !told.has(contactId)) };
}
