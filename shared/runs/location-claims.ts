/** Hosts divide a job's locations. This only saves time: the work may be done twice. */

import { isSilent, type Claim } from '../models/claim.ts';
import { claimName, NamedClaim, type NamedClaimDoc } from '../models/named-claim.ts';
import { idKey } from '../models/stored-value.ts';
import type { RunContext } from './run-context.ts';
import { beginDue } from './begin-due.ts';
import { UnitClaims } from './unit-claims.ts';

export async function withLocationClaims(
  context: RunContext,
  work: (context: RunContext) => Promise<void>,
): Promise<void> {
  const { dryRun, locationId } = context.parameters;
  if (dryRun) return work(context);
  // For its time in the record: the checks themselves decide what is due.
  await beginDue(context);
  const claims = await UnitClaims.begin(NamedClaim, context);
  const locations = new ClaimedLocations(claims, context);
  try {
    const holder = locationId === undefined ? undefined : await locations.claim(locationId);
    if (holder) return context.claimedElsewhere(`location:${locationId}`, holder);
    await work({
      ...context,
      async mayWorkOn(id, due) {
        const holder = await locations.claim(id);
        if (holder && (await isSilent(NamedClaim, holder))) context.waiting(due);
        return holder === undefined;
      },
    });
  } finally {
    claims.close();
    await claims.releaseAll();
  }
}

class ClaimedLocations {
  readonly #claims: UnitClaims<NamedClaimDoc>;
  readonly #context: RunContext;
  readonly #claimed = new Set<string>();

  constructor(claims: UnitClaims<NamedClaimDoc>, context: RunContext) {
    this.#claims = claims;
    this.#context = context;
  }

  /** Returns another run's claim, or `undefined` if this run holds the location. */
  async claim(locationId: unknown): Promise<Claim | undefined> {
    const key = idKey(locationId);
    if (this.#claimed.has(key)) return undefined;
    let holder: Claim | undefined;
    await this.#claims.hold(async (by) => {
      const found = await claimName(`${this.#context.job}:${key}`, by);
      if (found.claim.runId === by.runId) return found;
      holder = found.claim;
      return undefined;
    });
    if (!holder) this.#claimed.add(key);
    return holder;
  }
}
