import { rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { hostname } from 'node:os';
import { join } from 'node:path';
import anyTest, { type TestFn } from 'ava';
import { JobRun } from '../../shared/models/job-run.ts';
import { models } from '../../shared/models/index.ts';
import { startAdapter, testSecret, type Owner, type TestAdapter } from '../doubles/adapter.ts';
import { databaseUri, useDatabase } from '../doubles/database.ts';
import { useTestJobs } from '../doubles/test-jobs.ts';

const test = anyTest as TestFn;
useDatabase(test, models);
const jobsFolder = useTestJobs(test);

const previousSecret = 'the-secret-before-the-rotation-0123456789';
const releases: (() => Promise<void>)[] = [];
let adapter: TestAdapter;

test.serial.before('start an adapter', async () => {
  adapter = await start({ teardown: (release) => releases.push(release) });
});

test.after.always('stop it', async () => {
  for (const release of releases) await release();
});

function start(owner: Owner, environment: Record<string, string> = {}): Promise<TestAdapter> {
  return startAdapter(owner, {
    args: ['--functions', jobsFolder()],
    environment: {
      MONGODB_URI: databaseUri(),
      CRON_SECRET_PREVIOUS: previousSecret,
      CRON_WORKER_MAX_MB: '64',
      ...environment,
    },
  });
}

function raw(url: string, head: string): Promise<string> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    let answer = '';
    const socket = connect(Number(port), hostname, () => socket.write(head));
    socket
      .setEncoding('utf8')
      .on('data', (chunk) => (answer += chunk))
      .on('close', () => resolve(answer))
      .on('error', reject);
  });
}

test.serial('a run answers 200 with the envelope and leaves a record', async (t) => {
  const response = await adapter.request('/api/cron/no-op');
  const body = (await response.json()) as Record<string, unknown>;
  t.is(response.status, 200);
  t.is(response.headers.get('content-type'), 'application/json');
  t.like(body, { job: 'no-op', status: 'succeeded', counts: { done: 1 }, errors: [] });
  t.regex(String(body['startedAt']), /^\d{4}-\d\d-\d\dT.*Z$/);
  t.true(Number.isInteger(body['durationMs']));
  const record = await JobRun.findById(body['runId']).lean();
  t.like(record, { job: 'no-op', status: 'succeeded', trigger: 'cron', counts: { done: 1 } });
});

test.serial('POST runs as well, with a small body that is ignored', async (t) => {
  const response = await adapter.request('/api/cron/no-op?dryRun=1', { method: 'POST', body: 'x'.repeat(1000) });
  t.is(response.status, 200);
  t.is(((await response.json()) as { status: string }).status, 'succeeded');
});

test.serial('a run that failed answers 500, one that half failed 200 with partial', async (t) => {
  const failed = await adapter.request('/api/cron/fail');
  t.is(failed.status, 500);
  t.like(await failed.json(), {
    status: 'failed',
    errors: [{ scope: 'fail', code: 'unexpected', message: 'it cannot be done', retryable: false }],
  });
  const half = await adapter.request('/api/cron/half');
  t.is(half.status, 200);
  t.like(await half.json(), { status: 'partial', counts: { done: 1 }, errors: [{ scope: 'second' }] });
});

test.serial(
  'a crash, a forgotten rejection, an exit and too much memory are failed runs and nothing more',
  async (t) => {
    for (const [job, code] of [
      ['crash', 'crashed'],
      ['reject', 'crashed'],
      ['exit', 'process-exit'],
      ['hoard', 'out-of-memory'],
    ] as const) {
      const response = await adapter.request(`/api/cron/${job}`);
      t.is(response.status, 500, job);
      t.like(await response.json(), { job, status: 'failed', reason: code, errors: [{ code }] });
    }
    t.is((await adapter.request('/api/cron/no-op')).status, 200);
  },
);

test('a run that does not react is terminated after its budget and grace', async (t) => {
  const hasty = await start(t, { CRON_BUDGET: '1s', CRON_GRACE: '500ms' });
  const response = await hasty.request('/api/cron/loop');
  t.is(response.status, 500);
  t.like(await response.json(), { status: 'failed', reason: 'timeout' });
});

test('a run that stops at its budget is partial', async (t) => {
  const hasty = await start(t, { CRON_BUDGET: '1s' });
  const response = await hasty.request('/api/cron/patient');
  t.is(response.status, 200);
  const body = (await response.json()) as { status: string; reason: string };
  t.is(body.status, 'partial');
  t.regex(body.reason, /time budget of 1 s ended/);
});

