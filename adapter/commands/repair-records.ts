import { repairRecords, type FieldReport } from '../../shared/models/repair-records.ts';
import type { Command } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';
import { withDatabase } from '../with-database.ts';

export const repair: Command = async ({ options }) =>
  withDatabase(async () => {
    const dryRun = options['dry-run'] === true;
    const reports = await repairRecords({ dryRun });
    process.stdout.write(options.json ? `${JSON.stringify(reports, null, 2)}\n` : renderReports(reports, dryRun));
    return reports.some(({ unreadable }) => unreadable > 0) ? exitCodes.partial : exitCodes.done;
  });

function renderReports(reports: readonly FieldReport[], dryRun: boolean): string {
  const mended = dryRun ? 'mendable  ' : 'mended    ';
  const line = (what: string, { collection, field }: FieldReport, count: number, ids: readonly string[]) =>
    `${what}  ${collection} ${field}: ${count} (${ids.join(', ')}${count > ids.length ? ', ...' : ''})`;
  const lines = reports.flatMap((report) => [
    ...(report.mended > 0 ? [line(mended, report, report.mended, report.mendedIds)] : []),
    ...(report.unreadable > 0 ? [line('unreadable', report, report.unreadable, report.unreadableIds)] : []),
  ]);
  const sum = (of: 'mended' | 'unreadable') => reports.reduce((total, report) => total + report[of], 0);
  const total = `${sum('mended')} ${dryRun ? 'can be mended' : 'mended'}, ${sum('unreadable')} for a person to look at`;
  return `${[...lines, total].join('\n')}\n`;
}
