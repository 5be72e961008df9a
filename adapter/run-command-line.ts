import { environmentFile, loadEnvironmentFile } from '../shared/platform/config.ts';
import { coerceError, ConfigError } from '../shared/platform/errors.ts';
import { parseCommandLine, type CommandName } from './arguments.ts';
import type { Command } from './command.ts';
import { exitCodes } from './exit-codes.ts';
import { projectRoot } from './project.ts';

/** Loaded on demand. */
const commands: Readonly<Record<CommandName, () => Promise<Command>>> = {
  serve: async () => (await import('./commands/serve.ts')).serve,
  invoke: async () => (await import('./commands/invoke.ts')).invoke,
  connect: async () => (await import('./commands/connect.ts')).connect,
  disconnect: async () => (await import('./commands/disconnect.ts')).disconnect,
  list: async () => (await import('./commands/list.ts')).list,
  crontab: async () => (await import('./commands/crontab.ts')).crontab,
  'feed-preview': async () => (await import('./commands/feed-preview.ts')).feedPreview,
  'deliver-events': async () => (await import('./commands/events.ts')).deliver,
  'replay-event': async () => (await import('./commands/events.ts')).replay,
  'event-types': async () => (await import('./commands/events.ts')).showEventTypes,
  doctor: async () => (await import('./commands/doctor.ts')).doctor,
  runs: async () => (await import('./commands/runs.ts')).runs,
  'db-indexes': async () => (await import('./commands/db-indexes.ts')).dbIndexes,
  'repair-records': async () => (await import('./commands/repair-records.ts')).repair,
  'feed-add': async () => (await import('./commands/feed-add.ts')).feedAdd,
  'feed-list': async () => (await import('./commands/feed-list.ts')).feedList,
  'feed-set': async () => (await import('./commands/feed-set.ts')).feedSet,
  'feed-pause': async () => (await import('./commands/feed-pause.ts')).feedPause,
  'feed-resume': async () => (await import('./commands/feed-pause.ts')).feedResume,
  'feed-remove': async () => (await import('./commands/feed-remove.ts')).feedRemove,
  'account-list': async () => (await import('./commands/account-list.ts')).accountList,
  'account-pause': async () => (await import('./commands/account-pause.ts')).accountPause,
  'account-resume': async () => (await import('./commands/account-pause.ts')).accountResume,
  'location-list': async () => (await import('./commands/location-list.ts')).locationList,
  restore: async () => (await import('./commands/restore.ts')).restore,
  'erase-contact': async () => (await import('./commands/erase-contact.ts')).erase,
  help: async () => (await import('./commands/help.ts')).help,
  version: async () => (await import('./commands/help.ts')).showVersion,
};

/** They work with invalid settings. */
const withoutSettings: readonly CommandName[] = ['help', 'version'];

function loadSettings(command: CommandName): void {
  if (withoutSettings.includes(command)) return;
  try {
    loadEnvironmentFile(environmentFile(projectRoot));
  } catch (error) {
    // The doctor reports it.
    if (command !== 'doctor') throw error;
  }
}

export async function runCommandLine(argv: readonly string[]): Promise<number> {
  try {
    const line = parseCommandLine(argv);
    loadSettings(line.command);
    const command = await commands[line.command]();
    return await command(line);
  } catch (thrown) {
    const error = coerceError(thrown);
    console.error(`estio-cron: ${error.message}`);
    if (error.code === 'usage') {
      console.error('Try "node adapter --help".');
      return exitCodes.usage;
    }
    if (error.code === 'unexpected' && !(error instanceof ConfigError))
      console.error((error.cause as Error)?.stack ?? '');
    return exitCodes.failed;
  }
}
