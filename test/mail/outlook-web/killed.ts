import { readdir } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import test from 'ava';
import { processExists } from '../../../shared/platform/process-tree.ts';
import { removeAbandonedFolders } from '../../../shared/platform/scratch-folder.ts';
import { useDatabase } from '../../doubles/database.ts';
import { checkKills } from '../../doubles/mail-suite/kills.ts';
import { startOutlookWebMailbox } from '../../doubles/mail-suite/outlook-web-mailbox.ts';

useDatabase(test);

const prefix = `estio-cron-browser-${userInfo().uid}-`;
/** Living ones belong to parallel tests. */
const abandoned = async () =>
  (await readdir(tmpdir())).filter(
    (name) => name.startsWith(prefix) && !processExists(Number(name.slice(prefix.length).split('-', 1)[0])),
  );

test('a sync that is killed again and again loses nothing, doubles nothing, and its browsers go with it', async (t) => {
  await checkKills(t, { start: () => startOutlookWebMailbox(), arrivals: 4 });
  await removeAbandonedFolders('browser');
  t.deepEqual(await abandoned(), []);
});
