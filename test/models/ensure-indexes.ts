import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import test from 'ava';
import mongoose from 'mongoose';
import { ensureIndexes, type IndexReport } from '../../shared/models/ensure-indexes.ts';
import { models } from '../../shared/models/index.ts';
import { JobRun } from '../../shared/models/job-run.ts';
import { Property } from '../../shared/models/property.ts';
import { User } from '../../shared/models/user.ts';
import { databaseName, databaseUri, useDatabase } from '../doubles/database.ts';

useDatabase(test);

const count = (reports: readonly IndexReport[], what: 'present' | 'created' | 'missing' | 'extra' | 'problems') =>
  reports.reduce((sum, report) => sum + report[what].length, 0);
const of = (reports: readonly IndexReport[], collection: string) =>
  reports.find((report) => report.collection === collection)!;
const total = models.reduce((sum, model) => sum + model.schema.indexes().length, 0);

test.serial('a database with all indexes has nothing to do', async (t) => {
  const reports = await ensureIndexes({ dryRun: false });
  t.is(reports.length, models.length);
  t.is(count(reports, 'present'), total);
  for (const what of ['created', 'missing', 'extra', 'problems'] as const) t.is(count(reports, what), 0, what);
});

test.serial('a dry run names what is missing and creates nothing', async (t) => {
  await User.collection.dropIndexes();
  for (let run = 0; run < 2; run++)
    t.deepEqual(of(await ensureIndexes({ dryRun: true }), 'users').missing, ['email_1']);
});

test.serial('what is missing is created once', async (t) => {
  await mongoose.connection.dropDatabase();
  const first = await ensureIndexes({ dryRun: false });
  t.is(count(first, 'created'), total);
  t.is(count(first, 'problems'), 0);
  t.is(count(await ensureIndexes({ dryRun: false }), 'created'), 0);
});

test.serial('an index of the CRM is reported as extra and left alone', async (t) => {
  await Property.collection.createIndex({ 'crm.rank': -1 }, { name: 'crm-rank' });
  const report = of(await ensureIndexes({ dryRun: false }), 'properties');
  t.deepEqual(report.extra, ['crm-rank']);
  t.true((await Property.listIndexes()).some(({ name }: { name: string }) => name === 'crm-rank'));
});

test.serial('an index with other options is a problem with a way out, and stays', async (t) => {
  await JobRun.collection.dropIndex('startedAt_-1');
  await JobRun.collection.createIndex({ startedAt: -1 });
  const report = of(await ensureIndexes({ dryRun: false }), 'jobruns');
  t.like(report, { created: [], extra: [] });
  t.is(report.problems[0]?.index, 'startedAt_-1');
  t.regex(report.problems[0]!.reason, /other options than \{"expireAfterSeconds":\d+\}: drop it/);
});

test.serial('a unique index over equal values names them, and the other indexes are still created', async (t) => {
  await User.collection.dropIndexes();
  await JobRun.collection.dropIndexes();
  await User.collection.insertMany([{ email: 'a@example.com' }, { email: 'a@example.com' }]);
  const reports = await ensureIndexes({ dryRun: false });
  t.deepEqual(of(reports, 'users').created, []);
  t.regex(of(reports, 'users').problems[0]!.reason, /same value, first \{"email":"a@example.com"\}/);
  t.is(of(reports, 'jobruns').created.length, JobRun.schema.indexes().length);
});

test.serial('an abort stops between two collections', async (t) => {
  await t.throwsAsync(ensureIndexes({ dryRun: true, signal: AbortSignal.abort(new Error('stop')) }), {
    message: 'stop',
  });
});

for (const autoIndex of [true, false]) {
  const what = autoIndex ? 'creates all indexes' : 'creates nothing';
  test(`connecting ${what} when autoIndex is ${autoIndex}`, async (t) => {
    const uri = databaseUri(databaseName(`auto-index-${autoIndex}`));
    const program = `
      import { connectDatabase, disconnectDatabase } from './shared/platform/database.ts';
      import { models } from './shared/models/index.ts';
      const connection = await connectDatabase({ uri: process.argv[1], autoIndex: ${autoIndex} });
      await Promise.all(models.map((model) => model.init()));
      let missing = 0;
      for (const model of models) missing += (await model.diffIndexes()).toCreate.length;
      const collections = (await connection.listCollections()).length;
      await connection.dropDatabase();
      await disconnectDatabase();
      console.log(JSON.stringify({ missing, collections }));`;
    const child = spawn(process.execPath, ['--input-type=module', '--eval', program, uri], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [output] = await Promise.all([text(child.stdout), once(child, 'close')]);
    const { missing, collections } = JSON.parse(output) as { missing: number; collections: number };
    if (autoIndex) t.is(missing, 0);
    else t.deepEqual({ missing, collections }, { missing: total, collections: 0 });
  });
}
