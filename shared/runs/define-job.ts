/** Turns a job's definition into what its bundle exports: the job, and the handler for a hosted platform. */

import '../platform/older-node.ts';
import { systemClock } from '../platform/clock.ts';
import { readConfig, readServerConfig, type Environment } from '../platform/config.ts';
import { disconnectDatabase } from '../platform/database.ts';
import { coerceError, ConfigError } from '../platform/errors.ts';
import { readHostResources } from '../platform/host-resources.ts';
import { createLogger } from '../platform/logger.ts';
import { version } from '../platform/version.ts';
import { executeJob, connectJobDatabase } from './execute-job.ts';
import type { JobDefinition } from './job.ts';
import { jobHandler, json } from './job-handler.ts';
import { jobLock, jobLockFolder } from './job-lock.ts';
import { createPings } from './pings.ts';
import { databaseRecorder } from './record-run.ts';
import type { ExecutionRequest } from './execution.ts';
import { keepContactRequest } from './keep-request.ts';
import type { RunParameters, RunReport } from './run-context.ts';
import { runGuarded } from './run-guarded.ts';

/** A job with the way to execute it in the process of its run. */
export interface Job extends JobDefinition {
  readonly execute: (request: ExecutionRequest, options: ExecutionOptions) => Promise<RunReport>;
}

export interface ExecutionOptions {
  readonly environment: Environment;
  readonly logFd: 1 | 2;
  readonly prettyLog: boolean;
}

/** Completes a definition with its execution in an adapter's run. */
export function defineJob(definition: JobDefinition): Job {
  return {
    ...definition,
    async execute(request, options) {
      const config = readConfig(options.environment);
      const log = await createLogger({ level: config.logLevel, fd: options.logFd, pretty: options.prettyLog });
      try {
        return await executeJob(definition, request, { config, log });
      } finally {
        await disconnectDatabase();
      }
    },
  };
}

/**
 * The Netlify-style handler of a job: complete by itself (token, guard, record), for a platform without the adapter.
 * Configuration is read on the first request, since a hosted platform imports the file before it has any. Without a
 * secret nothing runs: 503, and the reason is in the log only.
 */
export function hostedHandler(job: JobDefinition): (request: Request) => Promise<Response> {
  let handler: Promise<(request: Request) => Promise<Response>> | undefined;
  return async function handleHosted(request) {
    handler ??= createHandler(job);
    try {
      return await (
        await handler
      )(request);
    } catch (thrown) {
      handler = undefined;
      const error = coerceError(thrown);
      console.error(JSON.stringify({ level: 'error', job: job.name, msg: error.message }));
      const what =
        error instanceof ConfigError
          ? 'The function is not configured: see its log'
          : 'The function failed: see its log';
      return json({ error: what }, error instanceof ConfigError ? 503 : 500);
    }
  };
}

async function createHandler(job: JobDefinition): Promise<(request: Request) => Promise<Response>> {
  const config = readServerConfig();
  const log = await createLogger({ level: config.logLevel, fd: 1 });
  const connect = () => connectJobDatabase(config);
  const pings = createPings({ config, log });
  const recorder = databaseRecorder({ log, version, lockDir: jobLockFolder(config), connect });
  const deps = {
    config,
    clock: systemClock,
    log,
    recorder,
    acquireLock: jobLock(config, systemClock),
    hostResources: readHostResources,
    beforeRun: pings.started,
    keep: (name: string, parameters: RunParameters) => connect().then(() => keepContactRequest(name, parameters)),
    execute: (_: unknown, request: ExecutionRequest) => ({
      finished: executeJob(job, request, { config, log }),
      lines: () => [],
      // The platform's process is not ours to end: the platform's own time limit does.
      terminate: () => Promise.resolve(),
    }),
  };
  return jobHandler({
    job,
    tokens: [config.cronSecret, config.cronSecretPrevious],
    async run(_, parameters) {
      const envelope = await runGuarded(job, { trigger: 'hosted', parameters }, deps);
      pings.finished(envelope);
      // A hosted function may be frozen as soon as it has answered.
      await Promise.all([recorder.settled(), pings.settled()]);
      return envelope;
    },
  });
}
