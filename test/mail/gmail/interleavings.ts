import test from 'ava';
import { useDatabase } from '../../doubles/database.ts';
import { startGmailMailbox } from '../../doubles/mail-suite/gmail-mailbox.ts';
import { checkInterleavings } from '../../doubles/mail-suite/interleavings.ts';

useDatabase(test);

test.serial('whatever happens in whatever order, the CRM ends up with the mail of its contacts', async (t) => {
  await checkInterleavings(t, {
    start: () => startGmailMailbox(),
    seed: 90210,
    plays: 8,
    ofARun: 1,
    lostCursors: false,
  });
});

test.serial('so it does when Gmail forgets the history now and then', async (t) => {
  await checkInterleavings(t, { start: () => startGmailMailbox(), seed: 4, plays: 8, ofARun: 1, lostCursors: true });
});
