/** A lost record is logged and never fails a run. */

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
  readonly parameters?: Readonly<Record<string, string | true>> | undefined;
  readonly startedAt: Date;
}

export interface FinishedRun extends Omit<RunReport, 'claimedBy'> {
  readonly finishedAt: Date;
  readonly durationMs: number;
  readonly lines?: readonly string[];
}

export interface RunRecorder {
  started(run: RunIdentity): Promise<void>;
  progressed(runId: string, progress: Progress): Promise<void>;
  /** Call it every few seconds during the run. */
  alive(runId: string): Promise<void>;
  finished(run: RunIdentity, result: FinishedRun): Promise<void>;
  skipped(run: RunIdentity, reason: string, detail: string): Promise<void>;
}

export interface HistoryRecorder extends RunRecorder {
  settled(): Promise<void>;
}

/** ms, for a database that does not answer. */
const settleTimeout = 5 * second;

export function newRunId(): string {
  return new Types.ObjectId().toHexString();
}

export interface RecorderOptions {
  readonly log: Logger;
  readonly version: string;
  /** Unset: the host has only one. */
  readonly lockDir?: string;
  readonly connect: () => Promise<unknown>;
  /** Delays another attempt (ms) without keeping the process alive. */
  readonly pause?: (ms: number) => Promise<unknown>;
}

/** About an hour: a database server restarts or fails over. */
const laterAttempts = [2, 5, 10, 20, 30, ...Array.from({ length: 60 }, () => 60)].map((seconds) => seconds * second);

export function databaseRecorder(options: RecorderOptions): HistoryRecorder {
  const { log, version, lockDir } = options;
  const origin = { host: hostname(), ...(lockDir === undefined ? {} : { lockDir }), pid: process.pid, version };
  const pause = options.pause ?? ((ms: number) => setTimeout(ms, undefined, { ref: false }));
  const underWay = new Set<Promise<unknown>>();

  /** Returns whether it was written. */
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

  /** Callers wait for the first attempt only. */
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
      // The job's next run may have recorded this one as killed.
      const mistaken = {
        progress: 1,
        ...(result.reason === undefined ? { reason: 1 } : {}),
        ...(result.detail === undefined ? { detail: 1 } : {}),
      };
      return writeEnd(run, async () => {
        await keepDetail(run, { plan, lines }, log);
        await JobRun.updateOne({ _id: run.runId }, { $set: values, $unset: mistaken }, { upsert: true });
        // It may have taken over what a dead host held.
        await closeSilentRuns([run.job], interrupted);
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
 * We hold the lock: earlier runs under it that count as running were killed. Later ones may exist, since this may be
 * written late.
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

/** Fields of a killed run; `finishedAt` is when it was noticed. */
export const interrupted = {
  status: 'failed',
  reason: 'interrupted',
  detail: 'its process ended before the run was finished',
} as const;

/**
 * Closes runs whose process on this host is gone, and other hosts' runs that are silent for a minute. Needs a database
 * connection.
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
