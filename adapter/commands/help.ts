import type { Command } from '../command.ts';
import { version } from '../../shared/platform/version.ts';
import { exitCodes } from '../exit-codes.ts';
import { usageText } from '../usage.ts';

export const help: Command = async ({ argument }) => {
  process.stdout.write(
    argument === undefined
      ? `estio-cron ${version}: the scheduled jobs of Estio.\n\n${usageText()}`
      : usageText(argument),
  );
  return exitCodes.done;
};

export const showVersion: Command = async () => {
  console.log(version);
  return exitCodes.done;
};
