import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { once } from 'node:events';
import { createServer, request as httpRequest } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import anyTest, { type ExecutionContext, type TestFn } from 'ava';
import { JobRun } from '../../shared/models/job-run.ts';
import { models } from '../../shared/models/index.ts';
import { runAdapter, startAdapter, testSecret, type AdapterOptions, type TestAdapter } from '../doubles/adapter.ts';
import { databaseUri, useDatabase } from '../doubles/database.ts';
import { useTestJobs } from '../doubles/test-jobs.ts';

const test = anyTest as TestFn;
useDatabase(test, models);
const jobsFolder = useTestJobs(test);

interface Envelope {
  readonly status: string;
  readonly reason?: string;
  readonly detail?: string;
  readonly pid?: number;
  readonly since?: string;
  readonly runId?: string;
  readonly errors?: readonly { readonly code: string; readonly message: string }[];
}

function start(t: ExecutionContext, options: AdapterOptions = {}): Promise<TestAdapter> {
  return startAdapter(t, {
    ...options,
    args: ['--functions', jobsFolder()],
    environment: { MONGODB_URI: databaseUri(), ...options.environment },
  });
}

const releases: (() => Promise<void>)[] = [];
test.after.always('stop the shared adapter', async () => {
  for (const release of releases) await release();
});

let shared: Promise<TestAdapter> | undefined;

function sharedAdapter(): Promise<TestAdapter> {
  shared ??= startAdapter(
    { teardown: (release) => releases.push(release) },
    { args: ['--functions', jobsFolder()], environment: { MONGODB_URI: databaseUri(), CRON_BUDGET: '1s' } },
  );
  return shared;
}

const running = (adapter: TestAdapter, job: string) =>
  adapter.logged((line) => line.msg === 'started' && line['job'] === job);
const envelopeOf = async (response: Response | Promise<Response>) => (await (await response).json()) as Envelope;

test.serial('of 20 requests at once exactly one runs and 19 are skipped as locked', async (t) => {
  const adapter = await start(t);
  const skipped: Envelope[] = [];
  const envelopes = await Promise.all(
    Array.from({ length: 20 }, async () => {
      const envelope = await envelopeOf(adapter.request('/api/cron/patient'));
      if (envelope.status === 'skipped' && skipped.push(envelope) === 19) adapter.kill('SIGTERM');
      return envelope;
    }),
  );
  t.is(skipped.length, 19);
  for (const envelope of skipped) {
    t.is(envelope.reason, 'locked');
    t.is(envelope.pid, adapter.pid);
    t.regex(String(envelope.since), /^\d{4}-/);
    t.regex(String(envelope.detail), /another run holds the lock since/);
  }
  t.is(envelopes.filter((envelope) => envelope.status === 'partial').length, 1);
  t.is(await adapter.exited, 0);
  t.deepEqual(await readdir(adapter.lockDir), []);
});

test.serial(
  'after kill -9 in the middle of a run the next request runs, and the dead run is recorded as interrupted',
  async (t) => {
    const first = await start(t);
    const lost = first.request('/api/cron/patient').catch((error: Error) => error);
    const started = await running(first, 'patient');
    first.kill('SIGKILL');
    await first.exited;
    t.true((await lost) instanceof Error);
    const second = await start(t, { lockDir: first.lockDir, environment: { CRON_BUDGET: '1s' } });
    const { runs } = (await (await second.request('/api/runs?job=patient&limit=1')).json()) as { runs: unknown[] };
    t.like(runs[0], { runId: started['runId'], status: 'failed', reason: 'interrupted' });
    t.is((await envelopeOf(second.request('/api/cron/patient'))).status, 'partial');
    t.like(await JobRun.findById(started['runId']).lean(), { status: 'failed', reason: 'interrupted' });
  },
);

test.serial('two adapters with one lock folder never run one job at the same time', async (t) => {
  const first = await start(t);
  const second = await start(t, { lockDir: first.lockDir });
  const one = envelopeOf(first.request('/api/cron/patient'));
  await running(first, 'patient');
  const two = await envelopeOf(second.request('/api/cron/patient'));
  t.like(two, { status: 'skipped', reason: 'locked', pid: first.pid });
  first.kill('SIGTERM');
  t.is((await one).status, 'partial');
});

test.serial('hosts with one database run in parallel, each under its own lock', async (t) => {
  const environment = { CRON_LOCK: 'mongo' };
  const hosts = await Promise.all([start(t, { environment }), start(t, { environment })]);
  const runs = hosts.map((host) => envelopeOf(host.request('/api/cron/patient')));
  await Promise.all(hosts.map((host) => running(host, 'patient')));
  t.is(await JobRun.countDocuments({ job: 'patient', status: 'running' }), 2);
  t.like(await envelopeOf(hosts[1].request('/api/cron/patient')), { reason: 'locked', pid: hosts[1].pid });
  for (const host of hosts) host.kill('SIGTERM');
  for (const run of runs) t.is((await run).status, 'partial');
});

