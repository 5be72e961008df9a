import test from 'ava';
import { useDatabase } from '../../doubles/database.ts';
import { checkInterleavings } from '../../doubles/mail-suite/interleavings.ts';
import { startOutlookWebMailbox } from '../../doubles/mail-suite/outlook-web-mailbox.ts';

useDatabase(test);

test.serial('after events in any order, the CRM has the mail of its contacts', async (t) => {
  await checkInterleavings(t, {
    start: () => startOutlookWebMailbox(),
    seed: 7,
    plays: 4,
    ofARun: 1,
    lostCursors: false,
  });
});