for (const [title, headers] of Object.entries({
  'no token': { authorization: '' },
  'a wrong token': { authorization: `Bearer ${testSecret}x` },
  'the right token under a wrong scheme': { authorization: `Basic ${testSecret}` },
  'the token without a scheme': { authorization: testSecret },
  'a token with odd bytes': { authorization: 'Bearer \u00e9\u00ff\u0080' },
  'two tokens': { authorization: `Bearer ${testSecret} ${testSecret}` },
})) {
  test(`401 for ${title}`, async (t) => {
    const response = await adapter.request('/api/cron/no-op', { headers });
    t.is(response.status, 401);
    t.is(response.headers.get('www-authenticate'), 'Bearer');
    t.deepEqual(Object.keys((await response.json()) as object), ['error']);
    t.false(adapter.output().includes(testSecret));
  });
}

test.serial('the scheme may be written in lower case, and the previous secret still opens', async (t) => {
  t.is((await adapter.request('/api/cron/no-op', { headers: { authorization: `bearer ${testSecret}` } })).status, 200);
  t.is(
    (await adapter.request('/api/cron/no-op', { headers: { authorization: `Bearer ${previousSecret}` } })).status,
    200,
  );
});

test('a token of 1 MB is refused with 431 and the server continues', async (t) => {
  const answer = await raw(
    adapter.url,
    `GET /api/cron/no-op HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${'a'.repeat(1_048_576)}\r\n\r\n`,
  ).catch((error: Error) => error.message);
  t.regex(answer, /431|ECONNRESET|EPIPE/);
  t.is((await adapter.request('/healthz')).status, 200);
});

test('a body above 64 KB is refused with 413, announced or not', async (t) => {
  const head = `POST /api/cron/no-op HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${testSecret}\r\n`;
  t.regex(await raw(adapter.url, `${head}Content-Length: 65537\r\n\r\n`), /^HTTP\/1\.1 413 /);
  t.regex(
    await raw(adapter.url, `${head}Transfer-Encoding: chunked\r\n\r\n10001\r\n${'x'.repeat(65_537)}\r\n0\r\n\r\n`),
    /^HTTP\/1\.1 413 /,
  );
});

test('any path that is not in the table is 404', async (t) => {
  const targets = [
    '/api/cron/unknown',
    '/api/cron/no-op/',
    '/api/cron//no-op',
    '/api/cron/../cron/no-op',
    '/api/cron/%6eo-op',
    '/api/cron/x/%2e%2e/no-op',
    '/API/cron/no-op',
    '/api/cron',
  ];
  for (const target of targets) {
    const answer = await raw(
      adapter.url,
      `GET ${target} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${testSecret}\r\nConnection: close\r\n\r\n`,
    );
    t.regex(answer, /^HTTP\/1\.1 404 /, target);
    t.regex(answer, /"error"/, target);
  }
});

