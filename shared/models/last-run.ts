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

type Ticked = Pick<ShownRun, 'job' | 'tick'>;

export function tickKey({ job, tick }: Ticked): string | undefined {
  return job === undefined || tick === undefined ? undefined : `${job} ${tick.toISOString()}`;
}

/** By `tickKey`: all hosts' runs for these runs' scheduled times, of each lock the last one. */
export async function findTogether(runs: readonly Ticked[]): Promise<ReadonlyMap<string, readonly ShownRun[]>> {
  const ticks = new Map(runs.flatMap((run) => (tickKey(run) === undefined ? [] : [[tickKey(run), run] as const])));
  if (ticks.size === 0) return new Map();
  const found = await JobRun.aggregate<{ run: StoredRun }>([
    { $match: { $or: [...ticks.values()].map(({ job, tick }) => ({ job, tick })), status: { $ne: 'skipped' } } },
    { $sort: { startedAt: 1, _id: 1 } },
    { $group: { _id: { job: '$job', tick: '$tick', host: '$host', lockDir: '$lockDir' }, run: { $last: '$$ROOT' } } },
    { $sort: { 'run.startedAt': 1, _id: 1 } },
  ]);
  const together = new Map<string, ShownRun[]>();
  for (const run of found.map((one) => readRun(one.run))) {
    const key = tickKey(run) as string;
    together.set(key, [...(together.get(key) ?? []), run]);
  }
  return together;
}
