/** The runs of several hosts for one scheduled time, as one run. Pure. */

import type { RunStatus } from '../models/job-run.ts';
import type { ShownRun } from '../models/read-run.ts';

const worstFirst: readonly (RunStatus | undefined)[] = ['failed', 'partial', 'running', 'succeeded'];

export type RunsTogether = Pick<ShownRun, 'status' | 'durationMs' | 'waiting' | 'counts' | 'errors'> & {
  readonly runs: number;
};

/** The worst status, all counts and errors, the longest duration. What waits is what waited when the last run ended. */
export function addUpRuns(runs: readonly ShownRun[]): RunsTogether {
  const counts: Record<string, number> = {};
  for (const run of runs)
    for (const [name, count] of Object.entries(run.counts)) counts[name] = (counts[name] ?? 0) + count;
  return {
    runs: runs.length,
    status: worstFirst.find((status) => runs.some((run) => run.status === status)),
    durationMs: largest(runs.map(({ durationMs }) => durationMs)),
    waiting: runs.toSorted((one, other) => endOf(one) - endOf(other)).at(-1)?.waiting,
    counts,
    errors: runs.flatMap(({ errors }) => errors),
  };
}

function endOf({ finishedAt }: ShownRun): number {
  return finishedAt?.getTime() ?? 0;
}

function largest(numbers: readonly (number | undefined)[]): number | undefined {
  const known = numbers.filter((number) => number !== undefined);
  return known.length > 0 ? Math.max(...known) : undefined;
}
