/** Missing listing data is `unknown`, never `failed`: better a candidate too many than one the agent never sees. */

import type { Goal, Requirements } from '../models/contact.ts';
import type { PropertyDoc } from '../models/property.ts';
import { storedAmount } from '../models/stored-amount.ts';
import { storedNumber, storedText } from '../models/stored-value.ts';
import { featureNames, featuresIn } from './feature-names.ts';
import { readCurrency, readPeriod } from '../models/currency.ts';
import type { Market } from './market.ts';
import { propertyTypes, typesIn } from './property-types.ts';

export type Listing = Pick<
  PropertyDoc,
  | 'goal'
  | 'city'
  | 'district'
  | 'province'
  | 'postalCode'
  | 'type'
  | 'price'
  | 'priceFrom'
  | 'currency'
  | 'rentalPeriod'
  | 'bedrooms'
  | 'bathrooms'
  | 'areaSqm'
> & { readonly features?: readonly string[] };

export type Verdict = 'met' | 'unknown' | 'failed' | undefined;

export interface Offered {
  readonly goal: Goal | undefined;
  readonly places: readonly string[];
  /** Empty: unknown. */
  readonly types: readonly string[];
  /** Sale: the whole price; rent: per month. */
  readonly price: number | undefined;
  /** The price is a lower bound. */
  readonly isFrom: boolean;
  readonly currency: string | undefined;
  readonly bedrooms: number | undefined;
  readonly bathrooms: number | undefined;
  readonly area: number | undefined;
  /** Empty: unknown. */
  readonly features: ReadonlySet<string>;
}

/** `undefined`: not asked for. */
export interface Asked {
  readonly goal: Goal | undefined;
  readonly places: ReadonlySet<string> | undefined;
  readonly types: readonly string[] | undefined;
  readonly minPrice: number | undefined;
  readonly maxPrice: number | undefined;
  readonly currency: string | undefined;
  readonly minBedrooms: number | undefined;
  readonly minBathrooms: number | undefined;
  readonly minArea: number | undefined;
  readonly features: readonly string[] | undefined;
}

export const weights = {
  place: 25,
  price: 25,
  type: 15,
  goal: 10,
  bedrooms: 10,
  features: 10,
  area: 5,
  bathrooms: 5,
} as const;

export type Criterion = keyof typeof weights;

/** Cheapest and most telling first: most pairs fail early. */
export const criteria: readonly (readonly [Criterion, (offered: Offered, asked: Asked) => Verdict])[] = [
  ['goal', ({ goal }, asked) => equal(goal, asked.goal)],
  ['price', price],
  ['place', place],
  ['bedrooms', ({ bedrooms }, asked) => atLeast(bedrooms, asked.minBedrooms)],
  ['bathrooms', ({ bathrooms }, asked) => atLeast(bathrooms, asked.minBathrooms)],
  ['area', ({ area }, asked) => atLeast(area, asked.minArea)],
  ['type', type],
  ['features', features],
];

export function readListing(listing: Listing, { currency, places }: Market): Offered {
  return {
    goal: readGoal(listing.goal),
    places: places.keysOfListing({
      district: storedText(listing.district),
      city: storedText(listing.city),
      province: storedText(listing.province),
      postalCode: storedText(listing.postalCode),
    }),
    types: typesIn(storedText(listing.type) ?? ''),
    price: comparablePrice(listing),
    isFrom: listing.priceFrom === true,
    currency: readCurrency(listing.currency, currency),
    bedrooms: storedNumber(listing.bedrooms),
    bathrooms: storedNumber(listing.bathrooms),
    area: storedNumber(listing.areaSqm),
    features: new Set(featuresOf(listing.features)),
  };
}

export function readRequirements(requirements: Partial<Requirements>, { currency, places }: Market): Asked {
  const { districts, locations, types, features } = requirements;
  return {
    goal: readGoal(requirements.goal),
    places: readPlaces([districts, locations].flat(), places),
    types: asList([types].flat().flatMap((type: unknown) => typesIn(storedText(type) ?? ''))),
    minPrice: readBound(requirements.minPrice, Math.max),
    maxPrice: readBound(requirements.maxPrice, Math.min),
    currency: readCurrency(requirements.currency, currency),
    minBedrooms: storedNumber(requirements.minBedrooms),
    minBathrooms: storedNumber(requirements.minBathrooms),
    minArea: storedNumber(requirements.minArea),
    features: asList(featuresOf(features)),
  };
}

const goalWords: Readonly<Record<Goal, readonly string[]>> = {
  SALE: ['sale', 'sales', 'sell', 'selling', 'buy', 'buying', 'purchase', 'venta', 'kauf', 'kaufen', 'venda', 'vente'],
  RENT: ['rent', 'rental', 'rentals', 'let', 'letting', 'lettings', 'lease', 'alquiler', 'miete', 'mieten', 'aluguel'],
};

