import type { Command } from '../command.ts';
import type { Options } from '../arguments.ts';
import { readConfig } from '../../shared/platform/config.ts';
import { createLogger } from '../../shared/platform/logger.ts';
import { summarize } from '../../shared/runs/pings.ts';
import type { RunEnvelope } from '../../shared/runs/run-guarded.ts';
import type { RunParameters } from '../../shared/runs/run-context.ts';
import { parseRunParameters } from '../../shared/runs/run-parameters.ts';
import { exitCodeOf } from '../exit-codes.ts';
import { requireInstallation } from '../installation.ts';
import { createJobService, requireJob, type JobService } from '../job-service.ts';
import { namesRecords, requireRecords } from '../known-records.ts';
import { planTable } from '../plan-table.ts';
import { findJobs } from '../jobs.ts';
import { startProgressLine } from '../progress-line.ts';
import { signalled, stopSignals } from '../signals.ts';

const parameterOptions = {
  'account-id': 'accountId',
  'feed-id': 'feedId',
  'location-id': 'locationId',
  'contact-id': 'contactId',
  'dry-run': 'dryRun',
  'confirm-removals': 'confirmRemovals',
} as const;

export const invoke: Command = async ({ options }) => {
  const config = readConfig();
  const prettyLog = process.stderr.isTTY;
  const log = await createLogger({ level: config.logLevel, fd: 2, pretty: prettyLog });
  const jobs = await findJobs({ production: config.nodeEnv === 'production', folder: options.functions, log });
  const { description, file } = requireJob(jobs, options.invoke as string);
  requireInstallation(file);
  const parameters = parseRunParameters(givenParameters(options), description.parameters);
  const service = createJobService({ config, log, jobs, logFd: 2, prettyLog });
  const stop = new AbortController();
  void signalled(stopSignals).then((signal) => {
    log.warn({ signal }, 'stopping at the next safe point; once more stops at once');
    stop.abort(new Error(`asked to stop (${signal})`));
    void signalled(stopSignals).then(() => process.exit(130));
  });
  const line = process.stderr.isTTY ? startProgressLine(process.stderr) : undefined;
  try {
    await checkRecords(service, parameters);
    const envelope = await service.run(description, {
      trigger: 'invoke',
      parameters,
      signal: stop.signal,
      onProgress: (update) => line?.update(update),
    });
    line?.end();
    process.stdout.write(
      `${process.stdout.isTTY && !options.json ? describeEnvelope(envelope) : JSON.stringify(envelope)}\n`,
    );
    return exitCodeOf(envelope.status);
  } finally {
    line?.end();
    await service.close();
  }
};

/** Without the database the run itself fails and says so. */
async function checkRecords(service: JobService, parameters: RunParameters): Promise<void> {
  if (!namesRecords(parameters)) return;
  const isConnected = await service.database().then(
    () => true,
    () => false,
  );
  if (isConnected) await requireRecords(parameters);
}

function describeEnvelope(envelope: RunEnvelope): string {
  if (envelope.status === 'skipped') return `${envelope.job} skipped (${envelope.reason}): ${envelope.detail}`;
  const summary = summarize(envelope);
  return envelope.plan ? `${planTable(envelope.plan, envelope.counts['planNotListed'])}\n\n${summary}` : summary;
}

function givenParameters(options: Options): [string, string][] {
  return Object.entries(parameterOptions).flatMap(([option, parameter]) => {
    const value = options[option as keyof typeof parameterOptions];
    return value === undefined ? [] : [[parameter, value === true ? '1' : String(value)] as [string, string]];
  });
}
