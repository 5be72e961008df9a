/** What a price means to those who knew the former one: a rule, and the same in the database. */

import type { PipelineStage } from 'mongoose';
import { readCurrency, readPeriod } from '../models/currency.ts';
import { isAlive } from '../models/deletion.ts';
import { announcedListings, isActive, type PropertyDoc } from '../models/property.ts';
import { plainDigits, storedNumber, storedText } from '../models/stored-value.ts';
import { ifKind } from './new-listings.ts';

/** The smallest reduction that is told, in hundredths of the price that was known. */
const minReduction = 5;

type Priced = Pick<
  PropertyDoc,
  'price' | 'currency' | 'rentalPeriod' | 'announcedPrice' | 'announcedCurrency' | 'announcedRentalPeriod'
>;

/**
 * What a listing's price means to those who knew the former one: `reduced` is told; `noted` becomes the known price
 * without a word (it rose, is in another currency or for another length of time, or was not known); `respelt`: the same
 * currency or time is written in another way, or was filled in; `undefined`: nothing to do.
 *
 * @param currency the location's, which a listing is in that names none
 */
export function judgePrice(
  { price: stored, announcedPrice, ...listing }: Priced,
  currency = 'EUR',
): 'reduced' | 'noted' | 'respelt' | undefined {
  const [price, known] = [storedNumber(stored), storedNumber(announcedPrice)];
  if (price === undefined || price <= 0) return undefined;
  const sameTerms =
    readCurrency(listing.currency, currency) === readCurrency(listing.announcedCurrency, currency) &&
    periodOf(listing.rentalPeriod) === periodOf(listing.announcedRentalPeriod);
  if (known === undefined || !sameTerms || price > known) return 'noted';
  if (100 * price <= (100 - minReduction) * known) return 'reduced';
  const sameWords =
    storedText(listing.currency) === storedText(listing.announcedCurrency) &&
    storedText(listing.rentalPeriod) === storedText(listing.announcedRentalPeriod);
  return sameWords ? undefined : 'respelt';
}

function periodOf(stored: unknown): string | undefined {
  return readPeriod(stored) ?? storedText(stored);
}

/** In the database: the number that `storedNumber` reads, or 0. A decimal one is told apart from its nearest double. */
function numberOrZero(field: string) {
  const converted = { $convert: { input: field, to: 'double', onError: 0, onNull: 0 } };
  const isDigits = { $regexMatch: { input: field, regex: plainDigits.source } };
  const digits = ifKind('string', field, 0, { $cond: [isDigits, converted, 0] });
  return ifKind('number', field, digits, converted);
}

const [price, knownPrice] = [numberOrZero('$price'), numberOrZero('$announcedPrice')];

/** The listings that `judgePrice` has something to say about, told by index keys alone. */
export function repricedListings(): PipelineStage[] {
  return [
    { $match: announcedListings },
    {
      $project: {
        repriced: {
          $and: [
            isAlive,
            isActive,
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
