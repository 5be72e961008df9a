import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import anyTest, { type TestFn } from 'ava';
import { Types } from 'mongoose';
import { projectRoot } from '../../adapter/project.ts';
import type { FeedLogin } from '../../shared/feeds/fetch/page-request.ts';
import { Account } from '../../shared/models/account.ts';
import { Location } from '../../shared/models/location.ts';
import { PropertyFeed } from '../../shared/models/property-feed.ts';
import { openCredentials } from '../../shared/platform/crypto.ts';
import { cleanEnvironment, type CommandResult } from '../doubles/adapter.ts';
import { useCommands } from '../doubles/commands.ts';
import { databaseUri, useDatabase } from '../doubles/database.ts';
import { startFeedServer, type FeedServer } from '../doubles/feed-server.ts';
import { connectedAccount } from '../doubles/mail.ts';

const test = anyTest as TestFn;
useDatabase(test);
const runCommand = useCommands(test);

const fixture = (name: string) => readFile(fileURLToPath(new URL(`../fixtures/feeds/${name}`, import.meta.url)));
const keyring = { credentialsKey: Buffer.alloc(32, 7).toString('base64'), credentialsKeyPrevious: undefined };
const locationId = new Types.ObjectId();
let server: FeedServer;
test.before(async () => {
  server = await startFeedServer();
  await Location.collection.insertOne({ _id: locationId, name: 'Seaside', timeZone: 'UTC', currency: 'EUR' });
});
test.after.always(() => server.close());

const environment = () => ({
  MONGODB_URI: databaseUri(),
  FEED_ALLOW_PRIVATE: '1',
  CREDENTIALS_KEY: keyring.credentialsKey,
});

const command = (args: readonly string[]) => runCommand(args, environment());

async function commandWithInput(args: readonly string[], input: string): Promise<CommandResult> {
  const child = spawn(process.execPath, [join(projectRoot, 'adapter'), ...args], {
    env: cleanEnvironment(environment()),
  });
  child.stdin.end(input);
  const [stdout, stderr, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  return { code: code as number, stdout, stderr };
}

/** script(1) is the terminal. */
async function onTerminal(args: readonly string[], answer: string): Promise<string> {
  const line = [process.execPath, join(projectRoot, 'adapter'), ...args].join(' ');
  const running = promisify(execFile)('script', ['--quiet', '--return', '--command', line, '/dev/null'], {
    env: { ...cleanEnvironment(environment()), NO_COLOR: '1' },
  });
  running.child.stdout?.on('data', (chunk: string) => {
    if (/\[y\/N\]|\[keep\//.test(chunk)) running.child.stdin?.write(`${answer}\r`);
  });
  return (await running).stdout;
}

const add = (address: string, ...more: readonly string[]) => [
  '--feed-add',
  address,
  '--location',
  String(locationId),
  ...more,
];

test('--feed-add shows a feed, and stores it with --yes alone', async (t) => {
  const url = server.publish('/kyero.xml', await fixture('kyero.xml'));
  const looked = await command(add(url, '--name', 'Villas'));
  t.is(looked.code, 2, looked.stderr);
  t.regex(looked.stdout, /Format: +KYERO/);
  t.regex(looked.stderr, /add --yes to add the feed\. Nothing was stored/);
  t.is(await PropertyFeed.countDocuments({ url }), 0);

  const added = await command(
    add(url, '--name', 'Villas', '--currency', '€', '--country', 'Cyprus', '--id-from', 'reference', '--yes', '--json'),
  );
  t.is(added.code, 0, added.stderr);
  const { feed, preview, ...result } = JSON.parse(added.stdout) as Record<string, Record<string, unknown>>;
  t.deepEqual(result, { stored: true, needsMapping: false } as never);
  t.like(feed, { name: 'Villas', currency: 'EUR', country: 'CY', idFrom: 'reference', hasLogin: false });
  t.is(preview?.['format'], 'KYERO');
  t.like(await PropertyFeed.findOne({ url }).lean(), { locationId, isActive: true, format: 'AUTO', name: 'Villas' });
});

test('a login comes from standard input or out of the address, is used for the look, and is kept sealed', async (t) => {
  const xml = await fixture('kyero.xml');
  const isSignedIn = (header = '') => Buffer.from(header.slice(6), 'base64').toString() === 'reader:pass:word';
  for (const path of ['/stdin.xml', '/address.xml'])
    server.publish(path, (request, response) =>
      isSignedIn(request.headers.authorization) ? response.end(xml) : response.writeHead(401).end(),
    );
  const typed = add(`${server.origin}/stdin.xml`, '--auth-user', 'reader', '--auth-password', '--yes', '--json');
  const given = await commandWithInput(typed, 'pass:word\n');
  t.is(given.code, 0, given.stderr);
  const address = `${server.origin.replace('//', '//reader:pass%3Aword@')}/address.xml`;
  const inAddress = await command(add(address, '--yes', '--json'));
  t.is(inAddress.code, 0, inAddress.stderr);
  for (const path of ['/stdin.xml', '/address.xml']) {
    const stored = await PropertyFeed.findOne({ url: server.origin + path }).lean();
    t.deepEqual(openCredentials<FeedLogin>(stored?.auth ?? '', String(stored?._id), keyring), {
      username: 'reader',
      password: 'pass:word',
    });
  }
  t.notRegex(given.stdout + given.stderr + inAddress.stdout + inAddress.stderr, /pass(:|%3A)word/);
});

test('a feed in an unknown format is held until someone has seen its mapping', async (t) => {
  const url = server.publish('/own.xml', await fixture('generic-rss.xml'));
  const held = await command(add(url, '--yes'));
  t.is(held.code, 3, held.stderr);
  t.regex(held.stderr, /Its format is unknown: .*--feed-preview [0-9a-f]{24} --save/);
  t.like(await PropertyFeed.findOneAndDelete({ url }).lean(), { format: 'AUTO', mapping: undefined });
  t.regex(await onTerminal(add(url), 'y'), /read by the mapping shown above\? \[y\/N\].*Added /s);
  t.like(await PropertyFeed.findOne({ url }).lean(), { format: 'GENERIC' });
});

test('a folder of this host is added like any other feed, when FEED_FOLDERS has it', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'estio-feeds-'));
  t.teardown(() => rm(folder, { recursive: true }));
  await mkdir(join(folder, 'agency'));
  await writeFile(join(folder, 'agency', 'full.xml'), await fixture('kyero.xml'));
  const args = add(`file://${folder}/agency/`, '--yes', '--json');
  const result = await runCommand(args, { ...environment(), FEED_FOLDERS: folder });
  t.is(result.code, 0, result.stderr);
});

