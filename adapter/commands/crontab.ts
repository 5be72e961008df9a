import type { Command } from '../command.ts';
import { readConfig } from '../../shared/platform/config.ts';
import type { JobDescription } from '../../shared/runs/job.ts';
import { exitCodes } from '../exit-codes.ts';
import { servedFolder } from '../installation.ts';
import { findJobs } from '../jobs.ts';

export const crontab: Command = async ({ options }) => {
  const jobs = await findJobs({ production: readConfig().nodeEnv === 'production', folder: options.functions });
  const template = renderCrontab([...jobs.values()].map(({ description }) => description));
  process.stdout.write(
    options.template ? template : template.replaceAll('{project}', () => crontabWord(servedFolder())),
  );
  return exitCodes.done;
};

/** Quotes for the shell, and escapes %, which cron reads as a line break. Pure. */
export function crontabWord(path: string): string {
  const word = /^[\w./%+-]+$/.test(path) ? path : `'${path.replaceAll("'", `'\\''`)}'`;
  return word.replaceAll('%', '\\%');
}

export function renderCrontab(jobs: readonly JobDescription[]): string {
  const lines = jobs.map(
    ({ name, schedule, description }) => `# ${description}\n${schedule} {project}/crontab/trigger ${name}`,
  );
  return `# Made by "node adapter --crontab"; installed by crontab/install.\n${lines.join('\n')}\n`;
}
