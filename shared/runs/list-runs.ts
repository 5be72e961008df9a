import { Types } from 'mongoose';
import { UsageError } from '../platform/errors.ts';
import { JobRun, type RunStatus } from '../models/job-run.ts';
import { findTogether, tickKey } from '../models/last-run.ts';
import { readRun, runStatuses, type ShownRun, type StoredRun } from '../models/read-run.ts';
import { addUpRuns, type RunsTogether } from './add-up-runs.ts';

export interface RunsQuery {
  readonly job?: string;
  readonly status?: RunStatus;
  /** 1 to 500 */
  readonly limit: number;
  /** Runs that started earlier, or then with a lesser id: the next page. */
  readonly before?: { readonly startedAt: Date; readonly id?: Types.ObjectId };
}

const defaultLimit = 50;
const maxLimit = 500;

/** @throws {UsageError} an unknown or repeated name, or an invalid value */
export function parseRunsQuery(given: Iterable<readonly [string, string]>, jobs: readonly string[]): RunsQuery {
  const query: { -readonly [K in keyof RunsQuery]: RunsQuery[K] } = { limit: defaultLimit };
  const seen = new Set<string>();
  for (const [name, value] of given) {
    if (seen.has(name)) throw new UsageError(`The parameter ${JSON.stringify(name.slice(0, 50))} is given twice`);
    seen.add(name);
    if (value === '' && ['job', 'status', 'limit', 'before'].includes(name)) continue;
    const wrong = (expected: string) =>
      new UsageError(`${name}: expected ${expected}, got ${JSON.stringify(value.slice(0, 50))}`);
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
      const before = parseBefore(value);
      if (!before) throw wrong('a time in ISO 8601, or the value of "next"');
      query.before = before;
    } else {
      throw new UsageError(
        `Unknown parameter ${JSON.stringify(name.slice(0, 50))}: expected job, status, limit or before`,
      );
    }
  }
  return query;
}

/** `2026-11-25`, `2026-11-25T10:00:00Z`, and a run's id after a comma. */
const beforePattern =
  /^((\d{4}-\d\d-\d\d)(?:T\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:\d\d)?)?)(?:,([0-9a-f]{24}))?$/;

function parseBefore(value: string): RunsQuery['before'] {
  const [, time = '', date = '', id] = beforePattern.exec(value) ?? [];
  const startedAt = new Date(time);
  // Date reads the 31st of February as the 3rd of March.
  const exists = !Number.isNaN(startedAt.getTime()) && new Date(date).toISOString().startsWith(date);
  return exists ? { startedAt, ...(id ? { id: new Types.ObjectId(id) } : {}) } : undefined;
}

export type ListedRun = Omit<ShownRun, 'tick' | 'startedAt' | 'finishedAt'> & {
  readonly tick: string | undefined;
  readonly startedAt: string | undefined;
  readonly finishedAt: string | undefined;
  /** With the runs of other hosts for the same time. */
  readonly together?: RunsTogether;
};

export interface RunsPage {
  readonly runs: readonly ListedRun[];
  readonly next?: string;
}

/** Newest first. */
export async function listRuns({ job, status, limit, before }: RunsQuery): Promise<RunsPage> {
  const found = await JobRun.find(
    { ...(job ? { job } : {}), ...(status ? { status } : {}), ...(before ? startedBefore(before) : {}) },
    { __v: 0, startTicks: 0, dueSince: 0, aliveUntil: 0 },
  )
    .sort({ startedAt: -1, _id: -1 })
    .limit(limit + 1)
    .lean<StoredRun[]>();
  const shown = found.slice(0, limit).map(readRun);
  const together = await findTogether(shown);
  const runs = shown.map((run) => listed(run, together.get(tickKey(run) ?? '')));
  return { runs, ...(found.length > limit ? nextAfter(runs) : {}) };
}

function listed({ tick, startedAt, finishedAt, ...run }: ShownRun, mates: readonly ShownRun[] = []): ListedRun {
  return {
    ...run,
    ...(mates.length > 1 ? { together: addUpRuns(mates) } : {}),
    tick: tick?.toISOString(),
    startedAt: startedAt?.toISOString(),
    finishedAt: finishedAt?.toISOString(),
  };
}

/** Unreadable runs after the last readable one are repeated on the next page. */
function nextAfter(runs: readonly ListedRun[]): Pick<RunsPage, 'next'> {
  const last = runs.findLast(({ startedAt, runId }) => startedAt !== undefined && runId !== '');
  return last ? { next: `${last.startedAt},${last.runId}` } : {};
}

function startedBefore({ startedAt, id }: NonNullable<RunsQuery['before']>) {
  if (!id) return { startedAt: { $lt: startedAt } };
  return { startedAt: { $lte: startedAt }, $or: [{ startedAt: { $lt: startedAt } }, { _id: { $lt: id } }] };
}
