/**
 * A claim: the right of one run to work on one account or feed, kept on the unit's own document. All times are the
 * database's (`$$NOW`), so that the hosts' clocks do not matter. A run that dies leaves its claims behind: they end
 * with their lease, and count as lost attempts of their units.
 */

import { Types, type Model } from 'mongoose';

/** A claim that is not renewed for this long is over (ms). */
export const leaseMs = 60_000;
/** A unit that so many runs in a row did not survive is set aside. */
export const maxLostAttempts = 3;

/** Who claims. */
export interface Claimant {
  readonly runId: string;
  readonly host: string;
  readonly pid: number;
  /** Start of its process, in clock ticks since boot: tells a pid that was given again (proc(5), field 22). */
  readonly startTicks?: string | undefined;
}

export interface Claim extends Claimant {
  /** Names this claim among all others: whatever its run writes asks for it (fencing). */
  readonly token: string;
  readonly since: Date;
  readonly until: Date;
  /** Claims in a row that were not released, this one included. */
  readonly attempts: number;
  /** Values of the fields that decide on how the unit is read. */
  readonly of: readonly unknown[];
}

/** What stands on a document: a claim that is held or was left by a dead run, or nothing but that its unit waits. */
export interface ClaimField extends Partial<Claim> {
  /** It was left in the middle: any run may go on with it when no other unit waits. */
  readonly paused?: true;
}

/** A document that can be claimed. */
export interface Claimable {
  readonly _id: Types.ObjectId;
  readonly claim?: ClaimField;
}

/** A document that is claimed. */
export type Claimed<T extends Claimable> = T & { readonly claim: Claim };

/** Units of one kind. */
export interface UnitQuery {
  /** Which are meant, whether they are due or not. */
  readonly filter: Readonly<Record<string, unknown>>;
  /** Filter: which of them may be worked on now. */
  readonly ready: Readonly<Record<string, unknown>>;
  /** Due are those that were last attempted before this time. */
  readonly before: Date;
  /** The index by which they are in order; `filter` fixes its first fields. */
  readonly order: Readonly<Record<string, 1>>;
  /** Fields that decide on how a unit is read: one that was set aside and changed since is tried again. */
  readonly decisive: readonly string[];
}

/** `sound`: units of which no run died. `suspect`: those that some did not survive. `named`: set aside or not. */
export type UnitKind = 'sound' | 'suspect' | 'named';

/**
 * Claims the next due unit: one operation, so that one of many contenders gets it.
 *
 * @returns the document with its claim; `undefined` when none is due and free
 */
export async function claimNext<T extends Claimable>(
  model: Model<T>,
  query: UnitQuery,
  kind: UnitKind,
  { runId, host, pid, startTicks }: Claimant,
): Promise<Claimed<T> | undefined> {
  const claim = {
    token: new Types.ObjectId().toHexString(),
    runId,
    host,
    pid,
    startTicks: startTicks ?? '$$REMOVE',
    since: '$$NOW',
    until: { $add: ['$$NOW', leaseMs] },
    attempts: { $add: [{ $cond: [isUnchanged(query), attempts, 0] }, 1] },
    of: decisiveValues(query),
    paused: '$$REMOVE',
  };
  const ask = (options: object) =>
    model.collection.findOneAndUpdate(
      dueFilter(query, kind) as never,
      [{ $set: { claim, lastAttemptAt: '$$NOW' } }] as never,
      { sort: query.order, returnDocument: 'after', ...options },
    );
  const found = await ask({ hint: query.order }).catch((error: Error) =>
    // Nobody has created it yet (npm run db:indexes): slower, and the same.
    /hint provided does not correspond/.test(error.message) ? ask({}) : Promise.reject(error),
  );
  return (found ?? undefined) as unknown as Claimed<T> | undefined;
}

/** How many units are due and claimed by nobody. */
export async function countDue<T extends Claimable>(model: Model<T>, query: UnitQuery): Promise<number> {
  const counts = await Promise.all(
    (['sound', 'suspect'] as const).map((kind) => model.collection.countDocuments(dueFilter(query, kind) as never)),
  );
  return counts.reduce((sum, count) => sum + count, 0);
}

/** Whether a unit waits that has not been attempted since `before`. */
export async function hasUnattempted<T extends Claimable>(model: Model<T>, query: UnitQuery): Promise<boolean> {
  const filter = { ...dueFilter(query, 'sound'), 'claim.paused': null };
  return (await model.collection.findOne(filter as never, { projection: { _id: 1 } })) !== null;
}

/** Units that are set aside: `maxLostAttempts` runs in a row ended while they held them. */
export function findSetAside<T extends Claimable>(model: Model<T>, query: UnitQuery): Promise<T[]> {
  return model.collection
    .find({
      ...query.filter,
      'claim.attempts': { $gte: maxLostAttempts },
      $expr: { $and: [isFree, isUnchanged(query)] },
    } as never)
    .toArray() as unknown as Promise<T[]>;
}

