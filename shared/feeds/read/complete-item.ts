import { isDeepStrictEqual } from 'node:util';
import type { FeedContext, FeedFormat, FeedWarning, ListingValues, MappedItem } from '../formats/feed-format.ts';
import { mergeSources, sourceOf } from './kept-source.ts';
import { countryOfPoint } from '../values/country-of-point.ts';
import type { XmlElement } from '../xml/xml-element.ts';

export interface SentItem {
  readonly element: XmlElement;
  readonly format: FeedFormat;
  readonly context: FeedContext;
  readonly place: number;
}

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

/** The feed's, else by coordinates, else the location's. */
export function inUsualCountry(
  mapped: MappedItem,
  { country, locationCountry }: Pick<FeedContext, 'country' | 'locationCountry'>,
): MappedItem {
  const { values } = mapped;
  if (values.country || mapped.action === 'remove') return mapped;
  const usual = country ?? countryOfPoint(values.latitude, values.longitude) ?? locationCountry;
  return usual === undefined ? mapped : { ...mapped, values: { ...values, country: usual } };
}

export function withKnownCurrency(mapped: MappedItem, known: string | undefined): MappedItem {
  if (!mapped.currencyIsUsual || !known) return mapped;
  const values = mapped.values.currency === undefined ? mapped.values : { ...mapped.values, currency: known };
  return { ...mapped, values, warnings: mapped.warnings.filter(({ code }) => code !== 'missing-currency') };
}
