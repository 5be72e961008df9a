import test from 'ava';
import { Types } from 'mongoose';
import { findStored, Message } from '../../shared/models/message.ts';
import { useDatabase } from '../doubles/database.ts';

useDatabase(test);

/** Only indexed fields. */
const message = (sources?: object[]) => ({
  locationId: new Types.ObjectId(),
  messageIdHeader: 'a@example.com',
  ...(sources === undefined ? {} : { sources }),
});

test('messages without a source do not exclude each other', async (t) => {
  await t.notThrowsAsync(Message.collection.insertMany([message(), message(), message([]), message([])] as never));
});

test('an id of a mailbox names one message', async (t) => {
  const accountId = new Types.ObjectId();
  const source = { accountId, providerMessageId: 'one' };
  await Message.collection.insertOne(
    message([source, { accountId: new Types.ObjectId(), providerMessageId: 'one' }]) as never,
  );
  await t.throwsAsync(Message.collection.insertOne(message([source]) as never), { code: 11_000 });
  t.deepEqual([...(await findStored(accountId, ['one', 'two'])).keys()], ['one']);
});

test('an index serves the search for an id of a mailbox', async (t) => {
  const filter = { sources: { $elemMatch: { accountId: new Types.ObjectId(), providerMessageId: { $in: ['one'] } } } };
  const explained = (await Message.find(filter).explain('queryPlanner')) as unknown as {
    queryPlanner: { winningPlan: object };
  };
  t.regex(
    JSON.stringify(explained.queryPlanner.winningPlan),
    /"IXSCAN".*"sources\.accountId_1_sources\.providerMessageId_1"/,
  );
});
