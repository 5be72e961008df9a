import type { Clock } from '../platform/clock.ts';
import type { Config } from '../platform/config.ts';
import { minute } from '../platform/clock.ts';
import { findLastRun } from '../models/last-run.ts';
import type { ShownRun } from '../models/read-run.ts';
import { jobBudgetMs, type JobDescription } from './job.ts';
import { interrupted } from './record-run.ts';
import { lateSince } from './schedule.ts';

export interface LateJob {
  readonly job: string;
  readonly since: Date;
}

export interface LateJobsDeps {
  readonly config: Config;
  readonly clock: Clock;
  /** Earlier times count as not missed. */
  readonly watchedSince: Date;
}

export async function findLateJobs(jobs: Iterable<JobDescription>, deps: LateJobsDeps): Promise<LateJob[]> {
  const late: LateJob[] = [];
  for (const job of jobs) {
    const since = jobLateSince(job, await findLastRun(job.name, { isWhole: true }), deps);
    if (since) late.push({ job: job.name, since });
  }
  return late;
}

export function jobLateSince(
  job: JobDescription,
  lastRun: (ShownRun & { readonly startedAt: Date }) | undefined,
  deps: LateJobsDeps,
): Date | undefined {
  const { config, clock, watchedSince } = deps;
  return lateSince({
    schedule: job.schedule,
    lastRun: lastRun?.reason === interrupted.reason ? { startedAt: lastRun.startedAt } : lastRun,
    watchedSince,
    now: clock.now(),
    maxRunMs: jobBudgetMs(job, config) + config.cronGrace + minute,
  });
}