test('a target may be a whole address, and an invalid Host is 400 with a reason', async (t) => {
  t.regex(await raw(adapter.url, 'GET /healthz HTTP/1.0\r\n\r\n'), /^HTTP\/1\.1 200 /, 'HTTP/1.0 has none');
  const ask = (target: string, host: string) =>
    raw(adapter.url, `GET ${target} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`);
  for (const target of [
    'http://cron.example/healthz',
    'http://cron.example:8787/healthz',
    'http://cron.example/healthz?strict=0',
  ])
    t.regex(await ask(target, 'cron.example'), /^HTTP\/1\.1 200 /, target);
  t.regex(await ask('http://cron.example/api/cron/unknown', 'cron.example'), /^HTTP\/1\.1 404 /);
  for (const host of ['a b', '', 'x/y', '<>']) {
    const answer = await ask('/healthz', host);
    t.regex(answer, /^HTTP\/1\.1 400 /, host);
    t.regex(answer, /\{"error":"Bad request: /, host);
  }
});

test('405 with Allow for other methods, HEAD and OPTIONS too', async (t) => {
  for (const method of ['HEAD', 'OPTIONS', 'PUT', 'DELETE', 'PATCH']) {
    const response = await adapter.request('/api/cron/no-op', { method });
    t.is(response.status, 405, method);
    t.is(response.headers.get('allow'), 'GET, POST', method);
  }
  t.is((await adapter.request('/healthz', { method: 'POST' })).status, 405);
});

test('400 for a parameter that the job does not take, is repeated, or is no id', async (t) => {
  for (const [query, expected] of [
    ['feedId=64b000000000000000000000', /Unknown parameter "feedId": this job accepts dryRun, accountId/],
    ['accountId=1', /accountId: expected an id of 24 hexadecimal digits, got "1"/],
    ['dryRun=maybe', /dryRun: expected 1 or 0/],
    ['dryRun=1&dryRun=0', /given twice/],
  ] as const) {
    const response = await adapter.request(`/api/cron/no-op?${query}`);
    t.is(response.status, 400, query);
    t.regex(((await response.json()) as { error: string }).error, expected);
  }
});

test('health needs no token; readiness depends on the database', async (t) => {
  t.is((await fetch(`${adapter.url}/healthz`)).status, 200);
  t.is((await fetch(`${adapter.url}/readyz`)).status, 200);
  const blind = await start(t, { MONGODB_URI: 'mongodb://someone:hidden@127.0.0.1:1/x' });
  t.is((await fetch(`${blind.url}/healthz`)).status, 200);
  t.is((await fetch(`${blind.url}/healthz?strict=1`)).status, 503);
  const response = await fetch(`${blind.url}/readyz`);
  t.is(response.status, 503);
  const { error } = (await response.json()) as { error: string };
  t.regex(error, /database at 127\.0\.0\.1:1 cannot be used/);
  t.notRegex(error + blind.output(), /hidden/);
});

test.serial('strict health tells which job has missed its time, until it runs again', async (t) => {
  const strict = () => fetch(`${adapter.url}/healthz?strict=1`);
  t.is((await strict()).status, 200);
  const yesterday = new Date(Date.now() - 86_400_000);
  await JobRun.create({
    job: 'often',
    status: 'succeeded',
    trigger: 'cron',
    startedAt: yesterday,
    finishedAt: yesterday,
    host: 'x',
    pid: 1,
    version: '0',
  });
  await JobRun.create({
    job: 'often',
    status: 'skipped',
    reason: 'high-load',
    trigger: 'cron',
    startedAt: new Date(),
    host: 'x',
    pid: 1,
    version: '0',
  });
  const late = await strict();
  t.is(late.status, 503);
  t.like(await late.json(), { status: 'late', late: [{ job: 'often' }] });
  for (const [query, status] of [
    ['', 200],
    ['?strict=0', 200],
    ['?strict', 503],
    ['?strict=true', 503],
    ['?strict=yes', 400],
  ] as const) {
    t.is((await fetch(`${adapter.url}/healthz${query}`)).status, status, query);
  }
  await adapter.request('/api/cron/often');
  t.is((await strict()).status, 200);
});

test.serial('a run that was killed does not hide that its job is late since', async (t) => {
  await JobRun.deleteMany({ job: 'often' });
  const sixHoursAgo = new Date(Date.now() - 6 * 3_600_000);
  await JobRun.create({
    job: 'often',
    status: 'running',
    trigger: 'cron',
    startedAt: sixHoursAgo,
    host: hostname(),
    pid: 1,
    startTicks: '1',
    version: '0',
  });
  const { late } = (await (await fetch(`${adapter.url}/healthz?strict=1`)).json()) as { late: { job: string }[] };
  t.deepEqual(
    late.map(({ job }) => job),
    ['often'],
  );
  await adapter.request('/api/cron/often');
});

test('idle connections and half requests do not delay a stop', async (t) => {
  const stopping = await start(t);
  const ends = [
    '',
    'GET /healthz HTTP/1.1\r\nHost: x\r\n',
    'POST /healthz HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nab',
  ].map((head) => raw(stopping.url, head).catch(() => ''));
  // The three are accepted by now.
  await fetch(`${stopping.url}/healthz`, { headers: { connection: 'close' } });
  stopping.kill('SIGTERM');
  t.is(await stopping.exited, 0);
  await Promise.all(ends);
});

test('a slow client that never ends its headers is answered 408', async (t) => {
  const answer = await raw(adapter.url, 'GET /healthz HTTP/1.1\r\nHost: x\r\n');
  t.regex(answer, /^HTTP\/1\.1 408 /);
});

test.serial('the history and the metrics need the token, and show the runs', async (t) => {
  t.is((await fetch(`${adapter.url}/api/runs`)).status, 401);
  t.is((await fetch(`${adapter.url}/metrics`)).status, 401);
  await adapter.request('/api/cron/half');
  const { runs } = (await (await adapter.request('/api/runs?job=half&status=partial&limit=1')).json()) as {
    runs: Record<string, unknown>[];
  };
  t.is(runs.length, 1);
  t.like(runs[0], { job: 'half', status: 'partial', counts: { done: 1 }, errors: [{ scope: 'second' }] });
  const metrics = await (await adapter.request('/metrics')).text();
  t.regex(metrics, /estio_cron_runs_total\{job="half",status="partial"\} [1-9]/);
  t.regex(metrics, /estio_cron_run_duration_seconds_count\{job="half"\} [1-9]/);
  t.regex(metrics, /estio_cron_locks_held\{job="half"\} 0/);
  const file = join(adapter.lockDir, 'estio-cron-half.lock');
  await writeFile(file, JSON.stringify({ owner: 'o', pid: process.pid, host: hostname() }));
  t.regex(await (await adapter.request('/metrics')).text(), /estio_cron_locks_held\{job="half"\} 1/);
  await rm(file);
  for (const [query, expected] of [
    ['status=lost', /status: expected one of running, succeeded/],
    ['limit=1&limit=2', /"limit" is given twice/],
    ['before=1', /before: expected a time in ISO 8601, or the value of "next"/],
    ['before=2026-02-31', /before: expected a time/],
    ['before=2026-02-28,1', /before: expected a time/],
  ] as const) {
    const wrong = await adapter.request(`/api/runs?${query}`);
    t.is(wrong.status, 400, query);
    t.regex(((await wrong.json()) as { error: string }).error, expected);
  }
});

test.serial('the pages of the history have every run once, also runs that began at the same moment', async (t) => {
  const common = {
    job: 'loop',
    trigger: 'cron',
    status: 'skipped',
    reason: 'locked',
    host: 'x',
    pid: 1,
    startTicks: '7',
    version: '0',
  } as const;
  const [first, second] = [new Date('2026-11-20T10:00:00.000Z'), new Date('2026-11-20T10:00:00.001Z')];
  const made = await JobRun.create([first, first, second, first, first].map((startedAt) => ({ ...common, startedAt })));
  type Page = { runs: Record<string, unknown>[]; next?: string };
  const read = async (query: string) =>
    (await (await adapter.request(`/api/runs?job=loop&limit=2${query}`)).json()) as Page;
  const pages = [await read('')];
  for (let next = pages[0]!.next; next !== undefined; next = pages.at(-1)!.next)
    pages.push(await read(`&before=${encodeURIComponent(next)}`));
  t.deepEqual(
    pages.map(({ runs }) => runs.length),
    [2, 2, 1],
  );
  const runs = pages.flatMap((page) => page.runs);
  t.deepEqual(runs.map(({ runId }) => runId).sort(), made.map(({ id }) => id as string).sort());
  t.deepEqual(
    runs.map(({ startedAt }) => startedAt),
    [second, first, first, first, first].map((time) => time.toISOString()),
  );
  t.is((await read('&before=2026-11-20T10:00:00.001Z')).runs.length, 2);
  for (const hidden of ['_id', '__v', 'startTicks']) t.false(hidden in runs[0]!);
});

test.serial('two Host headers are refused: two programs may understand two things', async (t) => {
  const answer = await raw(adapter.url, 'GET /healthz HTTP/1.1\r\nHost: a\r\nHost: b\r\nConnection: close\r\n\r\n');
  t.regex(answer, /^HTTP\/1\.1 400 [^]*expected one Host header, got several/);
});

test.serial('METRICS_TOKEN reads and starts nothing; a wrong token is logged without its value', async (t) => {
  const metricsToken = 'm'.repeat(32);
  const own = await start(t, { METRICS_TOKEN: metricsToken });
  const ask = (path: string, token: string) =>
    fetch(`${own.url}${path}`, { headers: { authorization: `Bearer ${token}` } }).then(({ status }) => status);
  t.is(await ask('/metrics', metricsToken), 200);
  t.is(await ask('/api/runs', metricsToken), 200);
  t.is(await ask('/api/cron/no-op', metricsToken), 401);
  const line = await own.logged(({ msg }) => /wrong token/.test(msg));
  t.like(line, { level: 'warn', address: '127.0.0.1', path: '/api/cron/no-op' });
  t.false(JSON.stringify(line).includes(metricsToken));
});