test.serial('a host with file locks is warned when another host runs jobs', async (t) => {
  const first = await start(t);
  t.is((await envelopeOf(first.request('/api/cron/no-op'))).status, 'succeeded');
  const second = await start(t);
  t.regex((await second.logged(({ msg }) => /on another host/.test(msg))).msg, /CRON_LOCK=mongo on both/);
});

test.serial('--invoke while the server runs the same job is skipped with exit code 0', async (t) => {
  const adapter = await start(t);
  const run = adapter.request('/api/cron/patient').catch(() => undefined);
  await running(adapter, 'patient');
  const result = await runAdapter(['--functions', jobsFolder(), '--invoke', 'patient'], {
    MONGODB_URI: databaseUri(),
    CRON_LOCK_DIR: adapter.lockDir,
  });
  t.is(result.code, 0);
  t.like(JSON.parse(result.stdout), { status: 'skipped', reason: 'locked', pid: adapter.pid });
  t.notRegex(result.stderr, /could not be written/);
  t.is(await JobRun.countDocuments({ job: 'patient', status: 'skipped', trigger: 'invoke' }), 1);
  // As from a closed terminal.
  adapter.kill('SIGHUP');
  t.like(JSON.parse(await (await run)!.text()), { status: 'partial' });
  t.is(await adapter.exited, 0);
});

test.serial('SIGTERM lets a run reach its safe point, answers 503 in the meantime, and ends with 0', async (t) => {
  const adapter = await start(t);
  const run = envelopeOf(adapter.request('/api/cron/patient'));
  await running(adapter, 'patient');
  adapter.kill('SIGTERM');
  t.like(await run, { status: 'partial', reason: 'the server was asked to stop (SIGTERM)' });
  t.is(await adapter.exited, 0);
  t.deepEqual(await readdir(adapter.lockDir).catch(() => []), []);
});

test.serial("a dead-man's switch that hangs holds up neither --invoke nor a stop", async (t) => {
  const hanging = createServer(() => undefined).listen(0, '127.0.0.1');
  await once(hanging, 'listening');
  t.teardown(() => hanging.close().closeAllConnections());
  const environment = {
    MONGODB_URI: databaseUri(),
    CRON_PING_ALLOW_PRIVATE: '1',
    CRON_PING_URL: `http://127.0.0.1:${(hanging.address() as AddressInfo).port}/`,
  };
  const adapter = await start(t, { environment });
  const run = adapter.request('/api/cron/patient').catch(() => undefined);
  await running(adapter, 'patient');
  const began = performance.now();
  adapter.kill('SIGTERM');
  await adapter.logged((line) => line.msg === 'shutting down');
  adapter.kill('SIGTERM');
  t.is(await adapter.exited, 0);
  await run;
  t.is(
    (
      await runAdapter(['--functions', jobsFolder(), '--invoke', 'no-op'], {
        ...environment,
        CRON_LOCK_DIR: adapter.lockDir,
      })
    ).code,
    0,
  );
  t.true(performance.now() - began < 40_000);
});

test.serial(
  'a run that ignores a shutdown leaves time for a 503 to others; a second SIGTERM does not wait for it',
  async (t) => {
    const adapter = await start(t);
    void adapter.request('/api/cron/loop').catch(() => undefined);
    await running(adapter, 'loop');
    adapter.kill('SIGTERM');
    await adapter.logged((line) => line.msg === 'shutting down');
    const refused = await adapter.request('/api/cron/no-op');
    t.is(refused.status, 503);
    t.is(refused.headers.get('retry-after'), '30');
    adapter.kill('SIGTERM');
    t.is(await adapter.exited, 0);
  },
);

test.serial('a client that goes away does not stop the run', async (t) => {
  const adapter = await sharedAdapter();
  const call = httpRequest(`${adapter.url}/api/cron/patient`, { headers: { authorization: `Bearer ${testSecret}` } });
  call.on('error', () => undefined).end();
  const started = await running(adapter, 'patient');
  call.destroy();
  const finished = await adapter.logged((line) => line.msg === 'finished' && line['runId'] === started['runId']);
  t.is(finished['status'], 'partial');
});

test.serial('too little memory or too high a load is a skip that says so', async (t) => {
  const poor = await start(t, { environment: { CRON_MIN_FREE_MB: '1048576' } });
  const lowMemory = await envelopeOf(poor.request('/api/cron/no-op'));
  t.like(lowMemory, { status: 'skipped', reason: 'low-memory' });
  t.regex(String(lowMemory.detail), /MB of memory are available, but the job needs 1048576 MB/);
  t.deepEqual(await readdir(poor.lockDir), []);
});

