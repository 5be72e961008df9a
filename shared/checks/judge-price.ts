import type { PipelineStage } from 'mongoose';
import { readCurrency, readPeriod } from '../models/currency.ts';
import { isAlive } from '../models/deletion.ts';
import { announcedListings, isActive, type PropertyDoc } from '../models/property.ts';
import { amountOrZero, storedAmount } from '../models/stored-amount.ts';
import { storedText } from '../models/stored-value.ts';
import { ifKind } from './new-listings.ts';

/** Percent of the known price. */
const minReduction = 5;

type Priced = Pick<
  PropertyDoc,
  'price' | 'currency' | 'rentalPeriod' | 'announcedPrice' | 'announcedCurrency' | 'announcedRentalPeriod'
>;

/**
 * `reduced`: announced; `noted`: becomes the known price (it rose, or has another currency or period); `respelt`:
 * written differently.
 *
 * @param currency the location's, for listings without one
 */
export function judgePrice(
  { price: stored, announcedPrice, ...listing }: Priced,
  currency = 'EUR',
): 'reduced' | 'noted' | 'respelt' | undefined {
  const [price, known] = [storedAmount(stored), storedAmount(announcedPrice)];
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

const [price, knownPrice] = [amountOrZero('$price'), amountOrZero('$announcedPrice')];

/** For `judgePrice`, by index keys alone. */
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
