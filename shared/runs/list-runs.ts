/** Reads the history of runs, newest first. */

import { Types } from 'mongoose';
import { UsageError } from '../platform/errors.ts';
import { JobRun, type JobRunDoc, type RunStatus } from '../models/job-run.ts';

export const runStatuses: readonly RunStatus[] = ['running', 'succeeded', 'partial', 'failed', 'skipped'];

export interface RunsQuery {
  readonly job?: string;
  readonly status?: RunStatus;
  /** At most this many, 1 to 500. */
  readonly limit: number;
  /** Only runs that started before this time: the next page. */
  readonly before?: Date;
}

const defaultLimit = 50;
const maxLimit = 500;

/**
 * Reads a query of the history.
 *
 * @param jobs the jobs there are
 * @throws {UsageError} an unknown name or a value that cannot be
 */
export function parseRunsQuery(given: Iterable<readonly [string, string]>, jobs: readonly string[]): RunsQuery {
  const query: { -readonly [K in keyof RunsQuery]: RunsQuery[K] } = { limit: defaultLimit };
  for (const [name, value] of given) {
    const wrong = (expected: string) => new UsageError(`${name}: expected ${expected}, came ${JSON.stringify(value.slice(0, 50))}`);
    if (name === 'job') {
      if (!jobs.includes(value)) throw wrong(`one of ${jobs.join(', ')}`);
      query.job = value;
    } else if (name === 'status') {
      if (!runStatuses.includes(value as RunStatus)) throw wrong(`one of ${runStatuses.join(', ')}`);
      query.status = value as RunStatus;
    } else if (name === 'limit') {
      const limit = /^\d{1,4}$/.test(value) ? Number(value) : 0;
      if (limit < 1 || limit > maxLimit) throw wrong(`a whole number from 1 to ${maxLimit}`);
      query.limit = limit;
    } else if (name === 'before') {
      const before = new Date(value);
      if (Number.isNaN(before.getTime())) throw wrong('a time in ISO 8601');
      query.before = before;
    } else {
      throw new UsageError(`Unknown parameter ${JSON.stringify(name.slice(0, 50))}: expected job, status, limit or before`);
    }
  }
  return query;
}

/** A run as it is shown. */
export type ListedRun = Omit<JobRunDoc, '_id' | 'startedAt' | 'finishedAt'> & {
  readonly runId: string;
  readonly startedAt: string;
  readonly finishedAt?: string;
};

/** The runs that a query asks for, newest first. */
export async function listRuns(query: RunsQuery): Promise<ListedRun[]> {
  const runs = await JobRun.find({
    ...(query.job ? { job: query.job } : {}),
    ...(query.status ? { status: query.status } : {}),
    ...(query.before ? { startedAt: { $lt: query.before } } : {}),
  })
    .sort({ startedAt: -1 })
    .limit(query.limit)
    .lean<(JobRunDoc & { _id: Types.ObjectId })[]>();
  return runs.map(({ _id, startedAt, finishedAt, ...run }) => ({
    runId: _id.toHexString(),
    ...run,
    startedAt: startedAt.toISOString(),
    ...(finishedAt ? { finishedAt: finishedAt.toISOString() } : {}),
  }));
}
