/**
 * One run's right to work on a unit, in the database's time. A dead run's claims end with their lease and count as lost
 * attempts.
 */

import { Types, type Model } from 'mongoose';

export const leaseMs = 60_000;
/** Three renewals, see platform/file-lock. */
const maxUnrenewedMs = 30_000;
/** In a row; then a unit is set aside. */
export const maxLostAttempts = 3;

/** As `lastAttemptAt`: due in every run. */
export const askedFor = new Date(0);

export interface Claimant {
  readonly runId: string;
  readonly host: string;
  readonly pid: number;
  /** Clock ticks since boot: tells a reused pid (proc(5), field 22). */
  readonly startTicks?: string | undefined;
}

export interface Claim extends Claimant {
  /** Fencing token in the filter of every write. */
  readonly token: string;
  readonly since: Date;
  readonly until: Date;
  /** Claims in a row without a release, with this one. */
  readonly attempts: number;
  /** Values of `decisive`. */
  readonly of: readonly unknown[];
}

/** Held, left by a dead run, or only `paused`. */
export interface ClaimField extends Partial<Claim> {
  /** Unfinished: continued when no other unit waits. */
  readonly paused?: true;
}

export interface Claimable {
  readonly _id: Types.ObjectId | string;
  readonly claim?: ClaimField;
}

export type Claimed<T extends Claimable> = T & { readonly claim: Claim };

export interface UnitQuery {
  readonly filter: Readonly<Record<string, unknown>>;
  /** Filter: workable now. */
  readonly ready: Readonly<Record<string, unknown>>;
  /** Last attempts before this are due. */
  readonly before: Date;
  /** Its first fields are those of `filter`. */
  readonly order: Readonly<Record<string, 1>>;
  /** Changing one of these fields retries a unit that was set aside. */
  readonly decisive: readonly string[];
}

/** `sound`: no run died on it. `suspect`: some did. `named`: set aside or not. */
export type UnitKind = 'sound' | 'suspect' | 'named';

/** Atomic. @returns `undefined` when none is due and free */
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
    // Without the index (npm run db:indexes).
    /hint provided does not correspond/.test(error.message) ? ask({}) : Promise.reject(error),
  );
  return (found ?? undefined) as unknown as Claimed<T> | undefined;
}

export async function countDue<T extends Claimable>(model: Model<T>, query: UnitQuery): Promise<number> {
  const counts = await Promise.all(
    (['sound', 'suspect'] as const).map((kind) => model.collection.countDocuments(dueFilter(query, kind) as never)),
  );
  return counts.reduce((sum, count) => sum + count, 0);
}

export function hasUnattempted<T extends Claimable>(model: Model<T>, query: UnitQuery): Promise<boolean> {
  return isAny(model, { ...dueFilter(query, 'sound'), 'claim.paused': null });
}

/** Whether a unit waits that a dead run left. */
export function hasSuspect<T extends Claimable>(model: Model<T>, query: UnitQuery): Promise<boolean> {
  return isAny(model, dueFilter(query, 'suspect'));
}

async function isAny<T extends Claimable>(model: Model<T>, filter: object): Promise<boolean> {
  return (await model.collection.findOne(filter as never, { projection: { _id: 1 } })) !== null;
}

export function findSetAside<T extends Claimable>(model: Model<T>, query: UnitQuery): Promise<T[]> {
  return model.collection
    .find({
      ...query.filter,
      'claim.attempts': { $gte: maxLostAttempts },
      $expr: { $and: [isFree, isUnchanged(query)] },
    } as never)
    .toArray() as unknown as Promise<T[]>;
}

export async function findClaimed<T extends Claimable>(
  model: Model<T>,
  { filter }: Pick<UnitQuery, 'filter'>,
): Promise<Claimed<T> | undefined> {
  const found = await model.collection.findOne({ ...filter, $expr: isLive } as never);
  return (found ?? undefined) as unknown as Claimed<T> | undefined;
}

