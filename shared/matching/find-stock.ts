import type { Types } from 'mongoose';
import type { Requirements } from '../models/contact.ts';
import { Property, stock, type PropertyDoc } from '../models/property.ts';
import { idKey, idSpellings, storedId, storedMoment } from '../models/stored-value.ts';
import { readListing, readRequirements, type Criterion } from './criteria.ts';
import { marketsOf } from './market.ts';
import { matchListing } from './match-listing.ts';

interface StockMatch {
  readonly propertyId: string;
  /** 0-100 */
  readonly score: number;
  readonly reasons: readonly Criterion[];
}

interface StockMatches {
  readonly matches: readonly StockMatch[];
  readonly leftOut: number;
}

/** As many as an agent shows one contact. */
const maxMatches = 20;

const fields = [
  'goal',
  'city',
  'district',
  'province',
  'postalCode',
  'type',
  'price',
  'priceFrom',
  'currency',
  'rentalPeriod',
  'bedrooms',
  'bathrooms',
  'areaSqm',
  'features',
  'publishedAt',
];

/**
 * The reverse of `find-matches.ts`.
 *
 * @returns every contact, by `idKey`
 */
export async function findStock(
  locationId: Types.ObjectId,
  people: readonly { readonly _id: unknown; readonly requirements?: unknown }[],
  signal?: AbortSignal,
): Promise<Map<string, StockMatches>> {
  const market = (await marketsOf([locationId]))(locationId);
  const wanted = people.map(({ _id, requirements }) => ({
    key: idKey(_id),
    asked: readRequirements((requirements ?? {}) as Partial<Requirements>, market),
    found: [] as (StockMatch & { readonly publishedAt: number })[],
  }));
  const listings = Property.collection.find<PropertyDoc>(
    { locationId: { $in: idSpellings(locationId) }, ...stock } as never,
    { projection: Object.fromEntries(fields.map((field) => [field, 1])), batchSize: 1000 },
  );
  for await (const listing of listings) {
    signal?.throwIfAborted();
    const propertyId = storedId(listing._id)?.toHexString();
    if (!propertyId) continue;
    const offered = readListing(listing, market);
    for (const { asked, found } of wanted) {
      const match = matchListing(offered, asked);
      if (!match) continue;
      const publishedAt = storedMoment(listing.publishedAt)?.getTime() ?? 0;
      found.push({ propertyId, score: match.score, reasons: match.met, publishedAt });
    }
  }
  return new Map(
    wanted.map(({ key, found }) => {
      const best = found.toSorted(
        (a, b) => b.score - a.score || b.publishedAt - a.publishedAt || (a.propertyId < b.propertyId ? -1 : 1),
      );
      const matches = best
        .slice(0, maxMatches)
        .map(({ propertyId, score, reasons }) => ({ propertyId, score, reasons }));
      return [key, { matches, leftOut: found.length - matches.length }];
    }),
  );
}
