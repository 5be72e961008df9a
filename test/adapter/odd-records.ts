import { randomBytes } from 'node:crypto';
import anyTest, { type TestFn } from 'ava';
import fc from 'fast-check';
import mongoose, { mongo, Types } from 'mongoose';
import { Account } from '../../shared/models/account.ts';
import { Event } from '../../shared/models/event.ts';
import { models } from '../../shared/models/index.ts';
import { JobRun } from '../../shared/models/job-run.ts';
import { Location } from '../../shared/models/location.ts';
import { PropertyFeed } from '../../shared/models/property-feed.ts';
import { SyncItem } from '../../shared/models/sync-item.ts';
import { startAdapter, testSecret, type TestAdapter } from '../doubles/adapter.ts';
import { databaseUri, useDatabase } from '../doubles/database.ts';
import { useTestJobs } from '../doubles/test-jobs.ts';

const test = anyTest as TestFn;
useDatabase(test, models);
const jobsFolder = useTestJobs(test);

const password = 'password-of-the-page';
const releases: (() => Promise<unknown>)[] = [];
let adapter: TestAdapter;

test.serial.before('start an adapter', async () => {
  adapter = await startAdapter(
    { teardown: (release) => releases.push(release) },
    { args: ['--functions', jobsFolder()], environment: { MONGODB_URI: databaseUri(), STATUS_PASSWORD: password } },
  );
});

test.after.always('stop it', async () => {
  for (const release of releases.reverse()) await release();
});

const now = new Date();
const locationId = new Types.ObjectId();

const documents = {
  run: [
    JobRun,
    {
      job: 'no-op',
      status: 'failed',
      reason: 'timeout',
      detail: 'took too long',
      trigger: 'cron',
      parameters: { feedId: 'x' },
      startedAt: now,
      finishedAt: now,
      durationMs: 20,
      counts: { stored: 1 },
      errors: [{ scope: 'a', code: 'b', message: 'c', retryable: true }],
      progress: { message: 'under way', done: 1, total: 2, unit: 'items' },
      host: 'elsewhere',
      pid: 1,
      version: '0',
    },
  ],
  running: [
    JobRun,
    { job: 'half', status: 'running', trigger: 'cron', startedAt: now, host: 'x', pid: 1, version: '0' },
  ],
  location: [Location, { name: 'Agency', timeZone: 'UTC', deletedAt: null }],
  account: [
    Account,
    {
      locationId,
      provider: 'gmail',
      email: 'a@b.example',
      enabled: true,
      status: 'error',
      lastError: 'why',
      lastSyncedAt: now,
      notBefore: now,
      credentialsExpireAt: now,
    },
  ],
  feed: [
    PropertyFeed,
    {
      locationId,
      name: 'Feed',
      url: 'http://feeds.example/x.xml',
      isActive: true,
      format: 'AUTO',
      detectedFormat: 'KYERO',
      lastSyncAt: now,
      lastStatus: 'held',
      lastError: 'why',
      itemCount: 3,
      lastReport: { counts: { new: 1 } },
      removalGuard: { reason: 'why', count: 1, total: 2, heldAt: now },
      formHold: { code: 'ids-moved', count: 1, heldAt: now },
    },
  ],
  event: [Event, { type: 'lead.inactive', status: 'dead', locationId, payload: {}, key: 'k' }],
  item: [SyncItem, { accountId: new Types.ObjectId(), status: 'parked', reason: 'why', parkedAt: now }],
} as const;

const odd = fc.oneof(
  fc.constantFrom<unknown>(
    null,
    '',
    0,
    -1,
    true,
    false,
    [],
    {},
    NaN,
    Infinity,
    [null],
    [[]],
    [now],
    { $a: 1 },
    '🏠<b>',
  ),
  fc.constantFrom<unknown>(new Date(Number.NaN), new Date(8.64e15), new Date(-8.64e15), new Types.ObjectId()),
  fc.constantFrom<unknown>(new mongo.Decimal128('1.5'), new mongo.Long(7), new mongo.MaxKey(), /x/, Buffer.from('x')),
  fc.string(),
  fc.array(fc.anything({ maxDepth: 1 }), { maxLength: 2 }),
);
const fields = Object.entries(documents).flatMap(([kind, [, document]]) =>
  ['_id', ...Object.keys(document)].map((field) => [kind as keyof typeof documents, field] as const),
);