/** Filter of every write: the claim is held and its unit is not deleted. */
export function heldFilter({ token }: Pick<Claim, 'token'>) {
  return { 'claim.token': token, deletedAt: null, $expr: isLive };
}

/** Filter: unclaimed. */
export const freeFilter = { $expr: { $lte: [{ $ifNull: ['$claim.until', new Date(0)] }, '$$NOW'] } };

export async function isHeld<T extends Claimable>(model: Model<T>, { _id, claim }: Claimed<T>): Promise<boolean> {
  const found = await model.collection.findOne({ _id, ...heldFilter(claim) } as never, { projection: { _id: 1 } });
  return found !== null;
}

/** Returns how many. */
export async function renewClaims<T extends Claimable>(model: Model<T>, runId: string): Promise<number> {
  const renewed = await model.collection.updateMany(
    { 'claim.runId': runId, $expr: isLive } as never,
    [{ $set: { 'claim.until': { $add: ['$$NOW', leaseMs] } } }] as never,
  );
  return renewed.matchedCount;
}

export async function heldTokens<T extends Claimable>(model: Model<T>, runId: string): Promise<ReadonlySet<string>> {
  const held = await model.collection
    .find({ 'claim.runId': runId, $expr: isLive } as never, { projection: { 'claim.token': 1 } })
    .toArray();
  return new Set(held.map(({ claim }) => (claim as Claim).token));
}

export interface UnitValues<T> {
  readonly set?: Partial<T>;
  readonly unset?: readonly (keyof T & string)[];
}

/**
 * Writes and releases atomically.
 *
 * @param filter must also match @returns false when the claim is lost or the filter does not match
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

export async function releaseClaims<T extends Claimable>(model: Model<T>, runId: string): Promise<void> {
  await model.collection.updateMany({ 'claim.runId': runId } as never, { $unset: { claim: 1 } } as never);
}

export function findClaimsOfHost<T extends Claimable>(model: Model<T>, host: string): Promise<Claimed<T>[]> {
  return model.collection
    .find({ 'claim.host': host, $expr: isLive } as never, { projection: { claim: 1 } })
    .toArray() as unknown as Promise<Claimed<T>[]>;
}

/** Whether a claim was not renewed lately: its run may be dead. */
export async function isSilent<T extends Claimable>(
  model: Model<T>,
  { token }: Pick<Claim, 'token'>,
): Promise<boolean> {
  const unrenewed = { $lt: ['$claim.until', { $add: ['$$NOW', leaseMs - maxUnrenewedMs] }] };
  return (await model.collection.countDocuments({ 'claim.token': token, $expr: unrenewed } as never)) > 0;
}

/** Counts a lost attempt. */
export async function endClaim<T extends Claimable>(model: Model<T>, { _id, claim }: Claimed<T>): Promise<void> {
  await model.collection.updateOne(
    { _id, 'claim.token': claim.token } as never,
    { $set: { 'claim.until': new Date(0) } } as never,
  );
}

const until = { $ifNull: ['$claim.until', new Date(0)] };
const isLive = { $gt: [until, '$$NOW'] };
export const isFree = { $lte: [until, '$$NOW'] };
const attempts = { $ifNull: ['$claim.attempts', 0] };

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
      // A host's clock was ahead.
      { $gt: ['$lastAttemptAt', '$$NOW'] },
      { $eq: ['$claim.paused', true] },
    ],
  };
  const workable = { ...query.filter, ...query.ready };
  if (kind === 'named') return { ...workable, $expr: { $and: [isDue, isFree] } };
  if (kind === 'sound') return { ...workable, 'claim.attempts': null, $expr: { $and: [isDue, isFree] } };
  // Due at once: its last attempt was not finished.
  const mayTry = { $or: [{ $lt: [attempts, maxLostAttempts] }, { $not: [isUnchanged(query)] }] };
  return { ...workable, 'claim.attempts': { $gte: 1 }, $expr: { $and: [isFree, mayTry] } };
}
