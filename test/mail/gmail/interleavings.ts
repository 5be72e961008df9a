import test from 'ava';
import { useDatabase } from '../../doubles/database.ts';
import { startGmailMailbox } from '../../doubles/mail-suite/gmail-mailbox.ts';
import { checkInterleavings } from '../../doubles/mail-suite/interleavings.ts';

useDatabase(test);

test.serial('after events in any order, the CRM has the mail of its contacts', async (t) => {
  await checkInterleavings(t, {
    start: () => startGmailMailbox(),
    seed: 90210,
    plays: 8,
    ofARun: 1,
    lostCursors: false,
  });
});

test.serial('after events in any order and lost histories, the CRM has the mail of its contacts', async (t) => {
  await checkInterleavings(t, { start: () => startGmailMailbox(), seed: 4, plays: 8, ofARun: 1, lostCursors: true });
});
