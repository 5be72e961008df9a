import { readdir } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import test from 'ava';
import { removeLeftovers } from '../../../shared/platform/browser.ts';
import { useDatabase } from '../../doubles/database.ts';
import { checkKills } from '../../doubles/mail-suite/kills.ts';
import { startOutlookWebMailbox } from '../../doubles/mail-suite/outlook-web-mailbox.ts';

useDatabase(test);

const profiles = async () => (await readdir(tmpdir())).filter((name) => name.startsWith(`estio-cron-browser-${userInfo().uid}-`));

test('a sync that is killed ten times loses nothing, doubles nothing, and its browsers go with it', async (t) => {
  t.timeout(900_000);
  const before = await profiles();
  await checkKills(t, { start: () => startOutlookWebMailbox(), seed: 50, kills: 10, arrivals: 4 });
  await removeLeftovers();
  t.deepEqual((await profiles()).filter((name) => !before.includes(name)), []);
});
