/** The rule by which a lock file's owner is dead. Pure. */

import type { PidSpace } from './process-identity.ts';

/** Without better knowledge, a lock untouched for this long is dead (ms). */
export const lockStaleMs = 60_000;

/** Where its pids are valid: here, before the last boot, or elsewhere. */
export type LockPlace = 'here' | 'earlier-boot' | 'elsewhere';

/** @param theirs older versions give the host only */
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
  /** `undefined`: the lock names no run. */
  readonly runLives: boolean | undefined;
  readonly untouchedMs: number;
}

/**
 * Here, processes decide, not clocks: a stalled owner keeps its lock while its run lives. Age decides for ended runs
 * and locks from elsewhere.
 */
export function isLockDead({ place, ownerLives, runLives, untouchedMs }: LockFacts): boolean {
  if (place === 'earlier-boot') return true;
  const isStale = untouchedMs > lockStaleMs;
  if (place === 'elsewhere') return isStale;
  if (runLives === undefined) return !ownerLives;
  return !runLives && (!ownerLives || isStale);
}
