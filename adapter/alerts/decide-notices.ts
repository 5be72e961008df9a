/** What is wrong now and what was told: what is to be told. Pure. */

import { day } from '../../shared/platform/clock.ts';
import type { Cause } from './cause.ts';

/** What was told and was not over then. */
export interface Told {
  readonly key: string;
  readonly title: string;
  /** When it was first told. */
  readonly since: Date;
  readonly toldAt: Date;
}

/** `new`: it was not told so far; `still`: a day has passed since; `over`: it is no longer so. */
export type Notice =
  | { readonly kind: 'new' | 'still'; readonly cause: Cause; readonly since: Date }
  | { readonly kind: 'over'; readonly key: string; readonly title: string; readonly since: Date };

/** Lasting causes are reported again after this long (ms): just under a day, so that the time of day stays. */
const againAfter = day - 60_000;

/**
 * Each cause is reported when it begins, then once a day while it lasts, and when it is over.
 *
 * @param causes all that is wrong now: what is not among them is over
 */
export function decideNotices(causes: readonly Cause[], told: readonly Told[], now: Date): Notice[] {
  const known = new Map(told.map((one) => [one.key, one]));
  const present = new Set(causes.map(({ key }) => key));
  const lasting = causes.flatMap((cause): Notice[] => {
    const before = known.get(cause.key);
    if (!before) return [{ kind: 'new', cause, since: now }];
    // A clock that was put back must not keep it quiet until then.
    return Math.abs(now.getTime() - before.toldAt.getTime()) < againAfter
      ? []
      : [{ kind: 'still', cause, since: before.since }];
  });
  const over = told
    .filter(({ key }) => !present.has(key))
    .map(({ key, title, since }): Notice => ({ kind: 'over', key, title, since }));
  return [...lasting, ...over];
}
