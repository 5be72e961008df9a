import { systemClock, type Clock } from '../platform/clock.ts';
import type { Config } from '../platform/config.ts';
import { connectDatabase } from '../platform/database.ts';
import { coerceError, ConfigError } from '../platform/errors.ts';
import { readHostResources, resourceShortage } from '../platform/host-resources.ts';
import type { Logger } from '../platform/logger.ts';
import { deliverAfterRun } from './deliver-after-run.ts';
import { jobNeeds, type JobDefinition } from './job.ts';
import { createRunContext, type RunReport } from './run-context.ts';
import type { ExecutionRequest } from './execution.ts';

export interface ExecuteDeps {
  readonly config: Config;
  readonly log: Logger;
  readonly clock?: Clock;
}

/** Never throws: an error becomes a failed report. */
export async function executeJob(job: JobDefinition, request: ExecutionRequest, deps: ExecuteDeps): Promise<RunReport> {
  const { config } = deps;
  const context = createRunContext({
    job: job.name,
    runId: request.runId,
    trigger: request.trigger,
    config,
    clock: deps.clock ?? systemClock,
    log: deps.log.child({ job: job.name, runId: request.runId }),
    signal: request.signal,
    parameters: request.parameters,
    onProgress: request.onProgress,
    assertHeld: request.assertHeld,
    schedule: job.schedule,
    shortage: () => resourceShortage(readHostResources(), jobNeeds(job, config)),
  });
  try {
    await connectJobDatabase(config);
    try {
      await job.run(context);
    } finally {
      await deliverAfterRun(context);
    }
    return context.report();
  } catch (thrown) {
    // `throw undefined` is a failure too.
    return context.report(thrown ?? coerceError(thrown));
  }
}

export async function connectJobDatabase(config: Config): Promise<void> {
  if (!config.mongodbUri)
    throw new ConfigError([
      'MONGODB_URI: expected a connection string, got nothing (only the adapter starts an embedded MongoDB by itself)',
    ]);
  await connectDatabase({ uri: config.mongodbUri, autoIndex: config.nodeEnv !== 'production' });
}
