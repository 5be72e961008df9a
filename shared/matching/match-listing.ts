/**
 * THE RULE: whether a listing is what somebody looks for. Pure. How single criteria are judged is in `criteria.ts`; how
 * the database narrows whom to ask is in `find-candidates.ts`, which may offer too many, never too few.
 */

import { criteria, weights, type Asked, type Criterion, type Offered } from './criteria.ts';

export interface Match {
  readonly matches: true;
  /** 0-100: the share of what was asked for, by weight; what the listing does not say counts half. */
  readonly score: number;
  /** The criteria that are met. */
  readonly met: readonly Criterion[];
  /** The criteria that the listing does not speak of. */
  readonly unknown: readonly Criterion[];
}

/**
 * Matches one listing with one person's requirements, both made ready for many comparisons. Whether the person is to be
 * asked at all (active, not deleted, same location) is not its matter.
 *
 * @returns `undefined` when they do not match, or when nothing was asked for, which fits nothing
 */
export function matchListing(offered: Offered, asked: Asked): Match | undefined {
  let [weighed, reached] = [0, 0];
  const met: Criterion[] = [];
  const unknown: Criterion[] = [];
  for (const [name, verdict] of criteria) {
    const found = verdict(offered, asked);
    if (found === undefined) continue;
    if (found === 'failed') return undefined;
    weighed += weights[name];
    reached += found === 'met' ? weights[name] : weights[name] / 2;
    (found === 'met' ? met : unknown).push(name);
  }
  return weighed === 0 ? undefined : { matches: true, score: Math.round((100 * reached) / weighed), met, unknown };
}
