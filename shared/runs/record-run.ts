/** Writes the history of runs. Losing a line of history never fails a run: it is logged instead. */

import { hostname } from 'node:os';
import { setTimeout } from 'node:timers/promises';
import { Types } from 'mongoose';
import { second, waitAtMost, type Clock } from '../platform/clock.ts';
import type { Logger } from '../platform/logger.ts';
import { isSameProcessAlive, processStartTicks } from '../platform/process-identity.ts';
import {
  closeSilentRuns,
  JobRun,
  renewRun,
  type JobRunDoc,
  type LockPlace,
  type RunTrigger,
} from '../models/job-run.ts';
import { keepDetail } from './keep-detail.ts';
import type { Progress, RunReport } from './run-context.ts';

export interface RunIdentity {
  readonly job: string;
  readonly runId: string;
  readonly trigger: RunTrigger;
  /** What it was narrowed to; left out of a run over everything. */
  readonly parameters?: Readonly<Record<string, string | true>> | undefined;
  readonly startedAt: Date;
}

/** A finished run as it is recorded. */
export interface FinishedRun extends Omit<RunReport, 'claimedBy'> {
  readonly finishedAt: Date;
  readonly durationMs: number;
  /** The last log lines of its process, where someone has kept them. */
  readonly lines?: readonly string[];
}

export interface RunRecorder {
  started(run: RunIdentity): Promise<void>;
  progressed(runId: string, progress: Progress): Promise<void>;
  /** It still runs: to be called every some seconds. */
  alive(runId: string): Promise<void>;
  finished(run: RunIdentity, result: FinishedRun): Promise<void>;
  skipped(run: RunIdentity, reason: string, detail: string): Promise<void>;
}

/** A recorder whose writes can be waited for: no one waits for that of a skip. */
export interface HistoryRecorder extends RunRecorder {
  /** Fulfilled when nothing is being written any more, or soon in any case: for a process or a function that ends. */
  settled(): Promise<void>;
}

/** What ends waits this long for a database that does not answer (ms). */
const settleTimeout = 5 * second;

export function newRunId(): string {
  return new Types.ObjectId().toHexString();
}

export interface RecorderOptions {
  readonly log: Logger;
  readonly version: string;
  /** The folder of the locks; unset: the host has one only. */
  readonly lockDir?: string;
  /** Connects the database when it is not connected yet. */
  readonly connect: () => Promise<unknown>;
  /** Lets so many ms pass before an end is written once more; a process that ends does not wait for it. */
  readonly pause?: (ms: number) => Promise<unknown>;
}

/**
 * The end of a run that the database did not take is offered again for about an hour (ms): a server restarts, another
 * takes over.
 */
const laterAttempts = [2, 5, 10, 20, 30, ...Array.from({ length: 60 }, () => 60)].map((seconds) => seconds * second);

