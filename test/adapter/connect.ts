import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import anyTest, { type TestFn } from 'ava';
import { Types } from 'mongoose';
import { projectRoot } from '../../adapter/project.ts';
import { Account } from '../../shared/models/account.ts';
import { Location } from '../../shared/models/location.ts';
import { models } from '../../shared/models/index.ts';
import { cleanEnvironment } from '../doubles/adapter.ts';
import { useCommands } from '../doubles/commands.ts';
import { databaseUri, useDatabase } from '../doubles/database.ts';
import { startGmail } from '../doubles/gmail.ts';
import { connectedAccount } from '../doubles/mail.ts';

const test = anyTest as TestFn;
useDatabase(test, models);
const runCommand = useCommands(test);

test('--connect gmail shows an address, waits for the browser, saves the mailbox and syncs it once', async (t) => {
  const gmail = await startGmail('connected@agency.example');
  t.teardown(gmail.close);
  const locks = await mkdtemp(join(tmpdir(), 'estio-connect-'));
  t.teardown(() => rm(locks, { recursive: true, force: true }));
  const locationId = new Types.ObjectId();
  await Location.collection.insertOne({ _id: locationId, name: 'Agency' });
  const settings = Object.fromEntries(
    Object.entries(gmail.environment).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
  const child = spawn(
    process.execPath,
    [join(projectRoot, 'adapter'), '--connect', 'gmail', '--location', String(locationId)],
    {
      cwd: tmpdir(),
      env: cleanEnvironment({ ...settings, MONGODB_URI: databaseUri(), CRON_LOCK_DIR: locks }),
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  let [stdout, stderr, consented] = ['', '', false];
  child.stdout.on('data', (chunk) => (stdout += chunk));
  child.stderr.on('data', (chunk) => {
    stderr += chunk;
    const [address] = /^http\S+(?=\n)/m.exec(stderr) ?? [];
    if (address && !consented) {
      consented = true;
      void consent(address, String(settings['GOOGLE_AUTH_URL']), gmail.email);
    }
  });
  const [code] = (await once(child, 'close')) as [number | null];
  t.is(code, 0, stderr);
  t.regex(stderr, /Connected connected@agency\.example\. The first sync begins\./);
  t.like(JSON.parse(stdout), { job: 'gmail-sync', status: 'succeeded' });
  const account = await Account.findOne({ email: gmail.email }).lean();
  t.like(account, { provider: 'gmail', status: 'active' });
  t.truthy(account?.lastSyncedAt);
});

test('--connect gmail --paste ends when no one can paste anything', async (t) => {
  const locationId = new Types.ObjectId();
  await Location.collection.insertOne({ _id: locationId, name: 'Agency' });
  const child = spawn(
    process.execPath,
    [join(projectRoot, 'adapter'), '--connect', 'gmail', '--location', String(locationId), '--paste'],
    {
      cwd: tmpdir(),
      env: cleanEnvironment({
        MONGODB_URI: databaseUri(),
        GOOGLE_CLIENT_ID: 'id',
        GOOGLE_CLIENT_SECRET: 'secret',
        CREDENTIALS_KEY: Buffer.alloc(32, 7).toString('base64'),
      }),
      stdio: ['ignore', 'ignore', 'pipe'],
    },
  );
  let stderr = '';
  child.stderr.on('data', (chunk) => (stderr += chunk));
  const [code] = (await once(child, 'close')) as [number | null];
  t.is(code, 1, stderr);
  t.regex(stderr, /The input ended before an address was pasted/);
});

async function consent(address: string, authUrl: string, email: string): Promise<void> {
  const answer = await fetch(`${authUrl}/callback`, {
    method: 'POST',
    redirect: 'manual',
    body: new URLSearchParams([...new URL(address).searchParams, ['email', email]]),
  });
  await fetch(answer.headers.get('location') ?? '');
}

test('--connect says which providers there are and what it needs', async (t) => {
  const unknown = await runCommand(['--connect', 'yahoo']);
  t.is(unknown.code, 2);
  t.regex(unknown.stderr, /--connect expects gmail, outlook, outlook-web, got "yahoo"/);
  const keyless = await runCommand(['--connect', 'gmail', '--location', String(new Types.ObjectId())]);
  t.is(keyless.code, 1);
  t.regex(keyless.stderr, /CREDENTIALS_KEY: expected 32 bytes in base64/);
});

test('--disconnect takes an address or an id, and lists the mailboxes when it is not clear which', async (t) => {
  const [one, other] = await Promise.all(
    [1, 2].map(() => connectedAccount({ email: 'twice@agency.example', credentials: 'sealed' })),
  );
  const environment = { MONGODB_URI: databaseUri() };
  const unclear = await runCommand(['--disconnect', 'twice@agency.example'], environment);
  t.is(unclear.code, 2);
  for (const account of [one, other]) t.true(unclear.stderr.includes(String(account?._id)));
  const byId = await runCommand(['--disconnect', String(one?._id)], environment);
  t.is(byId.code, 0, byId.stderr);
  t.like(JSON.parse(byId.stdout), { accountId: String(one?._id), email: 'twice@agency.example' });
  t.like(await Account.findById(one?._id).lean(), { enabled: false });
  t.is(
    (await runCommand(['--disconnect', 'Twice@agency.example'], environment)).code,
    0,
    'the only one that is still connected',
  );
  t.is(await Account.countDocuments({ email: 'twice@agency.example', enabled: false, credentials: undefined }), 2);
  t.is((await runCommand(['--disconnect', 'stranger@agency.example'], environment)).code, 2);
});
