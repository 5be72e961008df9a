import test from 'ava';
import { useDatabase } from '../../doubles/database.ts';
import { startOutlookMailbox } from '../../doubles/mail-suite/outlook-mailbox.ts';
import { checkInterleavings } from '../../doubles/mail-suite/interleavings.ts';

useDatabase(test);

test.serial('whatever happens in whatever order, the CRM ends up with the mail of its contacts', async (t) => {
  await checkInterleavings(t, { start: () => startOutlookMailbox(), seed: 5, plays: 8, ofARun: 1, lostCursors: false });
});

test.serial('so it does when Graph forgets the delta tokens now and then', async (t) => {
  await checkInterleavings(t, { start: () => startOutlookMailbox(), seed: 4, plays: 8, ofARun: 1, lostCursors: true });
});
