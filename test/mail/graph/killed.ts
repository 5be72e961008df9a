import test from 'ava';
import { useDatabase } from '../../doubles/database.ts';
import { startOutlookMailbox } from '../../doubles/mail-suite/outlook-mailbox.ts';
import { checkKills } from '../../doubles/mail-suite/kills.ts';

useDatabase(test);

test('a sync that is killed fifty times loses nothing and doubles nothing', async (t) => {
  t.timeout(600_000);
  await checkKills(t, { start: () => startOutlookMailbox(), seed: 50, kills: 50, arrivals: 6 });
});
