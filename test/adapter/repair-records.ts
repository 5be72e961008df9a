import anyTest, { type TestFn } from 'ava';
import { Types } from 'mongoose';
import { Contact } from '../../shared/models/contact.ts';
import { models } from '../../shared/models/index.ts';
import { useCommands } from '../doubles/commands.ts';
import { databaseUri, useDatabase } from '../doubles/database.ts';

const test = anyTest as TestFn;
useDatabase(test, models);
const runCommand = useCommands(test);

test('--repair-records shows what can only mean one thing, then mends it, and names the rest', async (t) => {
  const locationId = new Types.ObjectId();
  const textual = { _id: new Types.ObjectId(), locationId: locationId.toHexString(), deletedAt: false };
  const unreadable = { _id: new Types.ObjectId(), locationId: 'agency', deletedAt: null };
  await Contact.collection.insertMany([textual, unreadable] as never[]);
  const environment = { MONGODB_URI: databaseUri() };

  const dry = await runCommand(['--repair-records', '--dry-run'], environment);
  t.is(dry.code, 3, dry.stderr);
  t.regex(dry.stdout, new RegExp(`mendable +contacts locationId: 1 \\(${String(textual._id)}\\)`));
  t.regex(dry.stdout, new RegExp(`unreadable +contacts locationId: 1 \\(${String(unreadable._id)}\\)`));
  t.deepEqual((await Contact.collection.findOne({ _id: textual._id }))?.['locationId'], textual.locationId);

  const done = await runCommand(['--repair-records', '--json'], environment);
  t.is(done.code, 3, done.stderr);
  const reports = JSON.parse(done.stdout) as { collection: string; field: string; mended: number }[];
  t.true(
    reports.some(({ collection, field, mended }) => `${collection} ${field} ${mended}` === 'contacts locationId 1'),
  );
  t.deepEqual((await Contact.collection.findOne({ _id: textual._id }))?.['locationId'], locationId);
  t.is((await Contact.collection.findOne({ _id: unreadable._id }))?.['locationId'], 'agency' as never);
});
