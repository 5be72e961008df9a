import anyTest, { type ExecutionContext, type TestFn } from 'ava';
import { Types } from 'mongoose';
import { pino } from 'pino';
import { createPushQueue } from '../../adapter/push-queue.ts';
import { pushRoutes } from '../../adapter/push-routes.ts';
import { graphClientState } from '../../shared/mail/push/graph-push.ts';
import { Account } from '../../shared/models/account.ts';
import { askedFor } from '../../shared/models/claim.ts';
import { readConfig } from '../../shared/platform/config.ts';
import type { RunEnvelope, RunRequest } from '../../shared/runs/run-guarded.ts';
import { useDatabase } from '../doubles/database.ts';
import { startGoogleKeys } from '../doubles/google-keys.ts';
import { connectedAccount } from '../doubles/mail.ts';
import { testClock } from '../doubles/run-context.ts';

const test = anyTest as TestFn;
useDatabase(test);

const key = Buffer.alloc(32, 7).toString('base64');
const audience = 'https://cron.example/api/push/gmail';
const account = 'push@project.iam.gserviceaccount.com';
const log = pino({ level: 'silent' });

/** Runs are only noted. */
async function scene(t: ExecutionContext, answers: readonly Partial<RunEnvelope>[] = []) {
  const keys = await startGoogleKeys(t);
  const config = readConfig({
    CREDENTIALS_KEY: key,
    GMAIL_PUSH_AUDIENCE: audience,
    GMAIL_PUSH_ACCOUNT: account,
    GOOGLE_CERTS_URL: keys.url,
    GRAPH_PUSH_URL: 'https://cron.example/api/push/graph',
  });
  const runs: { job: string; request: RunRequest }[] = [];
  const jobs = new Map(
    ['gmail-sync', 'outlook-sync'].map((name) => {
      const description = { name, description: '', schedule: '0 * * * *', parameters: [] };
      return [name, { description, file: import.meta.filename }];
    }),
  );
  const queue = createPushQueue(
    {
      jobs,
      clock: testClock(),
      database: () => Promise.resolve(),
      run(job, request) {
        runs.push({ job: job.name, request });
        return Promise.resolve((answers[runs.length - 1] ?? { status: 'succeeded' }) as RunEnvelope);
      },
    },
    new AbortController().signal,
    log,
  );
  const routes = new Map(pushRoutes(config, queue, log).map((route) => [route.path, route]));
  const post = (path: string, body: string, headers: Record<string, string> = {}) => {
    const request = new Request(`https://cron.example${path}`, { method: 'POST', body, headers });
    return Promise.resolve(routes.get(path.split('?')[0]!)!.handle(request, path));
  };
  const claims = { iss: 'https://accounts.google.com', aud: audience, email: account, email_verified: true };
  const authorization = `Bearer ${keys.token(claims)}`;
  const gmail = async (email: string, headers = { authorization }): Promise<Response> => {
    const data = Buffer.from(JSON.stringify({ emailAddress: email, historyId: 1 })).toString('base64');
    const answer = await post('/api/push/gmail', JSON.stringify({ message: { data } }), headers);
    // As Pub/Sub does: Google's keys may not have come in time.
    return answer.status === 503 ? gmail(email, headers) : answer;
  };
  const graph = (...value: readonly object[]) => post('/api/push/graph', JSON.stringify({ value }));
  return { gmail, graph, post, queue, runs };
}

const read = { lastAttemptAt: new Date('2026-11-20'), lastSyncedAt: new Date('2026-11-20') };
const reread = (id: Types.ObjectId) => Account.findById(id).lean();

test('a storm of pushes for one mailbox marks it and starts one run or two', async (t) => {
  const { gmail, queue, runs } = await scene(t);
  const [pushed, other] = [await connectedAccount(read), await connectedAccount(read)];
  const answers = await Promise.all(Array.from({ length: 1000 }, () => gmail(pushed.email)));
  t.true(answers.every(({ status }) => status === 204));
  await queue.settled();
  t.true(runs.length === 1 || runs.length === 2, `${runs.length} runs`);
  t.like(runs[0], { job: 'gmail-sync', request: { trigger: 'push', parameters: { pushed: true } } });
  t.deepEqual((await reread(pushed._id))?.lastAttemptAt, askedFor);
  t.deepEqual((await reread(other._id))?.lastAttemptAt, read.lastAttemptAt);
});

test('a forged push, or one for an unknown mailbox, starts nothing', async (t) => {
  const { gmail, graph, post, queue, runs } = await scene(t);
  const mailbox = await connectedAccount(read);
  t.is((await gmail(mailbox.email, { authorization: 'Bearer a.b.c' })).status, 401);
  t.is((await gmail('stranger@else.example')).status, 204, 'Pub/Sub is not to send it again');
  t.is((await post('/api/push/gmail', '<html>')).status, 401);
  t.is((await graph({ clientState: `${mailbox._id}.forged` })).status, 202);
  await queue.settled();
  t.deepEqual(runs, []);
  t.deepEqual((await reread(mailbox._id))?.lastAttemptAt, read.lastAttemptAt);
});

test('Graph gets its token back, its notifications are followed, and ending subscriptions are renewed', async (t) => {
  const { graph, post, queue, runs } = await scene(t);
  const answer = await post('/api/push/graph?validationToken=Validation%3A%20a%3Cb%3E', '');
  t.deepEqual([answer.status, answer.headers.get('content-type')], [200, 'text/plain']);
  t.is(await answer.text(), 'Validation: a<b>');
  t.is((await post(`/api/push/graph?validationToken=${'x'.repeat(2001)}`, '')).status, 400);
  const mailbox = await connectedAccount({ ...read, provider: 'outlook', watchExpiration: new Date('2027-01-01') });
  const clientState = graphClientState(String(mailbox._id), key);
  await graph({ clientState, lifecycleEvent: 'subscriptionRemoved' });
  await graph({ clientState, changeType: 'created' });
  await queue.settled();
  t.is(runs[0]?.job, 'outlook-sync');
  t.like(await reread(mailbox._id), { lastAttemptAt: askedFor, watchExpiration: askedFor });
});

test('while another narrowed run has the lock, a run is tried again; any other refusal is left to cron', async (t) => {
  const locked = { status: 'skipped', reason: 'locked' } as const;
  for (const [answers, expected] of [
    [[locked, locked], 3],
    [[locked, locked, locked, locked], 4],
    [[{ status: 'skipped', reason: 'high-load' }], 1],
  ] as const) {
    const { gmail, queue, runs } = await scene(t, answers);
    await gmail((await connectedAccount(read)).email);
    await queue.settled();
    t.is(runs.length, expected);
  }
});

test('without its settings the push address does not exist', (t) => {
  const queue = { note: () => t.fail(), settled: () => Promise.resolve() };
  const paths = (environment: Record<string, string>) =>
    pushRoutes(readConfig(environment), queue, log).map(({ path }) => path);
  t.deepEqual(paths({ GMAIL_PUBSUB_TOPIC: 'projects/p/topics/t' }), []);
  t.deepEqual(paths({ GMAIL_PUSH_AUDIENCE: audience }), [], 'whose tokens are taken is not said');
  t.deepEqual(paths({ CREDENTIALS_KEY: key, GRAPH_PUSH_URL: 'https://a.example' }), ['/api/push/graph']);
});
