import type { PidSpace } from './process-identity.ts';

/** ms untouched */
export const lockStaleMs = 60_000;

/** Where its pids are valid. */
export type LockPlace = 'here' | 'earlier-boot' | 'elsewhere';

/** Older versions stored the host only. */
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
  /** `here` only */
  readonly ownerLives: boolean;
  /** `undefined`: no run named. */
  readonly runLives: boolean | undefined;
  readonly untouchedMs: number;
}

/** Here, processes decide: a stalled owner keeps its lock while its run lives. Otherwise age does. */
export function isLockDead({ place, ownerLives, runLives, untouchedMs }: LockFacts): boolean {
  if (place === 'earlier-boot') return true;
  const isStale = untouchedMs > lockStaleMs;
  if (place === 'elsewhere') return isStale;
  if (runLives === undefined) return !ownerLives;
  return !runLives && (!ownerLives || isStale);
}
