import type { QueryFilter } from 'mongoose';
import { JobRun, type JobRunDoc, type RunStatus } from './job-run.ts';
import { readRun, type ShownRun, type StoredRun } from './read-run.ts';

/** An array of dates compares like a date. */
const dated = { startedAt: { $type: 'date', $not: { $type: 'array' } } } satisfies QueryFilter<JobRunDoc>;

export interface LastRunQuery {
  readonly status?: RunStatus;
  /** Not a dry run, not narrowed. */
  readonly isWhole?: boolean;
  readonly isFinished?: boolean;
}

/** A job's last unskipped run. */
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
