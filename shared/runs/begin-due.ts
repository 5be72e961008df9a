import { hostname } from 'node:os';
import { isValidObjectId } from 'mongoose';
import { askedFor } from '../models/claim.ts';
import { findTickMates, noteDueSince } from '../models/job-run.ts';
import { jobLockFolder } from './job-lock.ts';
import { recordedParameters } from './run-parameters.ts';
import type { RunContext } from './run-context.ts';
import { DueTime, tickBefore } from './tick.ts';

/**
 * Attempts before this time are due. Hosts whose cron fires together share it, so none repeats another's attempts. A
 * hosted run called because an earlier one left work continues that one. A run started by hand or narrowed counts from
 * now.
 */
export async function beginDue(context: RunContext): Promise<DueTime> {
  const now = await context.databaseNow();
  const { schedule, job, runId, trigger } = context;
  const isNarrowed = recordedParameters(context.parameters) !== undefined;
  if (context.parameters.pushed) return new DueTime(new Date(askedFor.getTime() + 1), now);
  if (schedule === undefined || isNarrowed || trigger === 'invoke') return new DueTime(now, now);
  const tick = tickBefore(schedule, now);
  if (!tick || !isValidObjectId(runId)) return new DueTime(now, now, schedule);
  const place = { host: hostname(), lockDir: jobLockFolder(context.config) };
  const mates = await findTickMates(job, tick, place, trigger === 'hosted');
  const begin = new Date(Math.min(now.getTime(), ...mates.map((since) => since.getTime())));
  await noteDueSince(runId, tick, begin);
  return new DueTime(begin, now, schedule);
}
