/**
 * Locations side by side on several hosts: a run claims each that it finds work for, and leaves alone what another one
 * has. Nothing depends on it but time: all that these jobs do at a location can be done twice.
 */

import { idKey } from '../models/stored-value.ts';
import { claimLocation, findLocationClaims, releaseLocations, renewLocations } from '../models/location.ts';
import { lockHeartbeatMs } from '../platform/file-lock.ts';
import { isSameProcessAlive } from '../platform/process-identity.ts';
import { claimantOf } from './claimant.ts';
import type { RunContext } from './run-context.ts';

/** Does the work of a job, location by location as far as it finds them free; a dry run claims none. */
export async function withLocationClaims(
  context: RunContext,
  work: (context: RunContext) => Promise<void>,
): Promise<void> {
  const { job, runId, parameters } = context;
  if (parameters.dryRun) return work(context);
  const by = await claimantOf(runId);
  for (const { runId: dead, pid, startTicks } of await findLocationClaims(job, by.host))
    if (!(await isSameProcessAlive(pid, startTicks))) await releaseLocations(job, dead);
  if (parameters.locationId !== undefined) {
    const claim = await claimLocation(parameters.locationId, job, by);
    if (claim) return context.claimedElsewhere(`location:${parameters.locationId}`, claim);
  }
  const renew = () =>
    renewLocations(job, runId).catch((error: unknown) =>
      context.log.warn({ err: error }, 'the claims of locations could not be renewed'),
    );
  const claimed = new Set<string>();
  const mayWorkOn = async (locationId: unknown) => {
    const key = idKey(locationId);
    if (!claimed.has(key) && (await claimLocation(locationId, job, by)) === undefined) claimed.add(key);
    return claimed.has(key);
  };
  const timer = setInterval(() => void renew(), lockHeartbeatMs);
  timer.unref();
  try {
    await work({ ...context, mayWorkOn });
  } finally {
    clearInterval(timer);
    await releaseLocations(job, runId).catch((error: unknown) =>
      context.log.warn({ err: error }, 'the claims of locations could not be released'),
    );
  }
}
