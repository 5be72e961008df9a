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
import { runGuarded, type RunEnvelope } from './run-guarded.ts';

export interface Job extends JobDefinition {
  readonly execute: (request: ExecutionRequest, options: ExecutionOptions) => Promise<RunReport>;
}

export interface ExecutionOptions {
  readonly environment: Environment;
  readonly logFd: 1 | 2;
  readonly prettyLog: boolean;
}

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

/** A default export that Netlify, Vercel, Deno and Bun accept. */
export interface HostedJob {
  readonly fetch: (request: Request) => Promise<Response>;
}

/**
 * For a platform without the adapter. Reads the configuration on the first request: the platform may import the file
 * earlier. Without a secret, or with lock files, it answers 503 and logs the reason.
 */
export function hostedJob(job: JobDefinition): HostedJob {
  let handler: Promise<(request: Request) => Promise<Response>> | undefined;
  return { fetch: handleHosted };

  async function handleHosted(request: Request): Promise<Response> {
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
  }
}

async function createHandler(job: JobDefinition): Promise<(request: Request) => Promise<Response>> {
  const config = readServerConfig();
  if (config.cronLock === 'file')
    throw new ConfigError([
      'CRON_LOCK: expected mongo on a hosted platform (its instances share no files), got file, which is the default',
    ]);
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
      // The platform's own time limit ends its process.
      terminate: () => Promise.resolve(),
    }),
  };
  return jobHandler({
    job,
    tokens: [config.cronSecret, config.cronSecretPrevious],
    async run(_, parameters) {
      const envelope = await runGuarded(job, { trigger: 'hosted', parameters }, deps);
      pings.finished(envelope);
      // A hosted function may be frozen once it has answered.
      await Promise.all([recorder.settled(), pings.settled()]);
      return withLeft(envelope);
    },
  });
}

/** The platform ends before the schedule's next time: the caller is asked to call again. */
function withLeft(envelope: RunEnvelope): RunEnvelope {
  if (envelope.status === 'skipped' || envelope.waiting === undefined) return envelope;
  return { ...envelope, left: envelope.waiting };
}