/** A recorder that writes `JobRun`s. */
export function databaseRecorder(options: RecorderOptions): HistoryRecorder {
  const { log, version, lockDir } = options;
  const origin = { host: hostname(), ...(lockDir === undefined ? {} : { lockDir }), pid: process.pid, version };
  const pause = options.pause ?? ((ms: number) => setTimeout(ms, undefined, { ref: false }));
  const underWay = new Set<Promise<unknown>>();

  /** @returns whether it was written */
  function write(what: string, work: () => Promise<unknown>): Promise<boolean> {
    const written = connectAndDo(work)
      .then(
        () => true,
        (error: unknown) => {
          log.error({ err: error, what }, 'the run history could not be written');
          return false;
        },
      )
      .finally(() => underWay.delete(written));
    underWay.add(written);
    return written;
  }

  /** Whoever waits, waits for the first attempt. */
  async function writeEnd(run: RunIdentity, work: () => Promise<unknown>): Promise<void> {
    if (!(await write('finish', work))) void writeLater(run, work);
  }

  async function writeLater(run: RunIdentity, work: () => Promise<unknown>): Promise<void> {
    for (const ms of laterAttempts) {
      await pause(ms);
      const written = await connectAndDo(work).then(
        () => true,
        () => false,
      );
      if (written) return log.info({ job: run.job, runId: run.runId }, 'the end of a run was recorded after a delay');
    }
    log.error({ job: run.job, runId: run.runId }, 'the end could not be recorded: the run will show as interrupted');
  }

  async function connectAndDo(work: () => Promise<unknown>): Promise<void> {
    await options.connect();
    await work();
  }

  return {
    async started(run) {
      await write('start', () => noteStart(run, origin));
    },
    async alive(runId) {
      await write('sign of life', () => renewRun(runId));
    },
    async progressed(runId, progress) {
      await write('progress', () => JobRun.updateOne({ _id: runId }, { $set: { progress } }));
    },
    finished: (run, result) => {
      const { plan, lines, ...report } = result;
      const values = { ...identity(run), ...origin, ...report, errors: [...result.errors] };
      // The next run of the job may have taken this one for killed in the meantime.
      const mistaken = {
        progress: 1,
        ...(result.reason === undefined ? { reason: 1 } : {}),
        ...(result.detail === undefined ? { detail: 1 } : {}),
      };
      return writeEnd(run, async () => {
        await keepDetail(run, { plan, lines }, log);
        await JobRun.updateOne({ _id: run.runId }, { $set: values, $unset: mistaken }, { upsert: true });
      });
    },
    async skipped(run, reason, detail) {
      await write('skip', () =>
        JobRun.create({
          _id: run.runId,
          ...identity(run),
          ...origin,
          status: 'skipped',
          reason,
          detail,
          finishedAt: run.startedAt,
          durationMs: 0,
        }),
      );
    },
    async settled() {
      await waitAtMost(settleTimeout, Promise.all(underWay));
    },
  };
}

interface Origin extends LockPlace {
  readonly pid: number;
  readonly version: string;
}

async function noteStart(run: RunIdentity, origin: Origin): Promise<void> {
  await closeEarlierRuns(run, origin);
  await closeSilentRuns([run.job], interrupted);
  await JobRun.create({
    _id: run.runId,
    ...identity(run),
    ...origin,
    startTicks: await processStartTicks(process.pid),
    status: 'running',
  });
  await renewRun(run.runId);
}

/**
 * The lock is ours: whatever began before under it and is still called running was killed. This may be written late,
 * when another run has begun since.
 */
async function closeEarlierRuns(
  { job, parameters, startedAt }: RunIdentity,
  { host, lockDir }: LockPlace,
): Promise<void> {
  const narrowing = ['accountId', 'feedId', 'locationId', 'contactId', 'pushed'] as const;
  const isWhole = Object.fromEntries(narrowing.map((name) => [`parameters.${name}`, null]));
  const isNarrowed = narrowing.some((name) => parameters?.[name] !== undefined);
  await JobRun.updateMany(
    {
      job,
      status: 'running',
      host,
      lockDir: { $in: [lockDir ?? null, null] },
      startedAt: { $lte: startedAt },
      ...(isNarrowed ? { $nor: [isWhole] } : isWhole),
    } as never,
    { $set: { ...interrupted, finishedAt: startedAt } },
  );
}

/**
 * What is written of a run whose process was killed. When that was no one knows: `finishedAt` is when it was noticed.
 */
export const interrupted = {
  status: 'failed',
  reason: 'interrupted',
  detail: 'its process ended before the run was finished',
} as const;

/**
 * Closes the runs of these jobs whose process on this host is gone, and those of other hosts that were not heard of for
 * a minute: until then the history would call them running, up to the next run of their job. The connection is open.
 */
export async function closeDeadRuns(jobs: readonly string[], clock: Clock): Promise<void> {
  await closeSilentRuns(jobs, interrupted);
  const running = await JobRun.find(
    { job: { $in: jobs }, status: 'running', host: hostname() },
    { pid: 1, startTicks: 1 },
  ).lean<Pick<JobRunDoc, '_id' | 'pid' | 'startTicks'>[]>();
  for (const { _id, pid, startTicks } of running) {
    if (await isSameProcessAlive(pid, startTicks)) continue;
    await JobRun.updateOne({ _id, status: 'running' }, { $set: { ...interrupted, finishedAt: clock.now() } });
  }
}

function identity(run: RunIdentity): Pick<JobRunDoc, 'job' | 'trigger' | 'parameters' | 'startedAt'> {
  const { job, trigger, parameters, startedAt } = run;
  return { job, trigger, startedAt, ...(parameters ? { parameters } : {}) };
}
