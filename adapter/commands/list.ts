import type { Command } from '../command.ts';
import { readConfig } from '../../shared/platform/config.ts';
import { exitCodes } from '../exit-codes.ts';
import { findJobs } from '../jobs.ts';

export const list: Command = async ({ options }) => {
  const jobs = await findJobs({ production: readConfig().nodeEnv === 'production', folder: options.functions });
  const descriptions = [...jobs.values()].map(({ description }) => description);
  if (options.json) {
    console.log(JSON.stringify(descriptions, null, 2));
  } else {
    for (const { name, schedule, description } of descriptions)
      console.log(`${name.padEnd(16)} ${schedule.padEnd(14)} ${description}`);
  }
  return exitCodes.done;
};
