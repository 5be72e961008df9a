/** THE RULE: whether a listing fits a contact. */

import { criteria, weights, type Asked, type Criterion, type Offered } from './criteria.ts';

export interface Match {
  readonly matches: true;
  /** 0-100: weighted share of the requirements; unknowns count half. */
  readonly score: number;
  readonly met: readonly Criterion[];
  readonly unknown: readonly Criterion[];
}

/**
 * Whether the contact may be searched (active, alive, same location) is checked elsewhere.
 * @returns `undefined` without a match or requirements
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
