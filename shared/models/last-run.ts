import type { QueryFilter } from 'mongoose';
import { JobRun, type JobRunDoc, type RunStatus } from './job-run.ts';
import { readRun, type ShownRun, type StoredRun } from './read-run.ts';

/** An array of dates compares like a date, so it is excluded. */
const dated = { startedAt: { $type: 'date', $not: { $type: 'array' } } } satisfies QueryFilter<JobRunDoc>;

export interface LastRunQuery {
  /** Narrows to runs that ended so. */
  readonly status?: RunStatus;
  /** No dry run, none narrowed to a mailbox or feed. */
  readonly isWhole?: boolean;
  /** Only runs that have ended. */
  readonly isFinished?: boolean;
}

/** The last run of a job that the guard let through. */
export async function findLastRun(
  job: string,
  { status, isWhole = false, isFinished = false }: LastRunQuery = {},
): Promise<(ShownRun & { readonly startedAt: Date }) | undefined> {
  const found = await JobRun.findOne({
    job,
    status: status ?? { $nin: isFinished ? ['skipped', 'running'] : ['skipped'] },
    ...dated,
    ...(isWhole ? { parameters: null } : {}),
  })
    .sort({ startedAt: -1 })
    .lean<StoredRun>();
  const run = found && readRun(found);
  return run?.startedAt ? { ...run, startedAt: run.startedAt } : undefined;
}
