import { systemClock } from '../../shared/platform/clock.ts';
import { readConfig } from '../../shared/platform/config.ts';
import { connectDatabase, disconnectDatabase } from '../../shared/platform/database.ts';
import { createLogger } from '../../shared/platform/logger.ts';
import { listRuns, parseRunsQuery, type ListedRun, type RunsPage } from '../../shared/runs/list-runs.ts';
import { closeDeadRuns } from '../../shared/runs/record-run.ts';
import { countsInWords, durationInWords, parametersInWords } from '../../shared/runs/run-words.ts';
import type { Options } from '../arguments.ts';
import type { Command } from '../command.ts';
import { databaseAddress } from '../database-address.ts';
import { exitCodes } from '../exit-codes.ts';
import { formatTable } from '../format-table.ts';
import { requireJob } from '../job-service.ts';
import { findJobs } from '../jobs.ts';

export const runs: Command = async ({ options, argument }) => {
  const config = readConfig();
  const log = await createLogger({ level: 'error', fd: 2 });
  const jobs = await findJobs({ production: config.nodeEnv === 'production', folder: options.functions, log });
  const query = parseRunsQuery(
    queryOf(options, argument === undefined ? undefined : requireJob(jobs, argument).description.name),
    [...jobs.keys()],
  );
  const { uri, release } = await databaseAddress(config, log);
  try {
    await connectDatabase({ uri, autoIndex: false });
    await closeDeadRuns([...jobs.keys()], systemClock);
    const page = await listRuns(query);
    console.log(options.json ? JSON.stringify(page, null, 2) : renderRuns(page));
    return exitCodes.done;
  } finally {
    await disconnectDatabase();
    await release();
  }
};

function queryOf({ status, limit, before }: Options, job: string | undefined): [string, string][] {
  return Object.entries({ job, status, limit, before }).filter(
    (entry): entry is [string, string] => entry[1] !== undefined,
  );
}

/** Pure. */
export function renderRuns({ runs: found, next }: RunsPage): string {
  if (found.length === 0) return 'No runs are recorded.';
  const rows = found.map((run) => [
    run.startedAt?.replace('T', ' ').replace(/\.\d+Z$/, 'Z') ?? 'unknown',
    run.job ?? 'unknown',
    run.status ?? 'unknown',
    run.status === 'skipped' || run.durationMs === undefined ? '' : durationInWords(run.durationMs),
    describe(run),
  ]);
  const table = formatTable(['started', 'job', 'status', 'took', 'what it did'], rows);
  return next === undefined ? table : `${table}\nOlder ones: --before ${next}`;
}

function describe(run: ListedRun): string {
  const asked = parametersInWords(run.parameters);
  return asked === '' ? describeOutcome(run) : `${describeOutcome(run)} (${asked})`;
}

function describeOutcome({ status, counts, errors, detail, reason, progress }: ListedRun): string {
  if (status === 'running') return progress?.message ?? '';
  if (status === 'skipped') return detail ?? reason ?? '';
  const [first] = errors;
  if (status === 'failed') return first ? `${first.scope}: ${first.message}` : (detail ?? reason ?? '');
  return [
    countsInWords(counts),
    ...(first ? [`${errors.length} ${errors.length === 1 ? 'error' : 'errors'}, the first: ${first.message}`] : []),
  ].join('; ');
}
