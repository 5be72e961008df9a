import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, chown, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import anyTest, { type ExecutionContext, type TestFn } from 'ava';
import { parseEnvironment } from '../../shared/platform/config.ts';
import { projectRoot } from '../../adapter/project.ts';
import { JobRun } from '../../shared/models/job-run.ts';
import { models } from '../../shared/models/index.ts';
import { cleanEnvironment, startAdapter, testSecret } from '../doubles/adapter.ts';
import { databaseUri, useDatabase } from '../doubles/database.ts';
import { useTestJobs } from '../doubles/test-jobs.ts';

const test = anyTest as TestFn;
useDatabase(test, models);
const jobsFolder = useTestJobs(test);

const trigger = join(projectRoot, 'crontab', 'trigger');

interface Result {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly syslog: readonly string[];
}

interface Scene {
  readonly folder: string;
  readonly envFile: string;
  run(job: string, environment?: Readonly<Record<string, string>>): Promise<Result>;
}

async function scene(t: ExecutionContext, settings: Readonly<Record<string, string>> = {}): Promise<Scene> {
  const folder = await mkdtemp(join(tmpdir(), 'estio-trigger-'));
  t.teardown(() => rm(folder, { recursive: true, force: true }));
  const bin = join(folder, 'bin');
  await mkdir(bin);
  await writeFile(join(bin, 'logger'), '#!/bin/sh\nprintf "%s\\n" "$*" >>"$(dirname "$0")/../syslog"\n');
  await chmod(join(bin, 'logger'), 0o755);
  const envFile = join(folder, 'cron.env');
  await writeFile(
    envFile,
    Object.entries({ CRON_SECRET: testSecret, CRON_LOCK_DIR: folder, CRON_RECONNECT: '0s', ...settings })
      .map(([name, value]) => `${name}=${value}\n`)
      .join(''),
  );
  return {
    folder,
    envFile,
    async run(job, environment = {}) {
      const syslog = join(folder, 'syslog');
      await rm(syslog, { force: true });
      const env = cleanEnvironment({ PATH: `${bin}:/usr/bin:/bin`, ESTIO_CRON_ENV: envFile, ...environment });
      const [code, stdout, stderr] = await new Promise<[number, string, string]>((resolve) => {
        execFile(trigger, job.split(' '), { env }, (error, out, err) =>
          resolve([error ? Number(error.code) : 0, out, err]),
        );
      });
      return {
        code,
        stdout,
        stderr,
        syslog: (await readFile(syslog, 'utf8').catch(() => '')).split('\n').filter(Boolean),
      };
    },
  };
}

