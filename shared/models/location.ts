import { isValidObjectId, Schema, type Types } from 'mongoose';
import { UsageError } from '../platform/errors.ts';
import { leaseMs, type Claim, type Claimant } from './claim.ts';
import { readCurrency } from './currency.ts';
import { defineModel } from './define-model.ts';
import { idKey, idSpellings } from './stored-value.ts';

/** One run's claim on a location, to save work: the jobs' work there may be repeated. */
export type LocationClaim = Pick<Claim, 'runId' | 'host' | 'pid' | 'startTicks' | 'since' | 'until'>;

/** An agency office, the tenant: nothing crosses it. */
export interface LocationDoc {
  _id: Types.ObjectId;
  name: string;
  domain?: string;
  /** IANA name, such as Asia/Nicosia. */
  timeZone: string;
  /** ISO 4217. */
  currency: string;
  /** ISO 3166-1 alpha-2: reads phone numbers and addresses without a country. */
  country?: string;
  /** BCP 47: which of a listing's languages is shown first. */
  language?: string;
  /** Names of one place, per line: `[['Kato Paphos', 'Tombs of the Kings']]`. */
  placeNames?: string[][];
  /** Running jobs by name. */
  claims?: Record<string, LocationClaim>;
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
    claims: { type: Schema.Types.Mixed, default: undefined },
  },
  { timestamps: true },
);

export const Location = defineModel<LocationDoc>('Location', 'locations', schema);

const maxListed = 20;

/** @throws {UsageError} listing the locations */
export async function requireLocation(id: string | undefined): Promise<LocationDoc> {
  const location = isValidObjectId(id) ? await Location.findById(id).lean<LocationDoc>() : null;
  if (location) return location;
  const locations = await Location.find({}, { name: 1 }).limit(maxListed).lean();
  const known = locations.map(({ _id, name }) => `${String(_id)} (${name})`).join(', ');
  throw new UsageError(
    `Expected the id of a location, came ${JSON.stringify(id ?? '')}; ` +
      `${known ? `there are ${known}` : 'the database has none yet'}`,
  );
}

/** ISO 4217: of a location that names none. */
export const defaultCurrency = 'EUR';

/**
 * Currencies, ISO 4217, by location key (`idKey`).
 *
 * @returns a function; the default where there is none
 */
export async function currenciesOf(locationIds: readonly unknown[]): Promise<(locationId: unknown) => string> {
  const found = await Location.collection
    .find({ _id: { $in: idSpellings(...locationIds) } } as never, { projection: { currency: 1 } })
    .toArray();
  const currencies = new Map(found.map(({ _id, currency }) => [idKey(_id), readCurrency(currency, defaultCurrency)]));
  return (locationId) => currencies.get(idKey(locationId)) ?? defaultCurrency;
}

/**
 * Claims a location, also again.
 *
 * @returns the other run's claim; `undefined`: claimed
 */
export async function claimLocation(
  locationId: unknown,
  job: string,
  { runId, host, pid, startTicks }: Claimant,
): Promise<LocationClaim | undefined> {
  const claim = {
    runId,
    host,
    pid,
    startTicks: startTicks ?? '$$REMOVE',
    since: '$$NOW',
    until: { $add: ['$$NOW', leaseMs] },
  };
  const _id = { $in: idSpellings(locationId) };
  const mine = { [`claims.${job}.runId`]: runId };
  const claimed = await Location.collection.updateOne(
    { _id, $or: [mine, { $expr: { $not: [isLive(job)] } }] } as never,
    [{ $set: { [`claims.${job}`]: claim } }] as never,
  );
  if (claimed.matchedCount > 0) return undefined;
  // A missing location cannot be claimed; its records are handled anyway.
  const found = await Location.collection.findOne({ _id } as never, { projection: { claims: 1 } });
  return (found?.['claims'] as LocationDoc['claims'])?.[job];
}

/** Renews what a run has claimed. */
export async function renewLocations(job: string, runId: string): Promise<void> {
  await Location.collection.updateMany(
    { [`claims.${job}.runId`]: runId, $expr: isLive(job) } as never,
    [{ $set: { [`claims.${job}.until`]: { $add: ['$$NOW', leaseMs] } } }] as never,
  );
}

/** Lets go what a run has claimed. */
export async function releaseLocations(job: string, runId: string): Promise<void> {
  await Location.collection.updateMany({ [`claims.${job}.runId`]: runId } as never, {
    $unset: { [`claims.${job}`]: '' },
  });
}

/** Claims of a host's runs of a job. */
export async function findLocationClaims(job: string, host: string): Promise<LocationClaim[]> {
  const path = `claims.${job}`;
  const found = await Location.collection
    .find({ [`${path}.host`]: host } as never, { projection: { [path]: 1 } })
    .toArray();
  return found.flatMap(({ claims }) => (claims as LocationDoc['claims'])?.[job] ?? []);
}

function isLive(job: string) {
  return { $gt: [{ $ifNull: [`$claims.${job}.until`, new Date(0)] }, '$$NOW'] };
}
