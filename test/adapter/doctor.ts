import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer as createHttpServer } from 'node:http';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import anyTest, { type ExecutionContext, type TestFn } from 'ava';
import mongoose from 'mongoose';
import type { Finding } from '../../adapter/doctor/finding.ts';
import { examineAdapter, examineCron, examineCrontab } from '../../adapter/doctor/schedule.ts';
import { projectRoot } from '../../adapter/project.ts';
import { day } from '../../shared/platform/clock.ts';
import { readConfig } from '../../shared/platform/config.ts';
import { sealCredentials } from '../../shared/platform/crypto.ts';
import { models } from '../../shared/models/index.ts';
import { cleanEnvironment, runAdapter, startAdapter, testSecret, type TestAdapter } from '../doubles/adapter.ts';
import { useCommands } from '../doubles/commands.ts';
import { cronDaemonDouble, crontabDouble } from '../doubles/crontab.ts';
import { databaseName, databaseUri, useDatabase } from '../doubles/database.ts';

const test = anyTest as TestFn;
useDatabase(test, models);
const runCommand = useCommands(test);

const key = randomBytes(32).toString('base64');
const previousKey = randomBytes(32).toString('base64');

const releases: (() => Promise<void>)[] = [];
let adapter: TestAdapter;
test.before('start an adapter to ask', async () => {
  const owner = { teardown: (release: () => Promise<void>) => void releases.push(release) };
  adapter = await startAdapter(owner, { environment: { MONGODB_URI: databaseUri() } });
});
test.after.always('stop it', async () => {
  for (const release of releases) await release();
});

async function environmentFile(
  t: ExecutionContext,
  settings: Readonly<Record<string, string>>,
  mode = 0o600,
): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'estio-doctor-'));
  t.teardown(() => rm(folder, { recursive: true, force: true }));
  const file = join(folder, '.env');
  await writeFile(
    file,
    Object.entries(settings)
      .map(([name, value]) => `${name}=${value}\n`)
      .join(''),
    { mode },
  );
  return file;
}

/** Findings by name. */
async function examine(environment: Readonly<Record<string, string>>) {
  const { code, stdout, stderr } = await runCommand(['--doctor', '--json'], {
    // One test uses the real one.
    CHROMIUM_PATH: '/nowhere/chromium',
    ...environment,
  });
  const findings = JSON.parse(stdout) as Finding[];
  return { code, stdout, stderr, of: (what: string) => findings.find((finding) => finding.what === what) };
}

/** On the same server; dropped afterwards. */
function otherDatabase(t: ExecutionContext) {
  const name = databaseName('doctor');
  const connection = mongoose.connection.useDb(name, { useCache: false });
  t.teardown(() => connection.dropDatabase());
  return { connection, uri: databaseUri(name) };
}

async function closedPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

