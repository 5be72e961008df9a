/** The rule by which a lock file's owner is dead. Pure. */

import type { PidSpace } from './process-identity.ts';

/** Untouched for this long, a lock of which nothing better is known has no owner any more (ms). */
export const lockStaleMs = 60_000;

/** Where a lock was taken: where its pids mean something, before the last boot, or somewhere else. */
export type LockPlace = 'here' | 'earlier-boot' | 'elsewhere';

/** @param theirs of the lock; those of older versions tell their host only */
export function lockPlace(
  theirs: PidSpace & { host?: string | undefined },
  own: PidSpace & { host: string },
): LockPlace {
  const sameHost = theirs.host === own.host;
  if (theirs.boot === undefined || own.boot === undefined) return sameHost ? 'here' : 'elsewhere';
  if (theirs.boot === own.boot) return theirs.pids === own.pids ? 'here' : 'elsewhere';
  return sameHost ? 'earlier-boot' : 'elsewhere';
}

export interface LockFacts {
  readonly place: LockPlace;
  /** Whether the process that took the lock lives (`here` only). */
  readonly ownerLives: boolean;
  /** Whether the process of its run lives; `undefined` when the lock names none. */
  readonly runLives: boolean | undefined;
  /** Since when nobody has touched it, ms. */
  readonly untouchedMs: number;
}

/**
 * Where pids mean something, processes decide and no clock does: an owner that is stalled (suspended, swapped out) has
 * its lock as long as its run lives. Age decides when the run has ended and its owner does nothing about it, and for
 * locks from elsewhere.
 */
export function isLockDead({ place, ownerLives, runLives, untouchedMs }: LockFacts): boolean {
  if (place === 'earlier-boot') return true;
  const isStale = untouchedMs > lockStaleMs;
  if (place === 'elsewhere') return isStale;
  if (runLives === undefined) return !ownerLives;
  return !runLives && (!ownerLives || isStale);
}
