import test from 'ava';
import { jobHandler } from '../../shared/runs/job-handler.ts';
import type { JobDescription } from '../../shared/runs/job.ts';
import type { RunParameters } from '../../shared/runs/run-context.ts';
import type { RunEnvelope } from '../../shared/runs/run-guarded.ts';

const job: JobDescription = {
  name: 'purge-trash',
  description: 'For tests.',
  schedule: '0 3 * * *',
  parameters: ['dryRun'],
};
const token = 't'.repeat(32);
const ran: RunEnvelope = {
  job: job.name,
  runId: '1',
  status: 'succeeded',
  startedAt: '2026-11-23T09:00:00.000Z',
  durationMs: 1,
  counts: {},
  errors: [],
};

function handler(envelope: RunEnvelope = ran) {
  const runs: RunParameters[] = [];
  const handle = jobHandler({
    job,
    tokens: [token, undefined],
    run: async (_, parameters) => (runs.push(parameters), envelope),
  });
  const request = (init: RequestInit = {}, query = '') =>
    handle(
      new Request(`http://localhost/api/cron/purge-trash${query}`, {
        headers: { authorization: `Bearer ${token}` },
        ...init,
      }),
    );
  return { request, runs };
}

test("the run's result decides the status", async (t) => {
  const cases: [RunEnvelope, number][] = [
    [ran, 200],
    [{ ...ran, status: 'partial' }, 200],
    [{ ...ran, status: 'failed' }, 500],
    [{ job: job.name, status: 'skipped', reason: 'locked', detail: 'another run holds the lock' }, 200],
  ];
  for (const [envelope, status] of cases) {
    const response = await handler(envelope).request();
    t.is(response.status, status);
    t.is(response.headers.get('cache-control'), 'no-store');
    t.regex(String(response.headers.get('content-type')), /^application\/json/);
    t.deepEqual(await response.json(), envelope);
  }
});

test('GET and POST run the job, other methods are refused before anything else', async (t) => {
  const { request, runs } = handler();
  for (const method of ['GET', 'POST']) t.is((await request({ method })).status, 200);
  for (const method of ['HEAD', 'OPTIONS', 'PUT', 'DELETE', 'PATCH']) {
    const response = await request({ method, headers: {} });
    t.deepEqual([response.status, response.headers.get('allow')], [405, 'GET, POST'], method);
  }
  t.is(runs.length, 2);
});

test('without the right token no job runs', async (t) => {
  const { request, runs } = handler();
  for (const authorization of ['', 'Bearer', `Basic ${token}`, `Bearer ${token}x`, 'Bearer undefined']) {
    const response = await request({ headers: { authorization } }, '?unknown=1');
    t.deepEqual([response.status, response.headers.get('www-authenticate')], [401, 'Bearer'], authorization);
  }
  t.deepEqual(runs, []);
});

test('parameters reach the run, wrong ones are named', async (t) => {
  const { request, runs } = handler();
  t.is((await request({}, '?dryRun=1')).status, 200);
  t.deepEqual(runs, [{ dryRun: true, confirmRemovals: false }]);
  const response = await request({}, '?feedId=1');
  t.is(response.status, 400);
  t.deepEqual(await response.json(), { error: 'Unknown parameter "feedId": this job accepts dryRun' });
});

test('without any token there is no handler', (t) => {
  t.throws(() => jobHandler({ job, tokens: [undefined], run: () => Promise.resolve(ran) }), { instanceOf: RangeError });
});
