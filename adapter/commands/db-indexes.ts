import { readConfig } from '../../shared/platform/config.ts';
import { connectDatabase, disconnectDatabase } from '../../shared/platform/database.ts';
import { createLogger } from '../../shared/platform/logger.ts';
import { ensureIndexes, type IndexReport } from '../../shared/models/ensure-indexes.ts';
import { databaseAddress } from '../database-address.ts';
import { exitCodes } from '../exit-codes.ts';
import type { Command } from '../command.ts';

export const dbIndexes: Command = async ({ options }) => {
  const log = await createLogger({ level: 'error', fd: 2 });
  const { uri, release } = await databaseAddress(readConfig(), log);
  try {
    await connectDatabase({ uri, autoIndex: false });
    const reports = await ensureIndexes({ dryRun: options['dry-run'] === true });
    process.stdout.write(options.json ? `${JSON.stringify(reports, null, 2)}\n` : renderReports(reports));
    return reports.some(({ problems }) => problems.length > 0) ? exitCodes.failed : exitCodes.done;
  } finally {
    await disconnectDatabase();
    await release();
  }
};

function renderReports(reports: readonly IndexReport[]): string {
  const lines = reports.flatMap(({ collection, created, missing, extra, problems }) => [
    ...created.map((index) => `created  ${collection} ${index}`),
    ...missing.map((index) => `missing  ${collection} ${index}`),
    ...extra.map((index) => `unknown  ${collection} ${index} (left alone)`),
    ...problems.map(({ index, reason }) => `problem  ${collection} ${index}: ${reason}`),
  ]);
  const sum = (count: (report: IndexReport) => number) => reports.reduce((total, report) => total + count(report), 0);
  const total =
    `${sum((report) => report.present.length)} were there, ${sum((report) => report.created.length)} created, ` +
    `${sum((report) => report.problems.length)} problems`;
  return `${[...lines, total].join('\n')}\n`;
}
