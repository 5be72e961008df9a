/** Writes the history of runs. Losing a line of history never fails a run: it is logged instead. */

import { hostname } from 'node:os';
import { Types } from 'mongoose';
import type { Logger } from '../platform/logger.ts';
import { JobRun, type JobRunDoc, type RunTrigger } from '../models/job-run.ts';
import type { Progress, RunReport } from './run-context.ts';

export interface RunIdentity {
  readonly job: string;
  readonly runId: string;
  readonly trigger: RunTrigger;
  readonly startedAt: Date;
}

/** A finished run as it is recorded. */
export interface FinishedRun extends RunReport {
  readonly finishedAt: Date;
  readonly durationMs: number;
}

export interface RunRecorder {
  started(run: RunIdentity): Promise<void>;
  progressed(runId: string, progress: Progress): Promise<void>;
  finished(run: RunIdentity, result: FinishedRun): Promise<void>;
  skipped(run: RunIdentity, reason: string, detail: string): Promise<void>;
}

export function newRunId(): string {
  return new Types.ObjectId().toHexString();
}

export interface RecorderOptions {
  readonly log: Logger;
  readonly version: string;
  /** Connects the database when it is not connected yet. */
  readonly connect: () => Promise<unknown>;
}

/** What is not waited for (a refusal answers at once) is written before the database is left. */
export interface DatabaseRecorder extends RunRecorder {
  /** Resolves when nothing is being written any more. */
  settled(): Promise<void>;
}

/** A recorder that writes `JobRun`s. */
export function databaseRecorder(options: RecorderOptions): DatabaseRecorder {
  const { log, version } = options;
  const origin = { host: hostname(), pid: process.pid, version };

  const underWay = new Set<Promise<void>>();

  function write(what: string, work: () => Promise<unknown>): Promise<void> {
    const writing = tryTo(what, work).finally(() => underWay.delete(writing));
    underWay.add(writing);
    return writing;
  }

  async function tryTo(what: string, work: () => Promise<unknown>): Promise<void> {
    try {
      await options.connect();
      await work();
    } catch (error) {
      log.error({ err: error, what }, 'the run history could not be written');
    }
  }

  return {
    started: (run) =>
      write('start', async () => {
        // The lock is ours: whatever this host still calls running was killed.
        await JobRun.updateMany(
          { job: run.job, status: 'running', host: origin.host },
          { $set: { status: 'failed', reason: 'interrupted', detail: 'its process ended before the run did', finishedAt: run.startedAt } },
        );
        await JobRun.create({ _id: run.runId, ...identity(run), ...origin, status: 'running' });
      }),
    progressed: (runId, progress) => write('progress', () => JobRun.updateOne({ _id: runId }, { $set: { progress } })),
    finished: (run, result) =>
      write('finish', () =>
        JobRun.updateOne(
          { _id: run.runId },
          { $set: { ...identity(run), ...origin, ...result, errors: [...result.errors] }, $unset: { progress: 1 } },
          { upsert: true },
        ),
      ),
    skipped: (run, reason, detail) =>
      write('skip', () =>
        JobRun.create({ _id: run.runId, ...identity(run), ...origin, status: 'skipped', reason, detail, finishedAt: run.startedAt, durationMs: 0 }),
      ),
    async settled() {
      await Promise.all(underWay);
    },
  };
}

function identity(run: RunIdentity): Pick<JobRunDoc, 'job' | 'trigger' | 'startedAt'> {
  return { job: run.job, trigger: run.trigger, startedAt: run.startedAt };
}
