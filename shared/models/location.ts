import { isValidObjectId, Schema, type Types } from 'mongoose';
import { UsageError } from '../platform/errors.ts';
import { leaseMs, type Claim, type Claimant } from './claim.ts';
import { readCurrency } from './currency.ts';
import { defineModel } from './define-model.ts';
import { idKey, idSpellings } from './stored-value.ts';

/** The right of one run of a job to work on a location. It spares work: what the jobs do there can be done twice. */
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
  /** How places are called here: lines of names that mean one place (`[['Kato Paphos', 'Tombs of the Kings']]`). */
  placeNames?: string[][];
  /** Which run of which job is at work on it. */
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

/**
 * The location of an id that a person typed.
 *
 * @throws {UsageError} listing the locations when there is none of that id
 */
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
 * The currencies of locations, ISO 4217, by the location's key (`idKey`).
 *
 * @returns a function: for a location that names none, or that is not there, the default
 */
export async function currenciesOf(locationIds: readonly unknown[]): Promise<(locationId: unknown) => string> {
  const found = await Location.collection
    .find({ _id: { $in: idSpellings(...locationIds) } } as never, { projection: { currency: 1 } })
    .toArray();
  const currencies = new Map(found.map(({ _id, currency }) => [idKey(_id), readCurrency(currency, defaultCurrency)]));
  return (locationId) => currencies.get(idKey(locationId)) ?? defaultCurrency;
}

/**
 * Claims a location for a run of a job, again if it has it already.
 *
 * @returns the claim of the run that has it; `undefined`: this run may work on it
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
  // Nobody can claim a location that is not there: its records are looked at all the same.
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