/** In the adapter's place. */
async function serve(t: ExecutionContext, listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function answers(...all: readonly (readonly [status: number, body: unknown])[]): RequestListener {
  let next = 0;
  return (_, response) => {
    const [status, body] = all[Math.min(next++, all.length - 1)] as readonly [number, unknown];
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    response
      .writeHead(status, { 'content-type': typeof body === 'string' ? 'text/html' : 'application/json' })
      .end(text);
  };
}

const envelope = (status: string, more: object = {}) => ({
  job: 'no-op',
  runId: 'r',
  status,
  startedAt: '2026-11-23T09:00:00.000Z',
  durationMs: 12,
  counts: { done: 3, parked: 1 },
  errors: [],
  ...more,
});

test('the real adapter runs the job; one line in syslog, nothing for cron to mail', async (t) => {
  const adapter = await startAdapter(t, {
    args: ['--functions', jobsFolder()],
    environment: { MONGODB_URI: databaseUri() },
  });
  const { run, folder } = await scene(t, { CRON_URL: `${adapter.url}/` });
  const done = await run('no-op', { CRON_LOCK_DIR: join(folder, 'new', 'locks') });
  t.deepEqual([done.code, done.stdout, done.stderr], [0, '', '']);
  t.is(done.syslog.length, 1);
  t.regex(done.syslog[0] as string, /^-t estio-cron -p cron\.notice -- no-op succeeded in \d+ ms: done:1$/);

  const half = await run('half');
  t.deepEqual([half.code, half.stderr], [3, '']);

  const failed = await run('fail');
  t.is(failed.code, 1);
  t.regex(failed.stderr, /^estio-cron: fail: failed in \d+ ms/);
  t.deepEqual(
    failed.syslog.map((line) => line.replace(/\d+ ms/, 'n ms')),
    ['-t estio-cron -p cron.err -- fail failed in n ms: fail: it cannot be done'],
  );

  const unknown = await run('no-such-job');
  t.is(unknown.code, 8);
  t.regex(unknown.stderr, /knows no such job \(404\): see node adapter --list/);

  const wrong = await run('no-op', { CRON_SECRET: 'b'.repeat(40) });
  t.is(wrong.code, 5);
  t.regex(wrong.stderr, /refused the secret \(401\): CRON_SECRET in the environment is not the adapter's/);
  t.false(wrong.stderr.includes('b'.repeat(40)));
});

for (const [what, answer, code, said] of [
  [
    'a failed run',
    [500, envelope('failed', { errors: [{ scope: 'x', code: 'y', message: 'The feed is gone', retryable: true }] })],
    1,
    /failed in 12 ms: done:3 parked:1: x: The feed is gone$/m,
  ],
  [
    'a run with several errors',
    [
      500,
      envelope('failed', {
        errors: ['The server said "no"\nand "never" (C:\\tmp)', 'second', 'third', 'fourth', 'fifth'].map(
          (message, index) => ({ scope: `feed:${index}`, code: 'y', message, retryable: true }),
        ),
      }),
    ],
    1,
    /: feed:0: The server said "no" and "never" \(C:\\tmp\); feed:1: second; feed:2: third; and 2 more$/m,
  ],
  [
    'a page of a proxy',
    [502, '<html>Bad\nGateway</html>'],
    6,
    /answered 502 with something that is not the adapter's: <html>Bad Gateway<\/html>/,
  ],
  ['JSON that is no envelope', [200, { hello: 'world' }], 10, /answered 200: \{"hello":"world"\}/],
  [
    'an error of the adapter',
    [500, { error: 'Internal error: see the log' }],
    10,
    /answered 500: Internal error: see the log/,
  ],
  ['a shutdown', [503, { error: 'shutting down' }], 9, /is shutting down or not configured \(503\): shutting down/],
] as const) {
  test(`${what} has a code and a message of its own, in syslog and for cron's mail`, async (t) => {
    const { run } = await scene(t, { CRON_URL: await serve(t, answers(answer)) });
    const result = await run('no-op');
    t.is(result.code, code);
    t.regex(result.stderr, said);
    t.is(result.stdout, '');
    t.deepEqual(result.syslog, [
      `-t estio-cron -p cron.err -- ${result.stderr.trim().replace(/^estio-cron: no-op: /, 'no-op ')}`,
    ]);
    t.false(`${result.stderr}${result.syslog.join()}`.includes(testSecret));
  });
}

test('a skip for lack of resources is retried as often as the settings say; one for the lock is not', async (t) => {
  const low = [200, { job: 'no-op', status: 'skipped', reason: 'low-memory', detail: 'x' }] as const;
  const calls: number[] = [];
  const counted =
    (listener: RequestListener): RequestListener =>
    (request, response) => {
      calls.push(1);
      listener(request, response);
    };
  const recovering = await scene(t, {
    CRON_URL: await serve(t, counted(answers(low, low, [200, envelope('succeeded')]))),
    CRON_SKIP_PAUSE: '0s',
  });
  const recovered = await recovering.run('no-op');
  t.deepEqual([recovered.code, calls.length], [0, 3]);
  t.regex(recovered.syslog.at(-1) as string, /no-op succeeded/);

  calls.length = 0;
  const lasting = await scene(t, {
    CRON_URL: await serve(t, counted(answers(low))),
    CRON_SKIP_PAUSE: '0s',
    CRON_SKIP_RETRIES: '2',
  });
  const skipped = await lasting.run('no-op');
  t.deepEqual([skipped.code, skipped.stderr, calls.length], [0, '', 3]);
  t.regex(skipped.syslog.at(-1) as string, /no-op skipped \(low-memory\)/);

  calls.length = 0;
  const locked = await scene(t, {
    CRON_URL: await serve(
      t,
      counted(answers([200, { job: 'no-op', status: 'skipped', reason: 'locked', detail: 'x' }])),
    ),
    CRON_SKIP_PAUSE: '0s',
  });
  const refused = await locked.run('no-op');
  t.deepEqual([refused.code, refused.stderr, calls.length], [0, '', 1]);
});

test('what a hosted platform has left is called for again, by several calls at once', async (t) => {
  let left = 4;
  const paths: (string | undefined)[] = [];
  const CRON_URL = await serve(t, (request, response) => {
    paths.push(request.url);
    left = Math.max(0, left - 1);
    const body = { ...envelope(left > 0 ? 'partial' : 'succeeded'), ...(left > 0 ? { waiting: left, left } : {}) };
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  });
  const { run } = await scene(t, { CRON_URL, CRON_PARALLEL: '2' });
  const id = 'a'.repeat(24);
  t.deepEqual((await run(`no-op --account-id ${id}`)).code, 0);
  t.true(paths.length >= 4 && paths.length <= 5, String(paths));
  t.deepEqual([...new Set(paths)], [`/api/cron/no-op?accountId=${id}`]);

  left = 1000;
  paths.length = 0;
  const short = await scene(t, { CRON_URL, CRON_MAX_TIME: '3s' });
  t.is((await short.run('no-op')).code, 3, 'when its time is over, what is left waits for the next call');
  t.true(paths.length >= 1 && paths.length <= 4, String(paths.length));
});

test('the answer of a background function is accepted, and not waited for', async (t) => {
  const CRON_URL = await serve(t, (_, response) => void response.writeHead(202).end());
  const { code, stderr, syslog } = await (await scene(t, { CRON_URL })).run('no-op');
  t.deepEqual([code, stderr], [0, '']);
  t.regex(syslog.at(-1) as string, /accepted \(202\)/);
});

test('an adapter that is down, and one that does not answer, are distinguished', async (t) => {
  const closed = createServer().listen(0, '127.0.0.1');
  await once(closed, 'listening');
  const { port } = closed.address() as AddressInfo;
  closed.close();
  await once(closed, 'close');
  const down = await (await scene(t, { PORT: String(port) })).run('no-op');
  t.is(down.code, 4);
  t.regex(
    down.stderr,
    new RegExp(`the adapter at http://127\\.0\\.0\\.1:${port} cannot be reached: .*\\(is it running\\?\\)`),
  );
  const slow = await (await scene(t, { CRON_URL: await serve(t, () => undefined), CRON_MAX_TIME: '1s' })).run('no-op');
  t.is(slow.code, 7);
  t.regex(slow.stderr, /no answer from http:\/\/127\.0\.0\.1:\d+ within 1 s/);
});

test('TMPDIR does not decide where the locks are', async (t) => {
  const url = await serve(t, answers([200, envelope('succeeded')]));
  const { run, folder } = await scene(t, { CRON_URL: url, CRON_LOCK_DIR: '' });
  const job = `locks-${process.pid}`;
  const lock = `/tmp/estio-cron-trigger-${userInfo().uid}-${job}.lock`;
  t.teardown(() => rm(lock, { force: true }));
  t.is((await run(job, { TMPDIR: folder })).code, 0);
  await t.notThrowsAsync(readFile(lock));
});

test('settings that cannot be used have codes of their own and say what was expected', async (t) => {
  const { run, envFile, folder } = await scene(t);
  for (const [job, environment, code, said] of [
    ['../x', {}, 2, /'\.\.\/x' is no job name: expected lower-case letters, digits and dashes/],
    ['--halp', {}, 2, /'--halp' is no job name/],
    ['no-op --halp', {}, 2, /'--halp' is unknown/],
    ['no-op --account-id', {}, 2, /--account-id: expected an id behind it/],
    ['no-op --account-id=12', {}, 2, /--account-id: expected an id of 24 hexadecimal digits, got '12'/],
    ['no-op', { ESTIO_CRON_ENV: join(folder, 'nowhere') }, 11, /there is no .*nowhere, which ESTIO_CRON_ENV names/],
    [
      'no-op',
      { ESTIO_CRON_ENV: join(folder, 'nowhere'), CRON_SECRET: testSecret },
      11,
      /there is no .*nowhere, which ESTIO_CRON_ENV names/,
    ],
    ['no-op', { ESTIO_CRON_ENV: '/dev/null' }, 13, /CRON_SECRET is not set: expected it in \/dev\/null/],
    [
      'no-op',
      { CRON_SECRET: 'a b"c' },
      13,
      /CRON_SECRET in the environment has characters that a bearer token cannot have/,
    ],
    ['no-op', { PORT: 'abc' }, 2, /PORT: expected a whole number from 1 to 65535, got 'abc'/],
    ['no-op', { PORT: '0' }, 2, /PORT: expected a whole number from 1 to 65535, got '0'/],
    ['no-op', { PORT: '65536' }, 2, /PORT: expected a whole number from 1 to 65535, got '65536'/],
    ['no-op', { PORT: '-1' }, 2, /PORT: expected a whole number from 1 to 65535, got '-1'/],
    ['no-op', { PORT: '8787/x' }, 2, /PORT: expected a whole number from 1 to 65535, got '8787\/x'/],
    ['no-op', { HOST: 'a b' }, 2, /HOST: expected a host name or address, got 'a b'/],
    ['no-op', { HOST: 'http://localhost' }, 2, /HOST: expected a host name or address, got 'http:\/\/localhost'/],
    ['no-op', { CRON_LOCK_DIR: 'locks' }, 2, /CRON_LOCK_DIR: expected a path that begins with \/, got 'locks'/],
    ['no-op', { CRON_SKIP_RETRIES: '21' }, 2, /CRON_SKIP_RETRIES: expected a whole number from 0 to 20, got '21'/],
    ['no-op', { CRON_PARALLEL: '0' }, 2, /CRON_PARALLEL: expected a whole number from 1 to 20, got '0'/],
    ['no-op', { CRON_MAX_TIME: '0s' }, 2, /CRON_MAX_TIME: expected more than 0s/],
    ['no-op', { CRON_URL: 'file:///etc' }, 2, /CRON_URL: expected an address that begins with http:/],
    ['no-op', { CRON_URL: '--version' }, 2, /CRON_URL: expected an address that begins with http:/],
    ['no-op', { CRON_SKIP_RETRIES: 'abc' }, 2, /CRON_SKIP_RETRIES: expected a whole number from 0 to 20, got 'abc'/],
    ['no-op', { CRON_BUDGET: '30' }, 2, /CRON_BUDGET: expected a length of time such as 90s, 30m or 2h, got '30'/],
  ] as const) {
    const result = await run(job, environment);
    t.is(result.code, code, result.stderr);
    t.regex(result.stderr, said);
    t.notRegex(result.stderr, /a b"c/);
  }
  const help = await run('--help');
  t.deepEqual([help.code, help.stderr], [0, '']);
  t.regex(help.stdout, /crontab\/trigger <job>\n[^]*Exit codes:\n +0 +succeeded or skipped/);
  t.deepEqual(
    (await readdir(folder)).filter((name) => name.endsWith('.lock')),
    [],
  );
  for (const url of ['http://a b:1', 'http://localhost:abc']) {
    const { code, stderr } = await run('no-op', { CRON_URL: url });
    t.is(code, 2);
    t.true(stderr.includes(`CRON_URL: expected a web address, got '${url}' (`), stderr);
  }
  if (userInfo().uid !== 0) {
    await chmod(envFile, 0);
    t.like(await run('no-op'), { code: 12 });
  }
});

test('a lock file that cannot be written names the cause and the remedy that fits', async (t) => {
  const { run, envFile, folder } = await scene(t);
  const complaint = async (environment = {}) => (await run('no-op', environment)).stderr;
  for (const [at, cause] of [
    [join(envFile, 'no-folder'), 'Not a directory'],
    [envFile, 'File exists'],
    ['/proc/nope', 'No such file or directory'],
    ['/proc', ''],
  ] as const) {
    const said = await complaint({ CRON_LOCK_DIR: at });
    t.true(said.includes(`${cause}. Choose another folder (CRON_LOCK_DIR)\n`), said);
  }
  const lock = join(folder, `estio-cron-trigger-${userInfo().uid}-no-op.lock`);
  await symlink(join(folder, 'elsewhere'), lock);
  t.regex(await complaint(), /it is a symbolic link, which is not followed\. Remove it with: rm -- '\//);
  await rm(lock);
  await mkdir(lock);
  t.regex(await complaint(), /it is a folder\. Remove it with: rmdir -- '\//);
  if (userInfo().uid !== 0) return;
  await rm(lock, { recursive: true });
  await writeFile(lock, '');
  await chown(lock, 65_534, 65_534);
  t.regex(await complaint(), /another user owns it\. Remove it with: sudo rm -- '\//);
});

test('while one call waits for a run, another lets the adapter record the skip and does not wait', async (t) => {
  const adapter = await startAdapter(t, {
    args: ['--functions', jobsFolder()],
    environment: { MONGODB_URI: databaseUri() },
  });
  const { run } = await scene(t, { CRON_URL: adapter.url });
  const first = run('patient');
  await adapter.logged((line) => line.msg === 'started' && line['job'] === 'patient');
  const second = await run('patient');
  t.deepEqual([second.code, second.stderr], [0, '']);
  t.deepEqual(second.syslog, ['-t estio-cron -p cron.notice -- patient skipped (locked)']);
  adapter.kill('SIGTERM');
  t.is((await first).code, 3);
  await adapter.exited;
  t.is(await JobRun.countDocuments({ job: 'patient', status: 'skipped', reason: 'locked' }), 1);
});

test('it waits as long as a run may take: the budget, the grace and a minute', async (t) => {
  const { run, folder } = await scene(t, { CRON_URL: 'http://127.0.0.1:1', CRON_BUDGET: '1.5h', CRON_GRACE: '90s' });
  await writeFile(join(folder, 'bin', 'curl'), '#!/bin/sh\nprintf "%s\\n" "$@" >"$(dirname "$0")/../curl"\nexit 7\n', {
    mode: 0o755,
  });
  t.is((await run('no-op')).code, 4);
  t.regex(await readFile(join(folder, 'curl'), 'utf8'), /^--max-time\n55[45]\d$/m);
  await run('no-op', { CRON_MAX_TIME: '250ms' });
  t.regex(await readFile(join(folder, 'curl'), 'utf8'), /^--max-time\n1$/m);
});

test('a second trigger does not wait for the same run, and no process shows the secret', async (t) => {
  const asked = Promise.withResolvers<() => void>();
  let authorization: string | undefined;
  const url = await serve(t, (request, response) => {
    authorization = request.headers.authorization;
    asked.resolve(
      () =>
        void response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(envelope('succeeded'))),
    );
  });
  const { run } = await scene(t, { CRON_URL: url });
  const first = run('no-op');
  const answer = await asked.promise;
  t.is(authorization, `Bearer ${testSecret}`);

  const second = await run('no-op', { CRON_MAX_TIME: '1s' });
  t.deepEqual([second.code, second.stderr], [0, '']);
  t.deepEqual(second.syslog, [
    '-t estio-cron -p cron.notice -- no-op an earlier call is still waiting for this job; this one had no answer ' +
      'within 10 s and ends',
  ]);

  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const commands = await Promise.all(pids.map((pid) => readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')));
  t.true(
    commands.some((command) => command.includes('/api/cron/no-op')),
    'curl is looked at',
  );
  t.deepEqual(
    commands.filter((command) => command.includes(testSecret)),
    [],
  );
  answer();
  t.is((await first).code, 0);
});

test('between a change of .env and the restart the previous secret is sent', async (t) => {
  const previous = 'the-secret-before-the-rotation-0123456789';
  const sent: (string | undefined)[] = [];
  const url = await serve(t, (request, response) => {
    sent.push(request.headers.authorization);
    const accepted = request.headers.authorization === `Bearer ${previous}`;
    response
      .writeHead(accepted ? 200 : 401, { 'content-type': 'application/json' })
      .end(JSON.stringify(accepted ? envelope('succeeded') : { error: 'x' }));
  });
  const { run } = await scene(t, { CRON_URL: url, CRON_SECRET_PREVIOUS: previous });
  t.is((await run('no-op')).code, 0);
  t.deepEqual(sent, [`Bearer ${testSecret}`, `Bearer ${previous}`]);
  t.is((await run('no-op', { CRON_SECRET_PREVIOUS: `${previous}-x` })).code, 5);
});

test('while a call pauses after a skip, another one runs the job and is waited for', async (t) => {
  const skipped = Promise.withResolvers<void>();
  let calls = 0;
  const url = await serve(t, (_, response) => {
    calls += 1;
    const body =
      calls === 1 ? { job: 'no-op', status: 'skipped', reason: 'high-load', detail: 'x' } : envelope('failed');
    response
      .writeHead(calls === 1 ? 200 : 500, { 'content-type': 'application/json' })
      .end(JSON.stringify(body), () => skipped.resolve());
  });
  const { run, folder } = await scene(t, { CRON_URL: url, CRON_SKIP_PAUSE: '1h' });
  await writeFile(
    join(folder, 'bin', 'sleep'),
    `#!/bin/sh\nwhile [ ! -e "${folder}/go-on" ]; do /bin/sleep 0.05; done\n`,
    { mode: 0o755 },
  );
  const first = run('no-op');
  await skipped.promise;
  const second = await run('no-op');
  t.is(second.code, 1);
  await writeFile(join(folder, 'go-on'), '');
  t.is((await first).code, 1);
});

test('a trigger that is killed leaves nothing behind', async (t) => {
  const asked = Promise.withResolvers<void>();
  const { folder, envFile } = await scene(t, { CRON_URL: await serve(t, () => asked.resolve()) });
  const temporary = join(folder, 'tmp');
  await mkdir(temporary);
  const child = spawn(trigger, ['no-op'], {
    env: cleanEnvironment({ ESTIO_CRON_ENV: envFile, TMPDIR: temporary }),
    stdio: 'ignore',
  });
  await asked.promise;
  child.kill('SIGTERM');
  t.is((await once(child, 'close'))[0], 143);
  t.deepEqual(await readdir(temporary), []);
});

test('an adapter that restarts is waited for: while it shuts down, and while no one listens', async (t) => {
  const calls: string[] = [];
  let reborn: Server | undefined;
  t.teardown(() => reborn?.close());
  const old = createServer((_, response) => {
    calls.push('old');
    response.writeHead(503, { 'content-type': 'application/json', connection: 'close' });
    response.end(JSON.stringify({ error: 'The server is shutting down' }));
    if (calls.length === 2) old.close(() => void setTimeout(listenAgain, 1500));
  });
  const { port } = await new Promise<AddressInfo>((resolve) =>
    old.listen(0, '127.0.0.1', () => resolve(old.address() as AddressInfo)),
  );
  function listenAgain(): void {
    reborn = createServer((request, response) => {
      calls.push('new');
      answers([200, envelope('succeeded')])(request, response);
    }).listen(port, '127.0.0.1');
  }
  const { run } = await scene(t, { CRON_URL: `http://127.0.0.1:${port}`, CRON_RECONNECT: '30s' });
  const { code, stderr } = await run('no-op');
  t.deepEqual([code, stderr, calls], [0, '', ['old', 'old', 'new']]);
});

test('a call that the ending adapter took and did not answer is made again', async (t) => {
  let calls = 0;
  const url = await serve(t, (request, response) => {
    calls += 1;
    if (calls === 1) request.socket.destroy();
    else answers([200, envelope('succeeded')])(request, response);
  });
  const { run } = await scene(t, { CRON_URL: url, CRON_RECONNECT: '30s' });
  const { code, stderr } = await run('no-op');
  t.deepEqual([code, stderr, calls], [0, '', 2]);
});

test('while one call waits for an adapter that restarts, further ones leave it to that call', async (t) => {
  const asked = Promise.withResolvers<() => void>();
  const CRON_URL = await serve(t, (request, response) =>
    asked.resolve(() => answers([200, envelope('succeeded')])(request, response)),
  );
  const shuttingDown = await serve(t, answers([503, { error: 'The server is shutting down' }]));
  const { run } = await scene(t, { CRON_URL, CRON_RECONNECT: '30s' });
  const first = run('no-op');
  const answer = await asked.promise;
  for (const url of ['http://127.0.0.1:1', shuttingDown]) {
    const { code, stderr, syslog } = await run('no-op', { CRON_URL: url });
    t.deepEqual([code, stderr], [0, ''], url);
    t.regex(syslog.join(), /cron\.notice -- no-op the adapter is restarting or down: an earlier call waits for it/);
  }
  answer();
  t.is((await first).code, 0);
});

test('.env is read as Node reads it', async (t) => {
  const seen: string[] = [];
  const url = await serve(t, (request, response) => {
    seen.push(String(request.headers.authorization));
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(envelope('succeeded')));
  });
  const { run, envFile, folder } = await scene(t);
  for (const line of [
    `CRON_SECRET=${testSecret}`,
    `CRON_SECRET = ${testSecret}   # the token`,
    `export CRON_SECRET=${testSecret}`,
    `CRON_SECRET="${testSecret}" # quoted`,
    `CRON_SECRET='${testSecret}'`,
    `CRON_SECRET=\`${testSecret}\``,
    `CRON_SECRET=old-one\nCRON_SECRET=${testSecret}`,
    `CRON_SECRET=${testSecret}\r`,
    `\uFEFFCRON_SECRET=${testSecret}`,
    `#CRON_SECRET=other\nCRON_SECRET=${testSecret}`,
    `CRON_SECRET_PREVIOUS=other\nCRON_SECRET=${testSecret}\nMY_CRON_SECRET=other`,
  ]) {
    const text = `${line}\nCRON_LOCK_DIR=${folder}\nCRON_URL=${url}\n`;
    t.is(parseEnvironment(text)['CRON_SECRET'], testSecret, line);
    await writeFile(envFile, text);
    seen.length = 0;
    t.is((await run('no-op')).code, 0, line);
    t.deepEqual(seen, [`Bearer ${testSecret}`], line);
  }
});

test('shellcheck finds nothing in trigger and install, where it is installed', async (t) => {
  const [code, output] = await new Promise<[string | number, string]>((resolve) => {
    execFile('shellcheck', [trigger, join(projectRoot, 'crontab', 'install')], (error, stdout) =>
      resolve([error?.code ?? 0, stdout]),
    );
  });
  if (code !== 'ENOENT') return t.deepEqual([code, output], [0, '']);
  t.log('not checked: shellcheck is not installed (apt-get install shellcheck)');
  t.pass();
});
