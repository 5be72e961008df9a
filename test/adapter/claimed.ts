import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import anyTest, { type TestFn } from 'ava';
import { Types } from 'mongoose';
import { projectRoot } from '../../adapter/project.ts';
import { Account, dueAccounts } from '../../shared/models/account.ts';
import { claimNext } from '../../shared/models/claim.ts';
import { Contact } from '../../shared/models/contact.ts';
import { models } from '../../shared/models/index.ts';
import { JobRun } from '../../shared/models/job-run.ts';
import { Location } from '../../shared/models/location.ts';
import { claimName, NamedClaim } from '../../shared/models/named-claim.ts';
import { dueFeeds, PropertyFeed } from '../../shared/models/property-feed.ts';
import { cleanEnvironment, startAdapter, testSecret, type TestAdapter } from '../doubles/adapter.ts';
import { databaseUri, useDatabase } from '../doubles/database.ts';

const test = anyTest as TestFn;
useDatabase(test, models);

const later = new Date('2100-01-01');
const elsewhere = { runId: 'b'.repeat(24), host: 'other-host', pid: 7 };
const locationId = new Types.ObjectId();
const email = 'office@agency.example';
const releases: (() => Promise<void>)[] = [];
let adapter: TestAdapter;
let ids: Record<string, string>;

test.serial.before('another host has claims', async () => {
  await Location.create({ _id: locationId, name: 'Office', timeZone: 'UTC', currency: 'EUR' });
  const fields = { provider: 'gmail', email, lastSyncedAt: new Date() } as const;
  const account = await Account.create({ ...fields, locationId });
  const twin = await Account.create({ ...fields, locationId: new Types.ObjectId() });
  const feed = await PropertyFeed.create({ locationId, url: 'https://feeds.example/1' });
  const contact = await Contact.create({ locationId, name: 'Nikos', email: 'nikos@buyer.example' });
  ids = {
    accountId: String(account._id),
    twinId: String(twin._id),
    feedId: String(feed._id),
    contactId: String(contact._id),
    locationId: String(locationId),
  };
  const accounts = dueAccounts({ providers: ['gmail'], accountId: ids['accountId']!, now: new Date() }, later);
  await claimNext(Account, accounts, 'named', elsewhere);
  await claimNext(PropertyFeed, dueFeeds({ feedId: ids['feedId']! }, later), 'named', elsewhere);
  for (const job of ['scheduled-tasks', 'purge-trash']) await claimName(`${job}:${locationId}`, elsewhere);
  // Its host renews them.
  for (const model of [Account, PropertyFeed, NamedClaim])
    await model.collection.updateMany({ claim: { $type: 'object' } }, { $set: { 'claim.until': later } });
  adapter = await startAdapter(
    { teardown: (release) => releases.push(release) },
    { environment: { MONGODB_URI: databaseUri(), CRON_LOCK: 'mongo' } },
  );
});

test.after.always('stop it', async () => {
  for (const release of releases) await release();
});

for (const [job, parameter, what, scope] of [
  ['gmail-sync', 'accountId', 'accountId', `gmail:${email}`],
  ['gmail-sync', 'accountId', 'twinId', `gmail:${email}`],
  ['gmail-sync', 'locationId', 'locationId', `gmail:${email}`],
  ['gmail-sync', 'contactId', 'contactId', `gmail:${email}`],
  ['sync-feeds', 'feedId', 'feedId', 'feed:'],
  ['sync-feeds', 'locationId', 'locationId', 'feed:'],
  ['scheduled-tasks', 'locationId', 'locationId', 'location:'],
  ['purge-trash', 'locationId', 'locationId', 'location:'],
] as const) {
  test.serial(`${job} for a ${what} that another host works on says by whom and since when`, async (t) => {
    const response = await adapter.request(`/api/cron/${job}?${parameter}=${ids[what]}`);
    const { since, detail, ...body } = (await response.json()) as Record<string, unknown>;
    t.is(response.status, 200);
    t.deepEqual(body, {
      job,
      status: 'skipped',
      reason: 'claimed',
      runId: elsewhere.runId,
      pid: elsewhere.pid,
      host: elsewhere.host,
      ...(parameter === 'contactId' ? { kept: true } : {}),
    });
    t.true(String(detail).includes(` is working on ${scope}`), String(detail));
    t.true(Math.abs(Date.now() - Date.parse(String(since))) < 600_000);
    const record = await JobRun.findOne({ job, [`parameters.${parameter}`]: ids[what] }).lean();
    t.like(record, { status: 'skipped', reason: 'claimed', detail });
  });
}

test.serial('the trigger accepts that answer and does not call again', async (t) => {
  const run = promisify(execFile)(join(projectRoot, 'crontab/trigger'), ['sync-feeds', '--feed-id', ids['feedId']!], {
    env: cleanEnvironment({
      CRON_URL: adapter.url,
      CRON_SECRET: testSecret,
      CRON_LOCK_DIR: adapter.lockDir,
      CRON_SKIP_PAUSE: '1h',
    }),
  });
  await t.notThrowsAsync(run);
});