test('a correct installation has no findings', async (t) => {
  const crontab = await crontabDouble(t);
  await cronDaemonDouble(t);
  const file = await environmentFile(t, {
    CRON_SECRET: testSecret,
    CRON_URL: adapter.url,
    MONGODB_URI: databaseUri(),
    CREDENTIALS_KEY: key,
    CRON_LOCK_DIR: adapter.lockDir,
  });
  const environment = { ESTIO_CRON_ENV: file, PATH: `${crontab.bin}:/usr/bin:/bin` };
  await crontab.write('MAILTO=someone\n');

  const before = await examine(environment);
  t.is(before.code, 1);
  t.like(before.of('crontab'), {
    level: 'problem',
    found: "the jobs are not in this user's crontab",
    remedy: 'crontab/install',
  });
  await crontab.write('# BEGIN estio-cron\n0 0 * * * /elsewhere/crontab/trigger purge-trash\n# END estio-cron\n');
  t.regex((await examine(environment)).of('crontab')?.found ?? '', /installed, but its lines differ/);

  const { stdout: block } = await promisify(execFile)(join(projectRoot, 'crontab', 'install'), ['--print']);
  await crontab.write(`MAILTO=someone\n${block}`);
  const told = await runAdapter(['--doctor'], environment);
  t.is(told.code, 0, told.stdout);
  t.regex(told.stdout, /\nEverything is fine.\n$/);
  for (const line of [
    /✔ Node +v24\./,
    /✔ C library +glibc/,
    /✔ \.env /,
    /✔ CRON_SECRET +39 characters/,
    /✔ database +MongoDB \d/,
    /✔ indexes +all \d+ are there/,
    /✔ locks /,
    /✔ Chromium +\S*Chrome\/\d\S*, with (the system's libraries|the libraries that come with it)/,
    /✔ jobs +gmail-sync, /,
    /✔ crontab +installed, and matches the jobs/,
    /✔ adapter +http:\S+ answers to CRON_SECRET/,
  ]) {
    t.regex(told.stdout, line);
  }
  t.false(told.stdout.includes(testSecret) || told.stdout.includes(key));
});

test('a crontab that cannot be read is not reported as installed', async (t) => {
  const crontab = await crontabDouble(t);
  await crontab.write('1 * * * * mine\n');
  const environment = cleanEnvironment({ PATH: `${crontab.bin}:/usr/bin:/bin` });
  t.like(await examineCrontab(environment), { level: 'problem', found: "the jobs are not in this user's crontab" });
  t.like(await examineCrontab({ ...environment, FAIL_LIST: '1' }), {
    level: 'problem',
    found: 'cannot be read: You (own) are not allowed to use this program (crontab)',
  });
  t.is(
    (await examineCron(environment)).find(({ what }) => what === 'trigger'),
    undefined,
  );
  t.like(
    (await examineCron({ ...environment, PATH: crontab.bin })).find(({ what }) => what === 'trigger'),
    { level: 'problem', remedy: 'apt-get install curl util-linux' },
  );
  // An installer that finds no mktemp.
  await Promise.all(['dirname', 'cat'].map((program) => symlink(`/usr/bin/${program}`, join(crontab.bin, program))));
  const blind = await examineCrontab({ ...environment, PATH: crontab.bin });
  t.is(blind.level, 'problem');
  t.regex(blind.found, /its expected lines cannot be determined: .*mktemp/);
});

test('all unreadable settings are reported without their values, and the rest is checked', async (t) => {
  const folder = dirname(await environmentFile(t, {}));
  const { code, stdout, of } = await examine({
    ESTIO_CRON_ENV: folder,
    MONGODB_URI: databaseUri(),
    CRON_SECRET: 'short-secret',
    PORT: 'eighty',
    CREDENTIALS_KEY: 'no-key',
  });
  t.is(code, 1);
  const told = (JSON.parse(stdout) as Finding[]).filter(({ what }) => what === 'settings').map(({ found }) => found);
  t.is(told.length, 3);
  t.regex(told[0]!, /^CRON_SECRET: expected .*, got a value of 12 characters \(not shown\)$/);
  t.regex(told[1]!, /^PORT: expected a whole number/);
  t.notRegex(stdout, /short-secret|no-key/);
  t.like(of('.env'), { level: 'problem', found: `${folder} cannot be read (EISDIR)` });
  t.like(of('database'), { level: 'ok' });
  t.deepEqual([of('CRON_SECRET'), of('CREDENTIALS_KEY'), of('adapter')], [undefined, undefined, undefined]);
  const started = await runCommand(['--runs'], { ESTIO_CRON_ENV: folder });
  t.like((await examine({ ESTIO_CRON_ENV: join(folder, 'nowhere'), MONGODB_URI: databaseUri() })).of('.env'), {
    level: 'problem',
    remedy: 'correct or remove ESTIO_CRON_ENV',
  });
  t.deepEqual(
    [started.code, started.stderr],
    [
      1,
      `estio-cron: The configuration cannot be used:\n  - ESTIO_CRON_ENV: ${folder}: expected a file that can be ` +
        'read, got EISDIR\n',
    ],
  );
});

test('what is missing or wrong is reported with what to do', async (t) => {
  const { connection, uri } = otherDatabase(t);
  await connection.collection('accounts').insertMany([
    { provider: 'gmail', email: 'a@b.example', enabled: true },
    {
      provider: 'outlook-web',
      email: 'c@d.example',
      enabled: true,
      status: 'active',
      credentialsExpireAt: new Date(Date.now() + 3.5 * day),
    },
  ]);
  const crontab = await crontabDouble(t);
  const notAFolder = await environmentFile(t, {});
  const file = await environmentFile(
    t,
    {
      CRON_SECRT: 'x',
      CRON_SECRET: 'a'.repeat(40),
      MONGODB_URI: uri,
      NODE_ENV: 'production',
      CRON_URL: adapter.url,
      CRON_PING_URL_GMAIL: 'http://127.0.0.1/x',
      CHROMIUM_PATH: '/nonexistent',
    },
    0o644,
  );
  const found = await examine({
    ESTIO_CRON_ENV: file,
    PATH: `${crontab.bin}:/usr/bin:/bin`,
    CRON_MIN_FREE_MB: '1000000',
    CRON_LOCK_DIR: join(notAFolder, 'locks'),
  });
  t.is(found.code, 1);
  t.like(found.of('.env'), { level: 'warning', remedy: `chmod 600 ${file}` });
  t.true(found.stdout.includes('did you mean CRON_SECRET?'));
  t.like(found.of('CRON_SECRET'), { level: 'warning', found: '40 characters, but few different ones' });
  t.like(found.of('CREDENTIALS_KEY'), { level: 'unused' });
  t.like(found.of('indexes'), { level: 'problem', remedy: 'npm run db:indexes' });
  t.like(found.of('Google'), {
    level: 'problem',
    found: 'GOOGLE_CLIENT_ID, GOOGLE_CLIENT_SECRET not set, and mailboxes connected: 1',
  });
  t.like(found.of('Microsoft'), { level: 'unused' });
  t.like(found.of('sessions'), {
    level: 'warning',
    found: 'c@d.example: 3 more days at most',
    remedy: 'node adapter --connect outlook-web',
  });
  t.like(found.of('locks'), { level: 'problem' });
  t.like(found.of('resources'), { level: 'warning' });
  t.like(found.of('pings'), { level: 'warning', found: 'CRON_PING_URL_GMAIL names no job and is not used' });
  t.like(found.of('Chromium'), { level: 'problem' });
  t.like(found.of('adapter'), { level: 'problem', found: `${adapter.url} refuses CRON_SECRET` });
});

test('an unreachable server is named, without a password', async (t) => {
  const closed = await closedPort();
  const found = await examine({
    MONGODB_URI: `mongodb://someone:pass-word@127.0.0.1:${closed}/estio`,
    CRON_SECRET: testSecret,
    PORT: String(closed),
  });
  t.is(found.code, 1);
  t.true(found.of('database')?.found.startsWith(`The database at 127.0.0.1:${closed} cannot be used`));
  t.like(found.of('adapter'), {
    level: 'problem',
    found: `http://127.0.0.1:${closed} cannot be reached (ECONNREFUSED)`,
  });
  t.notRegex(found.stdout + found.stderr, /pass-word/);
});

test('the adapter is asked where crontab/trigger calls it: at IPv6 addresses, and below a path', async (t) => {
  const asked: string[] = [];
  const server = createHttpServer((request, response) => {
    asked.push(String(request.url));
    response.writeHead(200, { 'content-type': 'application/json' }).end('{"runs":[]}');
  }).listen(0, '::1');
  await once(server, 'listening');
  t.teardown(() => server.close().closeAllConnections());
  const { port } = server.address() as AddressInfo;
  t.like(await examineAdapter(readConfig({ CRON_SECRET: testSecret, HOST: '::1', PORT: String(port) })), {
    level: 'ok',
  });
  t.like(await examineAdapter(readConfig({ CRON_SECRET: testSecret, CRON_URL: `http://[::1]:${port}/cron/` })), {
    level: 'ok',
  });
  t.deepEqual(asked, ['/api/runs?limit=1', '/cron/api/runs?limit=1']);
});

test('after a rotation of CREDENTIALS_KEY it tells whether the previous one is still needed', async (t) => {
  const { connection, uri } = otherDatabase(t);
  const id = new mongoose.Types.ObjectId();
  const seal = (keys: [string, string | undefined]) =>
    sealCredentials({ token: 'x' }, String(id), { credentialsKey: keys[0], credentialsKeyPrevious: keys[1] });
  const accounts = connection.collection('accounts');
  await accounts.insertOne({
    _id: id,
    provider: 'gmail',
    email: 'a@b.example',
    enabled: true,
    credentials: seal([previousKey, undefined]),
  });
  const environment = {
    MONGODB_URI: uri,
    CRON_SECRET: testSecret,
    CREDENTIALS_KEY: key,
    CRON_URL: 'http://127.0.0.1:1',
  };

  t.like((await examine(environment)).of('credentials'), {
    level: 'problem',
    found: '1 of 1 cannot be decrypted with CREDENTIALS_KEY or CREDENTIALS_KEY_PREVIOUS',
  });
  const rotating = { ...environment, CREDENTIALS_KEY_PREVIOUS: previousKey };
  t.like((await examine(rotating)).of('credentials'), {
    level: 'ok',
    found: 'all 1 can be decrypted, 1 of them with CREDENTIALS_KEY_PREVIOUS: keep it',
  });
  await accounts.updateOne({ _id: id }, { $set: { credentials: seal([key, previousKey]) } });
  t.like((await examine(rotating)).of('credentials'), {
    level: 'ok',
    found: 'all 1 can be decrypted; CREDENTIALS_KEY_PREVIOUS can be removed',
  });
});

test('--db-indexes tells what is missing, creates it, and then finds it', async (t) => {
  const { uri } = otherDatabase(t);
  const indexes = (...args: string[]) => runCommand(['--db-indexes', ...args], { MONGODB_URI: uri });
  t.regex((await indexes('--dry-run')).stdout, /^missing {2}[^]*\n0 were there, 0 created, 0 problems\n$/);
  const created = await promisify(execFile)('npm', ['run', '--silent', 'db:indexes'], {
    cwd: projectRoot,
    env: cleanEnvironment({ MONGODB_URI: uri }),
  });
  const [, count] = /\n0 were there, (\d+) created, 0 problems\n$/.exec(created.stdout) ?? [];
  t.true(Number(count) > 20);
  t.is((await indexes()).stdout, `${count} were there, 0 created, 0 problems\n`);
});