function storable(value: unknown): unknown {
  try {
    return mongo.BSON.deserialize(mongo.BSON.serialize({ value }, { ignoreUndefined: true }))['value'];
  } catch {
    return null;
  }
}

async function answers(path: string, authorization: string): Promise<readonly [number, string]> {
  const response = await fetch(adapter.url + path, { headers: { authorization } });
  return [response.status, await response.text()];
}

const bearer = `Bearer ${testSecret}`;
const basic = `Basic ${Buffer.from(`me:${password}`).toString('base64')}`;

test.serial('an odd value in one record leaves the rest of the page unchanged', async (t) => {
  const collections = [JobRun, Location, Account, PropertyFeed, Event, SyncItem];
  const spoilt = fc.array(fc.tuple(fc.constantFrom(...fields), odd), { minLength: 80, maxLength: 120 });
  await fc.assert(
    fc.asyncProperty(spoilt, async (changes) => {
      for (const { collection } of collections) await collection.deleteMany({});
      const soundName = randomBytes(6).toString('hex');
      await Location.collection.insertOne({ _id: locationId, name: 'Aphrodite' });
      await PropertyFeed.collection.insertOne({
        locationId,
        name: `Sound ${soundName}`,
        url: 'http://a.example',
        isActive: true,
      } as never);
      await JobRun.collection.insertOne({
        ...documents.run[1],
        parameters: null,
        startedAt: new Date(now.getTime() + 1),
        counts: { stored: 4321 },
        status: 'succeeded',
      } as never);
      for (const [[kind, field], value] of changes) {
        const [model, document] = documents[kind];
        // The database refuses some, such as a list as id.
        await model.collection.insertOne({ ...document, [field]: storable(value) } as never).catch(() => undefined);
      }
      // The page is shared for two seconds.
      const content = await renderedAgain(soundName);
      t.true(content.includes(`Sound ${soundName}`), content.slice(0, 300));
      t.regex((await answers('/', basic))[1], /4,321 e-mails stored/);
      for (const path of ['/api/runs', '/metrics']) {
        const [status, text] = await answers(path, bearer);
        t.is(status, 200, `${path}: ${text.slice(0, 300)}`);
        t.regex(text, path === '/api/runs' ? /4321/ : /estio_cron_last_success/);
      }
      t.true([200, 503].includes((await answers('/healthz?strict=1', bearer))[0]));
      t.notRegex((await answers('/healthz?strict=1', bearer))[1], /not-ready/);
    }),
    { numRuns: 6, seed: 22, endOnFailure: true },
  );
});

test.serial('a text of any length leaves the front page small', async (t) => {
  const huge = 'x'.repeat(500_000);
  for (const { collection } of [JobRun, Location, Account, PropertyFeed, Event, SyncItem])
    await collection.deleteMany({});
  for (const [kind, [model, document]] of Object.entries(documents))
    for (const field of Object.keys(document))
      await model.collection
        .insertOne({ ...document, [field]: huge, key: `${kind} ${field}` } as never)
        .catch(() => undefined);
  const soundName = randomBytes(6).toString('hex');
  await PropertyFeed.collection.insertOne({ locationId, name: `Sound ${soundName}`, url: 'http://a.example' } as never);
  await renderedAgain(soundName);
  for (const path of ['/', '/feeds', '/mailboxes']) {
    const [status, text] = await answers(path, basic);
    t.deepEqual([status, text.length < 300_000], [200, true], `${path}: ${text.length}`);
  }
});

/** After `mark` was stored. */
async function renderedAgain(mark: string): Promise<string> {
  for (;;) {
    const [status, text] = await answers('/feeds?q=Sound&content', basic);
    if (status !== 200 || text.includes(mark)) return text;
    await mongoose.connection.db?.command({ ping: 1 });
  }
}
