import anyTest, { type TestFn } from 'ava';
import { Types } from 'mongoose';
import { Contact } from '../../shared/models/contact.ts';
import { useCommands } from '../doubles/commands.ts';
import { databaseUri, useDatabase } from '../doubles/database.ts';

const test = anyTest as TestFn;
useDatabase(test);
const runCommand = useCommands(test);

test('a contact is restored, and erased when someone says so', async (t) => {
  const environment = { MONGODB_URI: databaseUri() };
  const id = new Types.ObjectId();
  const locationId = new Types.ObjectId();
  await Contact.collection.insertOne({ _id: id, locationId, name: 'Ann', deletedAt: new Date() } as never);
  const restored = await runCommand(['--restore', 'contact', String(id)], environment);
  t.is(restored.code, 0, restored.stderr);
  t.is(restored.stdout, `Restored the contact ${String(id)}.\n`);
  const unasked = await runCommand(['--erase-contact', String(id)], environment);
  t.is(unasked.code, 2);
  t.regex(unasked.stderr, /Use --dry-run to see what would be deleted, --yes to delete it/);
  t.is(await Contact.countDocuments({ _id: id, deletedAt: null }), 1);
  const erased = await runCommand(['--erase-contact', String(id), '--yes', '--json'], environment);
  t.is(erased.code, 0, erased.stderr);
  t.like(JSON.parse(erased.stdout), { name: 'Ann', dryRun: false, counts: { contacts: 1 } });
  t.is(await Contact.countDocuments({ _id: id }), 0);
  t.is((await runCommand(['--restore', 'contact'])).code, 2);
});
