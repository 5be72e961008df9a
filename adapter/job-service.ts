import { second, systemClock, type Clock } from '../shared/platform/clock.ts';
import { currentEnvironment, type Config } from '../shared/platform/config.ts';
import { connectDatabase, disconnectDatabase, pingDatabase } from '../shared/platform/database.ts';
import { DatabaseError, UsageError } from '../shared/platform/errors.ts';
import { readHostResources } from '../shared/platform/host-resources.ts';
import type { Logger } from '../shared/platform/logger.ts';
import { version } from '../shared/platform/version.ts';
import type { JobDescription } from '../shared/runs/job.ts';
import { keepContactRequest } from '../shared/runs/keep-request.ts';
import { jobLock, jobLockFolder } from '../shared/runs/job-lock.ts';
import { createPings } from '../shared/runs/pings.ts';
import { closeDeadRuns, databaseRecorder } from '../shared/runs/record-run.ts';
import type { Progress } from '../shared/runs/run-context.ts';
import { runGuarded, type RunEnvelope, type RunRequest } from '../shared/runs/run-guarded.ts';
import { databaseAddress, type DatabaseAddress } from './database-address.ts';
import { closestName } from '../shared/platform/closest-name.ts';
import type { BuiltJob } from './jobs.ts';
import { processExecutor } from './job-process/executor.ts';
import { memoryLimits } from './job-process/memory-limits.ts';

interface RunningJob {
  readonly job: string;
  readonly startedAt: Date;
  /** Once the guard has admitted it. */
  readonly runId?: string;
  readonly progress?: Progress;
}

/** ms; the adapter itself asks only for locks and history. */
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
  readonly startedAt: Date;
  database(): Promise<void>;
  /** Connects the database and closes dead runs of this host. @throws {DatabaseError} no answer */
  history(): Promise<void>;
  run(job: JobDescription, request: RunRequest): Promise<RunEnvelope>;
  onEnvelope(listener: (envelope: RunEnvelope) => void): void;
  /** Of this process. */
  running(): readonly RunningJob[];
  idle(): Promise<void>;
  close(hurry?: Promise<unknown>): Promise<void>;
}

/** @throws {UsageError} listing the jobs */
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
  const database = ownDatabase(config, log);
  const recorder = databaseRecorder({ log, version, lockDir: jobLockFolder(config), connect: database.connect });
  const acquireLock = jobLock(config, clock);

  async function runJob(job: JobDescription, request: RunRequest): Promise<RunEnvelope> {
    const uri = await database.locate().then(
      (where) => where.uri,
      () => undefined,
    );
    return runGuarded(job, request, {
      config,
      clock,
      log,
      recorder,
      acquireLock,
      hostResources: readHostResources,
      execute: executorFor(options, uri),
      beforeRun: pings.started,
      keep: (name, parameters) => database.connect().then(() => keepContactRequest(name, parameters)),
    });
  }

  return {
    jobs,
    config,
    clock,
    startedAt: clock.now(),
    database: database.connect,
    async history() {
      await database.connect();
      if (!(await pingDatabase())) throw new DatabaseError('The database does not answer');
      await closeDeadRuns([...jobs.keys()], clock);
    },
    run(job, request) {
      const entry: { -readonly [K in keyof RunningJob]: RunningJob[K] } = { job: job.name, startedAt: clock.now() };
      const running = runJob(job, {
        ...request,
        onProgress(update) {
          entry.progress = update;
          request.onProgress?.(update);
        },
        onStart(runId) {
          entry.runId = runId;
          request.onStart?.(runId);
        },
      });
      underWay.set(running, entry);
      void running.then(
        (envelope) => tellAll(listeners, envelope, log),
        () => undefined,
      );
      return running.finally(() => underWay.delete(running));
    },
    onEnvelope: (listener) => void listeners.push(listener),
    running: () => [...underWay.values()],
    async idle() {
      await Promise.allSettled(underWay.keys());
    },
    async close(hurry = new Promise(() => {})) {
      await Promise.race([hurry, Promise.all([recorder.settled(), pings.settled()])]);
      await database.close();
    },
  };
}

/** A failed look-up is repeated. */
function ownDatabase(config: Config, log: Logger) {
  let address: Promise<DatabaseAddress> | undefined;

  async function locate(): Promise<DatabaseAddress> {
    address ??= databaseAddress(config, log);
    try {
      return await address;
    } catch (error) {
      address = undefined;
      throw error;
    }
  }

  return {
    locate,
    async connect(): Promise<void> {
      const { uri } = await locate();
      const autoIndex = config.nodeEnv !== 'production';
      await connectDatabase({ uri, autoIndex, timeoutMs: 3 * second, answerTimeoutMs });
    },
    async close(): Promise<void> {
      await disconnectDatabase();
      await address?.then(
        (where) => where.release(),
        () => undefined,
      );
    },
  };
}

function executorFor({ config, jobs, log, logFd, prettyLog }: JobServiceOptions, uri: string | undefined) {
  const environment = { ...currentEnvironment(), ...(uri ? { MONGODB_URI: uri } : {}) };
  return processExecutor({
    jobs,
    limits: memoryLimits(config),
    log,
    options: { environment, logFd, prettyLog },
  });
}

/** A listener's error must not fail the run. */
function tellAll(listeners: readonly ((envelope: RunEnvelope) => void)[], envelope: RunEnvelope, log: Logger): void {
  for (const listener of listeners) {
    try {
      listener(envelope);
    } catch (error) {
      log.error({ job: envelope.job, err: error }, 'a listener failed');
    }
  }
}
