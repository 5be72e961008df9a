import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { projectRoot } from '../../adapter/project.ts';
import { Location } from '../../shared/models/location.ts';
import { models } from '../../shared/models/index.ts';
import { cleanEnvironment } from '../doubles/adapter.ts';
import { useCommands } from '../doubles/commands.ts';
import { databaseUri, useDatabase } from '../doubles/database.ts';
import { outlookWorld } from '../doubles/outlook-account.ts';
import { outlookWebWorld } from '../doubles/outlook-web-account.ts';

useDatabase(test, models);
const runCommand = useCommands(test);

async function connect(
  args: readonly string[],
  environment: Record<string, string>,
  heard: (stderr: string, child: ChildProcess) => void = () => undefined,
) {
  const locks = await mkdtemp(join(tmpdir(), 'estio-connect-'));
  const child = spawn(process.execPath, [join(projectRoot, 'adapter'), '--connect', ...args], {
    cwd: tmpdir(),
    env: cleanEnvironment({ ...environment, MONGODB_URI: databaseUri(), CRON_LOCK_DIR: locks }),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (chunk) => (stdout += chunk));
  child.stderr.on('data', (chunk) => heard((stderr += chunk), child));
  const [code] = (await once(child, 'close')) as [number | null];
  await rm(locks, { recursive: true, force: true });
  return { code, stdout, stderr };
}

test('--connect outlook shows a code, waits until it was typed, saves the mailbox and syncs it once', async (t) => {
  const world = await outlookWorld(t);
  const { locationId, email } = world.account;
  await Location.collection.insertOne({ _id: locationId, name: 'Agency' });
  const { code, stdout, stderr } = await connect(
    ['outlook', '--location', String(locationId)],
    world.environment,
    (text) => {
      const shown = world.login.userCodes.at(-1);
      if (shown && text.includes(shown)) world.login.decide(shown, email);
    },
  );
  t.is(code, 0, stderr);
  t.regex(stderr, new RegExp(`Connected ${email}\\. The first sync begins\\.`));
  t.like(JSON.parse(stdout), { job: 'outlook-sync', status: 'succeeded' });
  t.like(await world.stored(), { status: 'active' });
});

test('--connect outlook-web takes a cookies file, says how long the session lasts, and syncs once', async (t) => {
  const world = await outlookWebWorld(t);
  const { locationId, email } = world.account;
  await Location.collection.insertOne({ _id: locationId, name: 'Agency' });
  const cookies = join(world.dataDir, 'cookies.json');
  await writeFile(cookies, JSON.stringify(world.web.signIn(email)));
  const { code, stdout, stderr } = await connect(
    ['outlook-web', '--location', String(locationId), '--cookies', cookies],
    world.environment,
  );
  t.is(code, 0, stderr);
  t.regex(stderr, /The session lasts \d+ more days at most\./);
  t.like(JSON.parse(stdout), { job: 'outlook-sync', status: 'succeeded', counts: { accounts: 1 } });
  t.truthy((await world.stored()).lastSyncedAt);
});

test('--connect says when it was cancelled, and which cookies file cannot be read', async (t) => {
  const world = await outlookWorld(t);
  const { locationId } = world.account;
  await Location.collection.insertOne({ _id: locationId, name: 'Agency' });
  let isTold = false;
  const cancelled = await connect(['outlook', '--location', String(locationId)], world.environment, (text, child) => {
    // Once: a second signal ends it at once.
    if (!isTold && text.includes('within 15 minutes')) isTold = child.kill('SIGINT');
  });
  t.is(cancelled.code, 1);
  t.regex(cancelled.stderr, /Cancelled, asked to stop \(SIGINT\): nothing was connected/);
  const unread = await runCommand(
    ['--connect', 'outlook-web', '--location', String(locationId), '--cookies', '/proc/none'],
    { ...world.environment, MONGODB_URI: databaseUri() },
  );
  t.is(unread.code, 2);
  t.regex(unread.stderr, /--cookies expects a file that can be read, got "\/proc\/none" \(ENOENT\)/);
});