function readGoal(stored: unknown): Goal | undefined {
  const text = (storedText(stored) ?? '').normalize('NFKD').toLowerCase();
  // The database ignores spaces and punctuation too.
  const words = [...text.split(/[^a-z]+/), text.replace(/[^a-z]/g, '')];
  const goals = (['SALE', 'RENT'] as const).filter((goal) => words.some((word) => goalWords[goal].includes(word)));
  return goals.length === 1 ? goals[0] : undefined;
}

/** Other values name a place without listings: "anywhere" would match everything. */
function readPlaces(stored: readonly unknown[], places: Market['places']): ReadonlySet<string> | undefined {
  const named = stored.filter(
    (name) => (name ?? null) !== null && !(typeof name === 'string' && places.placeKey(name) === ''),
  );
  return named.length > 0
    ? new Set(named.flatMap((name) => (typeof name === 'string' ? places.searchedKeys(name) : [])).map(squeezed))
    : undefined;
}

/** The database ignores spaces too. */
function squeezed(key: string): string {
  return key.replaceAll(' ', '');
}

/** The narrowest bound, as in the database. Nothing meets infinity; zero is an empty form field. */
function readBound(stored: unknown, narrowest: (...bounds: number[]) => number): number | undefined {
  const bounds = [stored]
    .flat()
    .flatMap((bound) => (Math.abs(bound as number) === Infinity ? (bound as number) : (storedAmount(bound) ?? [])))
    .filter((bound) => bound > 0);
  return bounds.length > 0 ? narrowest(...bounds) : undefined;
}

const rentsPerMonth: Readonly<Record<string, number>> = { day: 365 / 12, week: 52 / 12, month: 1, year: 1 / 12 };

/** Rents per month, as people state their limits. */
export function comparablePrice(listing: Pick<Listing, 'goal' | 'price' | 'rentalPeriod'>): number | undefined {
  const price = storedAmount(listing.price);
  if (price === undefined || price <= 0) return undefined;
  if (readGoal(listing.goal) !== 'RENT' || !listing.rentalPeriod) return price;
  const factor = rentsPerMonth[readPeriod(listing.rentalPeriod) ?? ''];
  return factor === undefined ? undefined : price * factor;
}

function equal<T>(offered: T | undefined, asked: T | undefined): Verdict {
  if (asked === undefined) return undefined;
  if (offered === undefined) return 'unknown';
  return offered === asked ? 'met' : 'failed';
}

function atLeast(offered: number | undefined, asked: number | undefined): Verdict {
  if (asked === undefined) return undefined;
  if (offered === undefined) return 'unknown';
  return offered >= asked ? 'met' : 'failed';
}

/** Inclusive. Currencies are never converted. */
function price(offered: Offered, asked: Asked): Verdict {
  if (asked.minPrice === undefined && asked.maxPrice === undefined) return undefined;
  if (offered.price === undefined) return 'unknown';
  if (offered.currency !== asked.currency) return 'failed';
  if (offered.price > (asked.maxPrice ?? Infinity)) return 'failed';
  if (offered.price >= (asked.minPrice ?? 0)) return 'met';
  // There may be dearer ones.
  return offered.isFrom ? 'unknown' : 'failed';
}

function place(offered: Offered, asked: Asked): Verdict {
  const { places } = asked;
  if (places === undefined) return undefined;
  if (offered.places.length === 0) return 'unknown';
  return offered.places.some((name) => places.has(squeezed(name))) ? 'met' : 'failed';
}

/** `unknown` for a wider type (`house` for `bungalow`) or unknown words (`Investment`). */
function type(offered: Offered, asked: Asked): Verdict {
  if (asked.types === undefined) return undefined;
  const { types } = offered;
  if (types.length === 0) return 'unknown';
  if (asked.types.some((wanted) => types.some((type) => propertyTypes.narrower(wanted).has(type)))) return 'met';
  const mayBe =
    !types.some(propertyTypes.has) ||
    asked.types.some((wanted) => types.some((type) => propertyTypes.narrower(type).has(wanted)));
  return mayBe ? 'unknown' : 'failed';
}

/** `unknown` if only features outside the table are missing: wording varies. */
function features(offered: Offered, asked: Asked): Verdict {
  if (asked.features === undefined) return undefined;
  if (offered.features.size === 0) return 'unknown';
  const missing = asked.features.filter(
    (wanted) => ![...featureNames.narrower(wanted)].some((kind) => offered.features.has(kind)),
  );
  if (missing.length === 0) return 'met';
  return missing.some(featureNames.has) ? 'failed' : 'unknown';
}

function featuresOf(stored: unknown): string[] {
  return [stored].flat().flatMap((text: unknown) => featuresIn(storedText(text) ?? ''));
}

function asList(words: readonly string[]): readonly string[] | undefined {
  return words.length > 0 ? words : undefined;
}