test('a feed is changed, paused, listed and removed by its id; its removal asks about listings', async (t) => {
  const { _id } = await PropertyFeed.create({
    locationId,
    url: 'https://a.example/x.xml',
    name: 'Lofts',
    mode: 'delta',
  });
  const id = String(_id);
  const changed = await command(['--feed-set', id, '--name', 'Flats', '--mode', '', '--currency', 'GBP', '--json']);
  t.like(JSON.parse(changed.stdout), { feedId: id, name: 'Flats', currency: 'GBP' });
  t.is((await PropertyFeed.findById(_id).lean())?.mode, undefined);
  t.is((await command(['--feed-pause', id])).code, 0);
  const listed = await command(['--feed-list', '--location', String(locationId)]);
  t.regex(listed.stdout, new RegExp(`${id} +Flats +Seaside +AUTO .*paused`));
  const undecided = await command(['--feed-remove', id]);
  t.is(undecided.code, 2);
  t.regex(undecided.stderr, /--feed-remove expects --keep-listings or --withdraw-listings \(0 are on offer\)/);
  t.regex(await onTerminal(['--feed-remove', id], 'c'), /Nothing was removed/);
  t.regex(await onTerminal(['--feed-remove', id], 'keep'), /Removed Flats/);
  t.like(await PropertyFeed.findById(_id).lean(), { isActive: false });
  const gone = await command(['--feed-resume', id]);
  t.is(gone.code, 2);
  t.regex(gone.stderr, new RegExp(`No feed has the id ${id}`));
});

test('mailboxes and locations are listed, and a mailbox is paused', async (t) => {
  const account = await connectedAccount({ email: 'paused@agency.example', credentials: 'v1.sealed' });
  t.is((await command(['--account-pause', 'paused@agency.example'])).code, 0);
  t.true((await Account.findById(account._id).lean())?.pausedAt instanceof Date);
  const listed = await command(['--account-list', '--json']);
  t.notRegex(listed.stdout, /sealed/);
  t.like((JSON.parse(listed.stdout) as object[])[0], { email: 'paused@agency.example', status: 'paused' });
  t.is((await command(['--account-resume', String(account._id)])).code, 0);
  t.is((await Account.findById(account._id).lean())?.pausedAt, undefined);
  const locations = await command(['--location-list']);
  t.regex(locations.stdout, new RegExp(`${String(locationId)} +Seaside +UTC +EUR`));
});

test('--help with a command explains that command', async (t) => {
  const { code, stdout } = await runCommand(['--feed-list', '--help']);
  t.is(code, 0);
  t.regex(stdout, /--feed-list \[--location/);
  t.notRegex(stdout, /--feed-remove/);
});
