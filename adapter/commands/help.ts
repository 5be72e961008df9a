import type { Command } from '../command.ts';
import { version } from '../../shared/platform/version.ts';
import { exitCodes } from '../exit-codes.ts';

const text = `estio-cron ${version}: the scheduled jobs of Estio.

Usage:
  node adapter                      serve the jobs over HTTP (HOST:PORT, 127.0.0.1:8787)
  node adapter --invoke <job>       run one job here; the result goes to stdout as JSON
      --dry-run                     change nothing, say what would change (purge-trash, sync-feeds)
      --confirm-removals            withdraw what the removal guard of --feed-id holds (sync-feeds)
      --account-id, --feed-id, --location-id, --contact-id <id>   narrow the run
      --json                        one line of JSON, also on a terminal
  node adapter --connect gmail|outlook|outlook-web --location <id>   connect a mailbox and sync it once
      --paste                       gmail, over SSH: paste the address to which the browser was sent
      --cookies <file>              outlook-web: take a session exported elsewhere (JSON or Netscape format)
  node adapter --disconnect <account id|address> [--json]   end the syncing of a mailbox; its mail goes to the trash
  node adapter --list [--json]      the jobs and their schedules
  node adapter --crontab            the crontab lines of the jobs
  node adapter --feed-preview <url|file|id>  look at a property feed before it is added, or at a stored one
      --format <name>               one of the known formats (npm run recipes); without it the format is found out
      --mapping <file>              read the feed by a mapping (JSON); without it one is proposed for an unknown feed
      --show <n>                    how many listings are shown (5); --json: the whole preview as JSON
      --save <feed id>              approve the mapping that is shown: the runs of that feed read it from then on
      --mode snapshot|delta         with --save: whether what is absent was removed, where the feed does not say
  node adapter --deliver-events     send the events that wait to EVENT_WEBHOOK_URL
  node adapter --replay-event <id|type|dead>   send events again
  node adapter --event-types [--json]          the events and their payloads (JSON Schema)
  node adapter --runs [job] [--json]   the history of runs, newest first
      --status <status>, --limit <n>, --before <time>   narrow it
  node adapter --doctor [--json]    look at everything that a server needs, and say what to do
  node adapter --db-indexes [--dry-run] [--json]   create the indexes that are missing; drops none
  node adapter --repair-records [--dry-run] [--json]   mend records that can only mean one thing, name the others
  node adapter --help, --version
      --functions <folder>          the bundles of another folder instead of dist/functions

Exit codes: 0 done or skipped, 1 failed, 2 wrong usage, 3 partly done.
Settings come from the environment and from .env in the project's folder (another file: ESTIO_CRON_ENV).
`;

/** `--help`: what there is to ask for. */
export const help: Command = async () => {
  process.stdout.write(text);
  return exitCodes.done;
};

/** `--version` */
export const showVersion: Command = async () => {
  console.log(version);
  return exitCodes.done;
};