/** Of the units that are meant, one that somebody works on now. */
export async function findClaimed<T extends Claimable>(
  model: Model<T>,
  { filter }: Pick<UnitQuery, 'filter'>,
): Promise<Claimed<T> | undefined> {
  const found = await model.collection.findOne({ ...filter, $expr: isLive } as never);
  return (found ?? undefined) as unknown as Claimed<T> | undefined;
}

/** Filter: the claim is held. It belongs into the filter of whatever moves a unit on. */
export function heldFilter({ token }: Pick<Claim, 'token'>) {
  return { 'claim.token': token, $expr: isLive };
}

/** Filter: nobody works on it now. */
export const freeFilter = { $expr: { $lte: [{ $ifNull: ['$claim.until', new Date(0)] }, '$$NOW'] } };

export async function isHeld<T extends Claimable>(model: Model<T>, { _id, claim }: Claimed<T>): Promise<boolean> {
  const found = await model.collection.findOne({ _id, ...heldFilter(claim) } as never, { projection: { _id: 1 } });
  return found !== null;
}

/**
 * Renews all claims that a run holds.
 *
 * @returns how many there are
 */
export async function renewClaims<T extends Claimable>(model: Model<T>, runId: string): Promise<number> {
  const renewed = await model.collection.updateMany(
    { 'claim.runId': runId, $expr: isLive } as never,
    [{ $set: { 'claim.until': { $add: ['$$NOW', leaseMs] } } }] as never,
  );
  return renewed.matchedCount;
}

/** The tokens of the claims that a run holds. */
export async function heldTokens<T extends Claimable>(model: Model<T>, runId: string): Promise<ReadonlySet<string>> {
  const held = await model.collection
    .find({ 'claim.runId': runId, $expr: isLive } as never, { projection: { 'claim.token': 1 } })
    .toArray();
  return new Set(held.map(({ claim }) => (claim as Claim).token));
}

/** Fields to write with a release. */
export interface UnitValues<T> {
  readonly set?: Partial<T>;
  readonly unset?: readonly (keyof T & string)[];
}

/**
 * Notes something on a unit and lets it go, in one operation. `paused`: it was left in the middle.
 *
 * @param filter must hold as well
 * @returns false when nothing was written: the claim is another one by now, or the filter does not hold
 */
export async function releaseClaim<T extends Claimable>(
  model: Model<T>,
  { _id, claim }: Claimed<T>,
  as: 'done' | 'paused',
  { set = {}, unset = [] }: UnitValues<T> = {},
  filter: object = {},
): Promise<boolean> {
  const taken = Object.fromEntries(unset.map((field) => [field, 1]));
  const written = await model.updateOne(
    { _id, 'claim.token': claim.token, ...filter } as never,
    (as === 'paused'
      ? { $set: { ...set, claim: { paused: true } }, $unset: taken }
      : { $set: set, $unset: { ...taken, claim: 1 } }) as never,
  );
  return written.matchedCount === 1;
}

/** Claims of one host. */
export function findClaimsOfHost<T extends Claimable>(model: Model<T>, host: string): Promise<Claimed<T>[]> {
  return model.collection
    .find({ 'claim.host': host, $expr: isLive } as never, { projection: { claim: 1 } })
    .toArray() as unknown as Promise<Claimed<T>[]>;
}

/** Ends the claim of a process that is gone: its unit is free, and its attempt lost. */
export async function endClaim<T extends Claimable>(model: Model<T>, { _id, claim }: Claimed<T>): Promise<void> {
  await model.collection.updateOne(
    { _id, 'claim.token': claim.token } as never,
    { $set: { 'claim.until': new Date(0) } } as never,
  );
}

const until = { $ifNull: ['$claim.until', new Date(0)] };
const isLive = { $gt: [until, '$$NOW'] };
const isFree = { $lte: [until, '$$NOW'] };
const attempts = { $ifNull: ['$claim.attempts', 0] };

/** Missing fields count as `null`. */
function decisiveValues({ decisive }: Pick<UnitQuery, 'decisive'>) {
  return decisive.map((field) => ({ $ifNull: [`$${field}`, null] }));
}

function isUnchanged(query: Pick<UnitQuery, 'decisive'>) {
  return { $eq: ['$claim.of', decisiveValues(query)] };
}

function dueFilter(query: UnitQuery, kind: UnitKind) {
  const isDue = {
    $or: [
      { $lt: ['$lastAttemptAt', query.before] },
      // By the clock of a host that was ahead.
      { $gt: ['$lastAttemptAt', '$$NOW'] },
      { $eq: ['$claim.paused', true] },
    ],
  };
  if (kind === 'sound')
    return { ...query.filter, ...query.ready, 'claim.attempts': null, $expr: { $and: [isDue, isFree] } };
  const mayTry = { $or: [{ $lt: [attempts, maxLostAttempts] }, { $not: [isUnchanged(query)] }] };
  return {
    ...query.filter,
    ...query.ready,
    ...(kind === 'suspect' ? { 'claim.attempts': { $gte: 1 } } : {}),
    $expr: { $and: [isDue, isFree, ...(kind === 'suspect' ? [mayTry] : [])] },
  };
}
