/**
 * An item of a delta, completed by what is known of its listing. It speaks of what it holds, and what it leaves out
 * stays: so a field that several elements make is read from its elements together with those that were kept. Pure.
 */

import { isDeepStrictEqual } from 'node:util';
import type { FeedContext, FeedFormat, FeedWarning, ListingValues, MappedItem } from '../formats/feed-format.ts';
import { mergeSources, sourceOf } from './kept-source.ts';
import { countryOfPoint } from '../values/country-of-point.ts';
import type { XmlElement } from '../xml/xml-element.ts';

/** An item as it stands in a feed. */
export interface SentItem {
  readonly element: XmlElement;
  readonly format: FeedFormat;
  readonly context: FeedContext;
  /** Which of the item's listings is meant. */
  readonly place: number;
}

/** What an item says of its listing, together with the elements that were kept of it. */
export function withKept(
  mapped: MappedItem,
  { element, format, context, place }: SentItem,
  kept: XmlElement,
): MappedItem {
  const whole = mergeSources(kept, element);
  const [before, now] = [kept, whole].map((one) => format.map(one, context)[place]);
  if (!before || !now) return mapped;
  const source = sourceOf(whole, format);
  const { currencyIsUsual: _, ...said } = mapped;
  return {
    ...said,
    values: spokenOf(now.values, mapped.values, before.values),
    warnings: now.warnings.filter((warning) => has(mapped.warnings, warning) || !has(before.warnings, warning)),
    ...(now.currencyIsUsual ? { currencyIsUsual: true } : {}),
    ...(source ? { source } : {}),
  };
}

/** Of all that is known what the item itself speaks of, or has changed. */
function spokenOf(now: ListingValues, said: ListingValues, before: ListingValues): ListingValues {
  return Object.fromEntries(
    Object.entries(now).filter(([name, value]) => {
      const field = name as keyof ListingValues;
      return said[field] !== undefined || !isDeepStrictEqual(value, before[field]);
    }),
  );
}

function has(warnings: readonly FeedWarning[], { code, field, value }: FeedWarning): boolean {
  return warnings.some((other) => other.code === code && other.field === field && other.value === value);
}

/**
 * A listing that names no country is in the feed's; where that is not set in the one that its point lies in, else in
 * the location's.
 */
export function inUsualCountry(
  mapped: MappedItem,
  { country, locationCountry }: Pick<FeedContext, 'country' | 'locationCountry'>,
): MappedItem {
  const { values } = mapped;
  if (values.country || mapped.action === 'remove') return mapped;
  const usual = country ?? countryOfPoint(values.latitude, values.longitude) ?? locationCountry;
  return usual === undefined ? mapped : { ...mapped, values: { ...values, country: usual } };
}

/** A price without a currency is in that of its listing; the usual one is for listings that have none. */
export function withKnownCurrency(mapped: MappedItem, known: string | undefined): MappedItem {
  if (!mapped.currencyIsUsual || !known) return mapped;
  const values = mapped.values.currency === undefined ? mapped.values : { ...mapped.values, currency: known };
  return { ...mapped, values, warnings: mapped.warnings.filter(({ code }) => code !== 'missing-currency') };
}
