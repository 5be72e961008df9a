import { isValidObjectId, Schema, type Types } from 'mongoose';
import { UsageError } from '../platform/errors.ts';
import { readCurrency } from './currency.ts';
import { defineModel } from './define-model.ts';
import { idKey, idSpellings } from './stored-value.ts';

/** An agency office, the tenant. */
export interface LocationDoc {
  _id: Types.ObjectId;
  name: string;
  domain?: string;
  /** IANA, such as Asia/Nicosia */
  timeZone: string;
  /** ISO 4217 */
  currency: string;
  /** ISO 3166-1 alpha-2 */
  country?: string;
  /** BCP 47 */
  language?: string;
  /** One place per line: `[['Kato Paphos', 'Tombs of the Kings']]`. */
  placeNames?: string[][];
  createdAt: Date;
  updatedAt: Date;
}

const schema = new Schema<LocationDoc>(
  {
    name: { type: String, required: true },
    domain: String,
    timeZone: { type: String, required: true, default: 'UTC' },
    currency: { type: String, required: true, default: 'EUR' },
    country: String,
    language: String,
    placeNames: { type: [[String]], default: undefined },
  },
  { timestamps: true },
);

export const Location = defineModel<LocationDoc>('Location', 'locations', schema);

const maxListed = 20;

/** @throws {UsageError} that lists the locations */
export async function requireLocation(id: string | undefined): Promise<LocationDoc> {
  const location = isValidObjectId(id) ? await Location.findById(id).lean<LocationDoc>() : null;
  if (location) return location;
  const locations = await Location.find({}, { name: 1 }).limit(maxListed).lean();
  const known = locations.map(({ _id, name }) => `${String(_id)} (${name})`).join(', ');
  throw new UsageError(
    `Expected the id of a location, got ${JSON.stringify(id ?? '')}; ` +
      `${known ? `there are ${known}` : 'the database has none yet'}`,
  );
}

/** ISO 4217 */
export const defaultCurrency = 'EUR';

/** By location, ISO 4217, with a default. */
export async function currenciesOf(locationIds: readonly unknown[]): Promise<(locationId: unknown) => string> {
  const found = await Location.collection
    .find({ _id: { $in: idSpellings(...locationIds) } } as never, { projection: { currency: 1 } })
    .toArray();
  const currencies = new Map(found.map(({ _id, currency }) => [idKey(_id), readCurrency(currency, defaultCurrency)]));
  return (locationId) => currencies.get(idKey(locationId)) ?? defaultCurrency;
}
