/** Pure. */

import { day } from '../../shared/platform/clock.ts';
import type { Cause } from './cause.ts';

export interface Told {
  readonly key: string;
  readonly title: string;
  readonly since: Date;
  readonly toldAt: Date;
}

/** `still`: a day has passed since the last notice. */
export type Notice =
  | { readonly kind: 'new' | 'still'; readonly cause: Cause; readonly since: Date }
  | { readonly kind: 'over'; readonly key: string; readonly title: string; readonly since: Date };

/** ms; just under a day keeps the time of day. */
const againAfter = day - 60_000;

/** @param causes complete: missing ones have ended */
export function decideNotices(causes: readonly Cause[], told: readonly Told[], now: Date): Notice[] {
  const known = new Map(told.map((one) => [one.key, one]));
  const present = new Set(causes.map(({ key }) => key));
  const lasting = causes.flatMap((cause): Notice[] => {
    const before = known.get(cause.key);
    if (!before) return [{ kind: 'new', cause, since: now }];
    // A clock that was put back must not keep it quiet.
    return Math.abs(now.getTime() - before.toldAt.getTime()) < againAfter
      ? []
      : [{ kind: 'still', cause, since: before.since }];
  });
  const over = told
    .filter(({ key }) => !present.has(key))
    .map(({ key, title, since }): Notice => ({ kind: 'over', key, title, since }));
  return [...lasting, ...over];
}
