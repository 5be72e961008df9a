/** What a price means to those who knew the former one: a rule, and the same in the database. */

import type { PipelineStage } from 'mongoose';
import type { PropertyDoc } from '../models/property.ts';
import { storedNumber, storedText } from '../models/stored-value.ts';
import { ifKind } from './new-listings.ts';

/** The smallest reduction that is told, in hundredths of the price that was known. */
const minReduction = 5;

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
