import test from 'ava';
import { useDatabase } from '../../doubles/database.ts';
import { startOutlookMailbox } from '../../doubles/mail-suite/outlook-mailbox.ts';
import { checkKills } from '../../doubles/mail-suite/kills.ts';

useDatabase(test);

test('a sync that is killed again and again loses nothing and doubles nothing', async (t) => {
  await checkKills(t, { start: () => startOutlookMailbox(), arrivals: 6 });
});