for (const [title, put] of Object.entries({
  'a symbolic link': (path: string) => symlink('/etc/hostname', path),
  'a directory': (path: string) => mkdir(path),
})) {
  test.serial(`a lock file that is ${title} fails the run and says what to look at`, async (t) => {
    const adapter = await sharedAdapter();
    const path = join(adapter.lockDir, 'estio-cron-no-op.lock');
    await put(path);
    t.teardown(() => rm(path, { recursive: true }));
    const response = await adapter.request('/api/cron/no-op');
    t.is(response.status, 500);
    const { errors } = await envelopeOf(response);
    t.is(errors?.[0]?.code, 'lock-unusable');
    t.true(errors?.[0]?.message.includes(`${path} is ${title}`));
  });
}

test.serial('a lock folder that cannot be made fails the run clearly', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'estio-no-folder-'));
  t.teardown(() => rm(folder, { recursive: true }));
  const file = join(folder, 'file');
  await writeFile(file, '');
  const broken = await start(t, { environment: { CRON_LOCK_DIR: join(file, 'locks') } });
  const { errors } = await envelopeOf(broken.request('/api/cron/no-op'));
  t.regex(
    String(errors?.[0]?.message),
    /The folder .* cannot be used: a file is in its place \(ENOTDIR, .*Choose another folder \(CRON_LOCK_DIR\)$/,
  );
});

test.serial('with 10,000 runs in the history a run is recorded as quickly', async (t) => {
  const adapter = await sharedAdapter();
  const startedAt = Date.now();
  await JobRun.insertMany(
    Array.from({ length: 10_000 }, (_, index) => ({
      job: 'fail',
      status: 'succeeded',
      trigger: 'cron',
      startedAt: new Date(startedAt - index * 60_000),
      counts: {},
      errors: [],
      host: 'elsewhere',
      pid: 1,
      version: '0.0.0',
    })),
  );
  t.is((await envelopeOf(adapter.request('/api/cron/fail'))).status, 'failed');
  const plan = await JobRun.find({ job: 'fail' }).sort({ startedAt: -1 }).limit(20).explain('executionStats');
  t.true((plan as unknown as { executionStats: { totalDocsExamined: number } }).executionStats.totalDocsExamined <= 20);
});

test.serial('a port that is taken ends the start with one clear line', async (t) => {
  const adapter = await sharedAdapter();
  const port = new URL(adapter.url).port;
  const result = await runAdapter(['--functions', jobsFolder()], {
    CRON_SECRET: testSecret,
    PORT: port,
    MONGODB_URI: databaseUri(),
  });
  t.is(result.code, 1);
  t.is(
    result.stderr.trim(),
    `estio-cron: Cannot listen on 127.0.0.1:${port}: another process listens there: stop it, or choose another PORT`,
  );
});

test.serial('ps shows no secret of the adapter', async (t) => {
  const adapter = await sharedAdapter();
  // As ps does (proc(5)).
  const command = await readFile(`/proc/${adapter.pid}/cmdline`, 'utf8');
  t.regex(command, /adapter/);
  t.false(command.includes(testSecret));
});

test.serial('MongoDB killed in the middle of a run comes back, and the run is recorded all the same', async (t) => {
  const dataDir = await mkdtemp(join(tmpdir(), 'estio-data-'));
  t.teardown(() => rm(dataDir, { recursive: true, force: true }));
  const adapter = await startAdapter(t, {
    args: ['--functions', jobsFolder()],
    environment: { DATA_DIR: dataDir, CRON_BUDGET: '6s' },
  });
  const run = envelopeOf(adapter.request('/api/cron/patient'));
  await running(adapter, 'patient');
  const { pid } = JSON.parse(await readFile(join(dataDir, 'mongodb', 'engine.json'), 'utf8')) as { pid: number };
  process.kill(pid, 'SIGKILL');
  await adapter.logged((line) => /embedded MongoDB ended unexpectedly/.test(line.msg));
  const envelope = await run;
  t.is(envelope.status, 'partial');
  const { runs } = (await (await adapter.request('/api/runs?job=patient')).json()) as { runs: Envelope[] };
  t.like(runs[0], { runId: envelope.runId, status: 'partial' });
  t.is((await envelopeOf(adapter.request('/api/cron/no-op'))).status, 'succeeded');

  const { pid: second } = JSON.parse(await readFile(join(dataDir, 'mongodb', 'engine.json'), 'utf8')) as {
    pid: number;
  };
  process.kill(second, 'SIGSTOP');
  const began = performance.now();
  const [history, health, readiness] = await Promise.all([
    adapter.request('/api/runs'),
    adapter.request('/healthz?strict=1'),
    adapter.request('/readyz'),
  ]).finally(() => process.kill(second, 'SIGCONT'));
  t.deepEqual([history.status, await history.json()], [503, { error: 'The database does not answer' }]);
  t.deepEqual(
    [readiness.status, await readiness.json()],
    [503, { status: 'not-ready', error: 'The database does not answer' }],
  );
  t.is(health.status, 503);
  // The database may take 15 s.
  t.true(performance.now() - began < 15_000);
  adapter.kill('SIGTERM');
  t.is(await adapter.exited, 0);
});
