import test from 'ava';
import { useDatabase } from '../../doubles/database.ts';
import { startGmailMailbox } from '../../doubles/mail-suite/gmail-mailbox.ts';
import { checkKills } from '../../doubles/mail-suite/kills.ts';

useDatabase(test);

test('a sync that is killed again and again loses nothing and doubles nothing', async (t) => {
  await checkKills(t, { start: () => startGmailMailbox(), arrivals: 6 });
});
