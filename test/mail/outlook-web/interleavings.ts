import test from 'ava';
import { useDatabase } from '../../doubles/database.ts';
import { checkInterleavings } from '../../doubles/mail-suite/interleavings.ts';
import { startOutlookWebMailbox } from '../../doubles/mail-suite/outlook-web-mailbox.ts';

useDatabase(test);

test.serial('whatever happens in whatever order, the CRM ends up with the mail of its contacts', async (t) => {
  await checkInterleavings(t, {
    start: () => startOutlookWebMailbox(),
    seed: 7,
    plays: 4,
    ofARun: 1,
    lostCursors: false,
  });
});
