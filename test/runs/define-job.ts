import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import test, { type ExecutionContext } from 'ava';
import { JobRun } from '../../shared/models/job-run.ts';
import { databaseUri, useDatabase } from '../doubles/database.ts';

useDatabase(test);

const source = new URL('../../shared/runs/define-job.ts', import.meta.url).href;
const secret = 's'.repeat(32);

/** An API Gateway event (payload format 2.0). */
const lambdaCall = `(async () => {
  const { Hono } = await import(${JSON.stringify(import.meta.resolve('hono'))});
  const { handle } = await import(${JSON.stringify(import.meta.resolve('hono/aws-lambda'))});
  const handler = handle(new Hono().all('*', (c) => hostedJob(job).fetch(c.req.raw)));
  const http = { method: 'POST', path: '/', sourceIp: '192.0.2.1', userAgent: 'test', protocol: 'HTTP/1.1' };
  const event = { version: '2.0', routeKey: '$default', rawPath: '/', rawQueryString: '', isBase64Encoded: false,
    headers: { host: 'a.example' }, requestContext: { domainName: 'a.example', requestId: '1', http } };
  const { statusCode, body } = await handler(event, {});
  return new Response(body, { status: statusCode });
})()`;

/** In a process with only this environment. */
async function callHosted(
  t: ExecutionContext,
  environment: Record<string, string>,
  options: { token?: string; run?: string; as?: 'lambda' } = {},
) {
  const lockDir = await mkdtemp(join(tmpdir(), 'hosted-'));
  t.teardown(() => rm(lockDir, { recursive: true }));
  const headers = options.token ? { authorization: `Bearer ${options.token}` } : {};
  const program = `
    const { defineJob, hostedJob } = await import(${JSON.stringify(source)});
    const job = defineJob({
      name: 'hosted-test',
      description: '',
      schedule: '0 * * * *',
      parameters: [],
      run: async (context) => { ${options.run ?? "context.count('done')"} },
    });
    const request = new Request('http://localhost/', { headers: ${JSON.stringify(headers)} });
    const response = await ${options.as === 'lambda' ? lambdaCall : 'hostedJob(job).fetch(request)'};
    const answer = JSON.stringify({ status: response.status, body: await response.json() });
    process.stdout.write('answer ' + answer, () => process.exit(0));`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      PATH: process.env['PATH'],
      NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'],
      CRON_LOCK_DIR: lockDir,
      CRON_MAX_LOAD: '10000',
      CRON_MIN_FREE_MB: '0',
      LOG_LEVEL: 'error',
      ...environment,
    },
  });
  const [out, err] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  const answer = JSON.parse(out.slice(out.indexOf('answer ') + 7)) as { status: number; body: Record<string, unknown> };
  return { ...answer, log: out.slice(0, out.indexOf('answer ')) + err };
}

test('without a secret, or with a broken configuration, nothing runs and the answer tells no settings', async (t) => {
  for (const [environment, problem] of [
    [{}, /CRON_SECRET/],
    [{ CRON_SECRET: 'short' }, /CRON_SECRET/],
    [{ CRON_SECRET: secret, PORT: 'x' }, /PORT/],
    [{ CRON_SECRET: secret, CRON_LOCK: 'file' }, /CRON_LOCK: expected mongo on a hosted platform/],
  ] as const) {
    const { status, body, log } = await callHosted(t, environment, { token: secret });
    t.deepEqual([status, body], [503, { error: 'The function is not configured: see its log' }]);
    t.regex(log, problem);
    t.false(log.includes(secret));
  }
});

test('without the token nothing runs', async (t) => {
  t.is((await callHosted(t, { CRON_SECRET: secret, MONGODB_URI: databaseUri(), CRON_LOCK: 'mongo' })).status, 401);
});

test('a run on a hosted platform is guarded, recorded and reported', async (t) => {
  const { status, body } = await callHosted(
    t,
    { CRON_SECRET: secret, MONGODB_URI: databaseUri(), CRON_LOCK: 'mongo' },
    { token: secret },
  );
  t.is(status, 200);
  t.like(body, { job: 'hosted-test', status: 'succeeded', counts: { done: 1 } });
  t.like(await JobRun.findById(body['runId']).lean(), { trigger: 'hosted', status: 'succeeded' });
});

test('what a run leaves is asked to the caller, who calls again', async (t) => {
  const environment = { CRON_SECRET: secret, MONGODB_URI: databaseUri(), CRON_LOCK: 'mongo' };
  const { body } = await callHosted(t, environment, { token: secret, run: 'context.waiting(3)' });
  t.like(body, { status: 'partial', waiting: 3, left: 3 });
});

test('behind API Gateway the job answers an event of AWS Lambda', async (t) => {
  const { status, body, log } = await callHosted(t, { CRON_SECRET: 'short' }, { as: 'lambda' });
  t.deepEqual([status, body], [503, { error: 'The function is not configured: see its log' }]);
  t.regex(log, /CRON_SECRET/);
});

test('whatever a job throws, nothing too, is a failed run', async (t) => {
  for (const thrown of ['undefined', 'null', '"text"', 'new Error("boom")', 'Object.create(null)']) {
    const { status, body } = await callHosted(
      t,
      { CRON_SECRET: secret, MONGODB_URI: databaseUri(), CRON_LOCK: 'mongo' },
      { token: secret, run: `throw ${thrown}` },
    );
    t.deepEqual([status, body['status']], [500, 'failed'], thrown);
    t.is((body['errors'] as unknown[]).length, 1);
  }
});

test('a database that is not there fails the run with its host and without its password', async (t) => {
  const { status, body, log } = await callHosted(
    t,
    {
      CRON_SECRET: secret,
      CRON_LOCK: 'mongo',
      MONGODB_URI: 'mongodb://user:hushhush@127.0.0.1:1/crm?serverSelectionTimeoutMS=200',
    },
    { token: secret },
  );
  t.is(status, 500);
  const written = JSON.stringify(body);
  t.regex(written, /127\.0\.0\.1:1/);
  t.false(`${written}${log}`.includes('hushhush'));
});
