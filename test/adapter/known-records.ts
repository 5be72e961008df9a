import anyTest, { type TestFn } from 'ava';
import { Types } from 'mongoose';
import { namesRecords, requireRecords } from '../../adapter/known-records.ts';
import { Account } from '../../shared/models/account.ts';
import { Contact } from '../../shared/models/contact.ts';
import { Location } from '../../shared/models/location.ts';
import { PropertyFeed } from '../../shared/models/property-feed.ts';
import { useCommands } from '../doubles/commands.ts';
import { databaseUri, useDatabase } from '../doubles/database.ts';

const test = anyTest as TestFn;
useDatabase(test);
const runCommand = useCommands(test);

const flags = { dryRun: false, confirmRemovals: false };
const kinds = [
  ['accountId', Account, /There is no account [\da-f]{24}: node adapter --account-list/],
  ['feedId', PropertyFeed, /There is no feed [\da-f]{24}: node adapter --feed-list/],
  ['locationId', Location, /There is no location [\da-f]{24}: node adapter --location-list/],
  ['contactId', Contact, /There is no contact [\da-f]{24}$/],
] as const;

test('each id given to --invoke must name a record', async (t) => {
  t.false(namesRecords(flags));
  for (const [parameter, model, expected] of kinds) {
    const _id = new Types.ObjectId();
    const parameters = { ...flags, [parameter]: _id.toHexString() };
    t.true(namesRecords(parameters));
    const error = await t.throwsAsync(requireRecords(parameters), { code: 'usage' });
    t.regex(error?.message ?? '', expected);
    await model.collection.insertOne({ _id, email: parameter } as never);
    await t.notThrowsAsync(requireRecords(parameters), parameter);
  }
});

test('an id that was stored as its digits names its record, a removed feed is none', async (t) => {
  const id = new Types.ObjectId().toHexString();
  await Account.collection.insertOne({ _id: id, email: 'ann@paphos.example' } as never);
  await t.notThrowsAsync(requireRecords({ ...flags, accountId: id }));
  await PropertyFeed.collection.insertOne({ _id: new Types.ObjectId(id), deletedAt: new Date() } as never);
  await t.throwsAsync(requireRecords({ ...flags, feedId: id }), { code: 'usage' });
});

test('an unknown id is wrong usage, and nothing runs', async (t) => {
  const unknown = new Types.ObjectId().toHexString();
  const environment = { MONGODB_URI: databaseUri() };
  for (const line of [
    ['--invoke', 'gmail-sync', '--account-id', unknown],
    ['--account-pause', unknown],
    ['--replay-event', unknown],
    ['--connect', 'gmail', '--link', '--location', unknown],
  ]) {
    const { code, stdout, stderr } = await runCommand(line, environment);
    t.is(code, 2, `${line.join(' ')}: ${stderr}`);
    t.is(stdout, '');
    t.true(stderr.includes(unknown), stderr);
  }
});
