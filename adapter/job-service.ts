/**
 * All that it takes to run jobs in this process: bundles, guard, processes of runs, history, one database connection.
 */

import { second, systemClock, type Clock } from '../shared/platform/clock.ts';
import { currentEnvironment, type Config } from '../shared/platform/config.ts';
import { connectDatabase, disconnectDatabase, pingDatabase } from '../shared/platform/database.ts';
import { DatabaseError, UsageError } from '../shared/platform/errors.ts';
import { readHostResources } from '../shared/platform/host-resources.ts';
import type { Logger } from '../shared/platform/logger.ts';
import { version } from '../shared/platform/version.ts';
import type { JobDescription } from '../shared/runs/job.ts';
import { keepContactRequest } from '../shared/runs/keep-request.ts';
import { jobLock } from '../shared/runs/job-lock.ts';
import { createPings } from '../shared/runs/pings.ts';
import { closeDeadRuns, databaseRecorder } from '../shared/runs/record-run.ts';
import type { Progress } from '../shared/runs/run-context.ts';
import { runGuarded, type RunEnvelope, type RunRequest } from '../shared/runs/run-guarded.ts';
import { databaseAddress, type DatabaseAddress } from './database-address.ts';
import { closestName } from './closest-name.ts';
import type { BuiltJob } from './jobs.ts';
import { processExecutor } from './job-process/executor.ts';

/** A run of this process that has not ended. */
interface RunningJob {
  readonly job: string;
  readonly startedAt: Date;
  readonly progress?: Progress;
}

/** What the adapter itself asks of the database (locks, history) is small: no answer for this long is none (ms). */
const answerTimeoutMs = 15 * second;

export interface JobServiceOptions {
  readonly config: Config;
  readonly log: Logger;
  readonly jobs: ReadonlyMap<string, BuiltJob>;
  readonly logFd: 1 | 2;
  readonly prettyLog: boolean;
  readonly clock?: Clock;
}

export interface JobService {
  readonly jobs: ReadonlyMap<string, BuiltJob>;
  readonly config: Config;
  readonly clock: Clock;
  /** When this process began. */
  readonly startedAt: Date;
  /** The database, connected; the first call starts what is needed. */
  database(): Promise<void>;
  /**
   * The database, connected, in whose history no dead run of this host is called running: for whoever reads it.
   *
   * @throws {DatabaseError} it does not answer
   */
  history(): Promise<void>;
  run(job: JobDescription, request: RunRequest): Promise<RunEnvelope>;
  /** Calls a listener with the outcome of every run and skip of this process. */
  onEnvelope(listener: (envelope: RunEnvelope) => void): void;
  /** Runs under way in this process. */
  running(): readonly RunningJob[];
  /** Fulfilled when no run is under way. */
  idle(): Promise<void>;
  /**
   * Ends what this process has open; what is still being told to others is not waited for when `hurry` is fulfilled.
   */
  close(hurry?: Promise<unknown>): Promise<void>;
}

/**
 * Finds a job by its name.
 *
 * @throws {UsageError} listing the jobs, with the likeliest one
 */
export function requireJob(jobs: ReadonlyMap<string, BuiltJob>, name: string): BuiltJob {
  const job = jobs.get(name);
  if (job) return job;
  const names = [...jobs.keys()];
  const guess = closestName(name, names);
  throw new UsageError(
    `There is no job ${JSON.stringify(name)}${guess ? `: did you mean ${guess}?` : '.'} The jobs are ` +
      `${names.join(', ')}.`,
  );
}

export function createJobService(options: JobServiceOptions): JobService {
  const { config, log, jobs } = options;
  const clock = options.clock ?? systemClock;
  const pings = createPings({ config, log });
  const listeners: ((envelope: RunEnvelope) => void)[] = [pings.finished];
  const underWay = new Map<Promise<RunEnvelope>, RunningJob>();
  let address: Promise<DatabaseAddress> | undefined;

  async function whereIsDatabase(): Promise<DatabaseAddress> {
    address ??= databaseAddress(config, log);
    try {
      return await address;
    } catch (error) {
      address = undefined;
      throw error;
    }
  }

  async function database(): Promise<void> {
    const { uri } = await whereIsDatabase();
    await connectDatabase({ uri, autoIndex: config.nodeEnv !== 'production', timeoutMs: 3 * second, answerTimeoutMs });
  }

  const recorder = databaseRecorder({ log, version, connect: database });
  const acquireLock = jobLock(config, clock, database);

  async function runJob(
    job: JobDescription,
    request: RunRequest,
    report: (progress: Progress) => void,
  ): Promise<RunEnvelope> {
    return runGuarded(
      job,
      {
        ...request,
        onProgress(update) {
          report(update);
          request.onProgress?.(update);
        },
      },
      {
        config,
        clock,
        log,
        recorder,
        acquireLock,
        hostResources: readHostResources,
        execute: await executor(),
        beforeRun: pings.started,
        keep: (name, parameters) => database().then(() => keepContactRequest(name, parameters)),
      },
    );
  }

  async function executor() {
    const uri = await whereIsDatabase().then(
      (where) => where.uri,
      () => undefined,
    );
    const environment = { ...currentEnvironment(), ...(uri ? { MONGODB_URI: uri } : {}) };
    return processExecutor({
      jobs,
      maxHeapMb: config.cronWorkerMaxMb,
      log,
      options: { environment, logFd: options.logFd, prettyLog: options.prettyLog },
    });
  }

  /** What a listener does with a run is not the run's matter. */
  function tell(envelope: RunEnvelope): void {
    for (const listener of listeners) {
      try {
        listener(envelope);
      } catch (error) {
        log.error({ job: envelope.job, err: error }, 'a listener failed');
      }
    }
  }

  return {
    jobs,
    config,
    clock,
    startedAt: clock.now(),
    database,
    async history() {
      await database();
      if (!(await pingDatabase())) throw new DatabaseError('The database does not answer');
      await closeDeadRuns([...jobs.keys()], clock);
    },
    run(job, request) {
      const entry: { job: string; startedAt: Date; progress?: Progress } = { job: job.name, startedAt: clock.now() };
      const running = runJob(job, request, (update) => (entry.progress = update));
      underWay.set(running, entry);
      void running.then(tell, () => undefined);
      return running.finally(() => underWay.delete(running));
    },
    onEnvelope: (listener) => void listeners.push(listener),
    running: () => [...underWay.values()],
    async idle() {
      await Promise.allSettled(underWay.keys());
    },
    async close(hurry = new Promise(() => {})) {
      await Promise.race([hurry, Promise.all([recorder.settled(), pings.settled()])]);
      await disconnectDatabase();
      await address?.then(
        (where) => where.release(),
        () => undefined,
      );
    },
  };
}
