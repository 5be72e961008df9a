import { systemClock } from '../../shared/platform/clock.ts';
import { environmentFile, inspectConfig, type Config } from '../../shared/platform/config.ts';
import { connectDatabase, disconnectDatabase } from '../../shared/platform/database.ts';
import { createLogger } from '../../shared/platform/logger.ts';
import { databaseAddress } from '../database-address.ts';
import { examineAlerts } from '../doctor/alerts.ts';
import { examineBrowser } from '../doctor/chromium.ts';
import {
  examineClock,
  examineCredentials,
  examineEvents,
  examineIndexes,
  examineProviders,
  examineRecords,
  examineServer,
  examineSessions,
  readNeeds,
  type Needs,
} from '../doctor/database.ts';
import { examineEnvironmentFile, examineSecrets } from '../doctor/environment-file.ts';
import { examineOtherHosts } from '../doctor/other-hosts.ts';
import { examine, renderFindings, type Finding } from '../doctor/finding.ts';
import { examineLocks, examineResources, examineRuntime } from '../doctor/host.ts';
import { examineTestSettings } from '../doctor/test-settings.ts';
import { examineAdapter, examineCron, examineCrontab, examineJobs } from '../doctor/schedule.ts';
import { exitCodes } from '../exit-codes.ts';
import type { Command } from '../command.ts';
import { projectRoot } from '../project.ts';

export const doctor: Command = async ({ options }) => {
  const findings = [
    ...examineRuntime(),
    ...(await examineEnvironmentFile(environmentFile(projectRoot))),
    ...(await examineConfigured(options.functions, options['test-alert'] ?? false)),
  ];
  process.stdout.write(options.json ? `${JSON.stringify(findings, null, 2)}\n` : renderFindings(findings));
  return findings.some(({ level }) => level === 'problem') ? exitCodes.failed : exitCodes.done;
};

/** Checks that depend on an unreadable setting are skipped. */
async function examineConfigured(functions: string | undefined, testsAlert: boolean): Promise<readonly Finding[]> {
  const { config, problems } = inspectConfig();
  const unreadable = problems.map((problem) => problem.slice(0, problem.indexOf(':')));
  const isReadable = (...names: string[]) => !names.some((name) => unreadable.includes(name));
  const { findings, needs } = isReadable('MONGODB_URI', 'DATA_DIR') ? await examineDatabase(config) : { findings: [] };
  return [
    ...problems.map((problem): Finding => ({
      what: 'settings',
      level: 'problem',
      found: problem,
      remedy: 'correct it in .env; what depends on it is checked after that',
    })),
    ...examineSecrets(config).filter(({ what }) => isReadable(what)),
    ...examineTestSettings(config),
    ...findings,
    ...examineProviders(config, needs),
    ...(await examineAlerts(config, testsAlert)),
    ...(await examine('locks', 'CRON_LOCK_DIR must name a folder that this user can write', () =>
      examineLocks(config),
    )),
    examineResources(config),
    await examineBrowser(config, needs?.browser, systemClock.now()),
    ...(await examine('jobs', 'npm run build', () => examineJobs(config, functions))),
    await examineCrontab(),
    ...(await examineCron()),
    ...(isReadable('CRON_SECRET', 'CRON_URL', 'HOST', 'PORT') ? [await examineAdapter(config)] : []),
  ];
}

async function examineDatabase(
  config: Config,
): Promise<{ readonly findings: readonly Finding[]; readonly needs?: Needs }> {
  const log = await createLogger({ level: 'error', fd: 2 });
  let needs: Needs | undefined;
  const findings = await examine('database', 'see MONGODB_URI in .env', async () => {
    const { uri, release } = await databaseAddress(config, log);
    try {
      await connectDatabase({ uri, autoIndex: false, timeoutMs: 5000 });
      needs = await readNeeds();
      return [
        await examineServer(config),
        await examineClock(systemClock),
        ...(await examineIndexes(config)),
        await examineCredentials(config),
        await examineSessions(systemClock.now()),
        await examineEvents(),
        await examineRecords(),
        ...(await examineOtherHosts(config)),
      ];
    } finally {
      await disconnectDatabase();
      await release();
    }
  });
  return { findings, ...(needs ? { needs } : {}) };
}
