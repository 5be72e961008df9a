/** Help texts. Pure. */

import type { CommandName } from './arguments.ts';

const feedSettings = `      --name, --location <id>, --format <name>, --mapping <file>, --mode snapshot|delta,
      --currency <code>, --country <code>   if the feed names none; --id-from reference, --fetch http|browser,
      --encoding <name>, --image-base-url <url>, --host-key SHA256:...
      --auth-user <name>            the login; --auth-password takes the password from standard input (hidden),
                                    --auth-key <file> an SFTP key, with --auth-password as its passphrase`;

const usages: readonly { readonly of: readonly CommandName[]; readonly text: string }[] = [
  {
    of: ['serve'],
    text: `  node adapter                      serve the jobs over HTTP (HOST:PORT, 127.0.0.1:8787)`,
  },
  {
    of: ['invoke'],
    text: `  node adapter --invoke <job>       run one job here; the result goes to stdout as JSON
      --dry-run                     change nothing, show what would change (purge-trash, sync-feeds)
      --confirm-removals            withdraw what the removal guard of --feed-id holds (sync-feeds)
      --account-id, --feed-id, --location-id, --contact-id <id>   narrow the run
      --json                        one line of JSON, also on a terminal`,
  },
  {
    of: ['connect'],
    text: `  node adapter --connect gmail|outlook|outlook-web --location <id>   connect a mailbox and sync it once
      --paste                       gmail, over SSH: paste the address to which the browser was sent
      --cookies <file>              outlook-web: use a session exported elsewhere (JSON or Netscape format)
      --link                        gmail, outlook: print a link with which someone connects their own mailbox,
                                    once, within a day (PUBLIC_URL)
      --json                        the run's result in one line, also on a terminal`,
  },
  {
    of: ['disconnect'],
    text:
      '  node adapter --disconnect <account id|address> [--json]   stop syncing a mailbox, and put ' +
      'its mail into the trash',
  },
  {
    of: ['account-list'],
    text: `  node adapter --account-list [--location <id>] [--json]   the mailboxes with their ids and their state`,
  },
  {
    of: ['account-pause', 'account-resume'],
    text: `  node adapter --account-pause, --account-resume <account id|address> [--json]   stop reading it; continue`,
  },
  {
    of: ['location-list'],
    text: `  node adapter --location-list [--json]   the locations with their ids`,
  },
  { of: ['list'], text: `  node adapter --list [--json]      the jobs and their schedules` },
  {
    of: ['crontab'],
    text: `  node adapter --crontab            the crontab lines of the jobs (crontab/install puts them into place)
      --template                    with a placeholder for the folder, as in crontab/estio.crontab`,
  },
  {
    of: ['feed-preview'],
    text: `  node adapter --feed-preview <url|file|id>  look at a property feed before it is added, or at a stored one
      --format <name>               one of the known formats (npm run recipes); without it the format is detected
      --mapping <file>              read the feed by a mapping (JSON); without it one is proposed for an unknown feed
      --show <n>                    how many listings are shown (5); --json: the whole preview as JSON
      --save <feed id>              approve the mapping shown: runs of that feed use it from then on
      --mode snapshot|delta         with --save: if the feed does not say it: whether missing listings were removed`,
  },
  {
    of: ['feed-add'],
    text: `  node adapter --feed-add <address> --location <id>   show a feed, and add it when you confirm
      --yes                         add it without asking; needed where there is no terminal
${feedSettings}
      --show <n>                    how many listings are shown (5); --json: the preview and the feed as JSON`,
  },
  {
    of: ['feed-list'],
    text: `  node adapter --feed-list [--location <id>] [--json]   the feeds with their ids, settings and state`,
  },
  {
    of: ['feed-set'],
    text: `  node adapter --feed-set <id> [--json]   change settings of a feed; an empty value ('') clears one
      --url <address>               its new address; for another server, enter its login again
${feedSettings}`,
  },
  {
    of: ['feed-pause', 'feed-resume'],
    text: `  node adapter --feed-pause, --feed-resume <id> [--json]   stop reading it; continue`,
  },
  {
    of: ['feed-remove'],
    text: `  node adapter --feed-remove <id> [--json]   end a feed; on a terminal it asks what to do with its listings
      --keep-listings               they stay as they are
      --withdraw-listings           those on offer are withdrawn, except those with a locked status`,
  },
  {
    of: ['restore'],
    text: `  node adapter --restore <kind> <id> [--json]   take a record out of the trash: a contact, conversation,
                                    message, deal, offer, viewing, property, company or feed`,
  },
  {
    of: ['erase-contact'],
    text: `  node adapter --erase-contact <id> [--json]   delete everything stored about a person
      --dry-run                     only show what would be deleted; --yes: delete without asking`,
  },
  {
    of: ['deliver-events'],
    text: `  node adapter --deliver-events [--json]   send the events that wait to EVENT_WEBHOOK_URL`,
  },
  {
    of: ['replay-event'],
    text: `  node adapter --replay-event <id|type|dead> [--json]   send events again`,
  },
  {
    of: ['event-types'],
    text: `  node adapter --event-types [--json]          the events and their payloads (JSON Schema)`,
  },
  {
    of: ['runs'],
    text: `  node adapter --runs [job] [--json]   the history of runs, newest first
      --status <status>, --limit <n>, --before <time>   narrow it`,
  },
  {
    of: ['doctor'],
    text: `  node adapter --doctor [--json]    check what a server needs, and say how to fix it
      --test-alert                  send a test to ALERT_EMAIL and ALERT_WEBHOOK_URL`,
  },
  {
    of: ['db-indexes'],
    text: `  node adapter --db-indexes [--dry-run] [--json]   create the indexes that are missing; drops none`,
  },
  {
    of: ['repair-records'],
    text: `  node adapter --repair-records [--dry-run] [--json]   repair values that can only mean one thing`,
  },
  {
    of: ['help', 'version'],
    text: `  node adapter --help, --version    this; --help after a command explains that command
      --functions <folder>          the bundles of another folder instead of dist/functions`,
  },
];

const end = `Exit codes: 0 done or skipped, 1 failed, 2 wrong usage, 3 partly done.
Settings come from the environment and from .env in the project's folder (another file: ESTIO_CRON_ENV).`;

/** @param about a command; unset: all */
export function usageText(about?: string): string {
  const meant = usages.filter(({ of }) => about === undefined || (of as readonly string[]).includes(about));
  return `Usage:\n${meant.map(({ text }) => text).join('\n')}\n\n${end}\n`;
}
