import { eraseContact, type Erased } from '../../shared/trash/erase-contact.ts';
import { systemClock } from '../../shared/platform/clock.ts';
import { UsageError } from '../../shared/platform/errors.ts';
import { askYesNo, isInteractive } from '../ask.ts';
import type { Command } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';
import { withDatabase } from '../with-database.ts';

export const erase: Command = ({ options }) =>
  withDatabase(async () => {
    const id = options['erase-contact'] as string;
    const now = systemClock.now();
    const found = await eraseContact(id, { dryRun: true, now });
    if (options['dry-run']) return print(found, 'Would go', options.json ?? false);
    if (!options.yes) {
      if (!isInteractive())
        throw new UsageError(
          '--erase-contact cannot be undone. Use --dry-run to see what would be deleted, --yes to delete it',
        );
      print(found, 'Would go', false);
      if (!(await askYesNo('Delete all of this for good?'))) {
        console.error('Nothing was erased.');
        return exitCodes.done;
      }
    }
    return print(await eraseContact(id, { dryRun: false, now }), 'Erased', options.json ?? false);
  });

function print({ counts, ...who }: Erased, what: string, asJson: boolean): number {
  if (asJson) console.log(JSON.stringify({ ...who, dryRun: what !== 'Erased', counts }));
  else {
    console.log(`${what}: ${who.name ?? 'a contact without a name'} (${who.email ?? 'without an address'})`);
    for (const [name, count] of Object.entries(counts)) if (count > 0) console.log(`  ${count} ${words[name] ?? name}`);
    console.error(
      'Mailboxes and Outlook contacts are not changed. Delete the person there too, or ' +
        'MAIL_CREATE_CONTACTS and OUTLOOK_CREATE_CONTACTS may create the contact again.',
    );
  }
  return exitCodes.done;
}

const words: Readonly<Record<string, string>> = {
  contacts: 'contact',
  keptRequests: 'requests for earlier mail',
  referencesCleared: 'records of others that stay, without the reference',
};
