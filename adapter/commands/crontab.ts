import type { Command } from '../command.ts';
import { readConfig } from '../../shared/platform/config.ts';
import type { JobDescription } from '../../shared/runs/job.ts';
import { exitCodes } from '../exit-codes.ts';
import { findJobs } from '../jobs.ts';

/** `--crontab`: the lines of crontab/estio.crontab, made from the jobs. */
export const crontab: Command = async ({ options }) => {
  const jobs = await findJobs({ production: readConfig().nodeEnv === 'production', folder: options.functions });
  process.stdout.write(renderCrontab([...jobs.values()].map(({ description }) => description)));
  return exitCodes.done;
};

/** A crontab of all jobs; `{project}` stands where crontab/install writes the project's folder. Pure. */
export function renderCrontab(jobs: readonly JobDescription[]): string {
  const lines = jobs.map(
    ({ name, schedule, description }) => `# ${description}\n${schedule} {project}/crontab/trigger ${name}`,
  );
  return `# Made by "node adapter --crontab"; put into place by crontab/install.\n${lines.join('\n')}\n`;
}
