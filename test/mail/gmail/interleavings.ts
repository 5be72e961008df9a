import test from 'ava';
import { useDatabase } from '../../doubles/database.ts';
import { startGmailMailbox } from '../../doubles/mail-suite/gmail-mailbox.ts';
import { checkInterleavings } from '../../doubles/mail-suite/interleavings.ts';

useDatabase(test);

test.serial('whatever happens in whatever order, the CRM ends up with the mail of its contacts', async (t) => {
  t.timeout(600_000);
  await checkInterleavings(t, { start: () => startGmailMailbox(), seed: 90210, runs: 8, lostCursors: false });
});

test.serial('so it does when Gmail forgets the history now and then', async (t) => {
  t.timeout(600_000);
  await checkInterleavings(t, { start: () => startGmailMailbox(), seed: 4, runs: 8, lostCursors: true });
});
