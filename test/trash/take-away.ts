import test from 'ava';
import { Hold } from '../../shared/trash/hold.ts';
import { putBack } from '../../shared/trash/put-back.ts';
import { takeBelongings, type Batch } from '../../shared/trash/take-away.ts';
import { kindNamed, type TrashKind } from '../../shared/trash/trash-kinds.ts';
import { AgencyRecords } from '../doubles/agency-records.ts';
import { useDatabase } from '../doubles/database.ts';

useDatabase(test);

function kindOf(name: string): TrashKind {
  return kindNamed(name) as TrashKind;
}

function batchOf(agency: AgencyRecords) {
  const counts: Record<string, number> = {};
  const hold = new Hold();
  const batch: Batch = {
    locationId: agency.locationId,
    cutoff: new Date('2026-10-24T09:00:00Z'),
    dryRun: false,
    counted: new Set(),
    count: (name, by) => void (counts[name] = (counts[name] ?? 0) + by),
    hold,
  };
  return { batch, counts, putBack: () => putBack(hold.batch, batch.count) };
}

async function deleteFrom(kind: string, id: unknown): Promise<void> {
  await kindOf(kind).model.collection.deleteOne({ _id: id } as never);
}

/** They share a message, a listing and a deal. */
async function twoContacts() {
  const agency = new AgencyRecords();
  const property = agency.property();
  const contacts = [agency.contact({ name: 'Maria' }), agency.contact({ name: 'Nikos' })];
  const conversations = contacts.map((contactId) => agency.conversation({ contactId }));
  agency.message(conversations, { subject: 'both' });
  for (const conversation of conversations)
    agency.message([conversation], { subject: 'one', size: 7.0, sent: new Date(0) });
  for (const contact of contacts) agency.viewing(contact, property);
  agency.deal({ buyerContactId: contacts[0], conversationIds: conversations, propertyIds: [property] });
  await agency.save();
  return { agency, contacts, conversations, before: await agency.load() };
}

test('records taken from all owners are put back unchanged', async (t) => {
  const { agency, contacts, before } = await twoContacts();
  const { batch, counts, putBack } = batchOf(agency);
  await takeBelongings(kindOf('contacts'), contacts, batch);

  const taken = await agency.load();
  t.deepEqual(
    [taken.contacts.length, taken.conversations.length, taken.messages.length, taken.viewings.length],
    [2, 0, 0, 0],
  );
  t.deepEqual(counts, { messages: 3, conversations: 2, viewings: 2, referencesCleared: 2 });
  t.deepEqual([taken.deals[0]!['conversationIds'], 'buyerContactId' in taken.deals[0]!], [[], false]);

  await putBack();
  const after = await agency.load();
  t.deepEqual({ ...after, deals: [] }, { ...before, deals: [] });
  t.like(after.deals[0], { buyerContactId: contacts[0], conversationIds: before.deals[0]!['conversationIds'] });
  t.deepEqual(counts, { messages: 0, conversations: 0, viewings: 0, referencesCleared: 0 });
});

test('only records of owners that still exist are put back', async (t) => {
  const { agency, contacts, conversations } = await twoContacts();
  const { batch, putBack } = batchOf(agency);
  await takeBelongings(kindOf('contacts'), contacts, batch);
  await deleteFrom('contacts', contacts[0]);
  await putBack();

  const after = await agency.load();
  t.deepEqual(
    after.conversations.map(({ _id }) => _id),
    [conversations[1]],
  );
  t.deepEqual(
    after.messages.map(({ subject }) => subject),
    ['both', 'one'],
  );
  t.deepEqual(
    after.messages.map(({ conversationIds }) => conversationIds),
    [[conversations[1]], [conversations[1]]],
  );
  t.deepEqual(
    after.messages.map(({ conversationId }) => conversationId),
    [conversations[1], conversations[1]],
  );
  t.deepEqual(
    after.viewings.map(({ contactId }) => contactId),
    [contacts[1]],
  );
  t.deepEqual(after.deals[0]!['conversationIds'], [conversations[1]]);
  t.false('buyerContactId' in after.deals[0]!);
});

test('a message that another conversation holds returns to a restored one', async (t) => {
  const { agency, conversations, before } = await twoContacts();
  const { batch, counts, putBack } = batchOf(agency);
  await takeBelongings(kindOf('conversations'), [conversations[0]!], batch);
  const both = async () => (await agency.load()).messages.find(({ subject }) => subject === 'both')!;
  t.like(await both(), { conversationId: conversations[1] });
  await putBack();
  t.like(await both(), { conversationId: conversations[0], conversationIds: conversations });
  t.is((await agency.load()).messages.length, before.messages.length);
  t.deepEqual(counts, { messages: 0, referencesCleared: 0 });
});

test('putting back does not overwrite values that someone has set since', async (t) => {
  const { agency, contacts } = await twoContacts();
  const { batch, putBack } = batchOf(agency);
  await takeBelongings(kindOf('contacts'), [contacts[0]!], batch);
  await kindOf('deals').model.collection.updateOne(
    { locationId: agency.locationId },
    { $set: { buyerContactId: contacts[1] } },
  );
  await putBack();
  t.deepEqual((await agency.load()).deals[0]!['buyerContactId'], contacts[1]);
});

test('putting back does not overwrite a record that exists again', async (t) => {
  const { agency, contacts, before } = await twoContacts();
  const { batch, counts, putBack } = batchOf(agency);
  await takeBelongings(kindOf('contacts'), contacts, batch);
  await kindOf('viewings').model.collection.insertOne({ ...before.viewings[0]!, status: 'cancelled' } as never);
  await putBack();
  t.deepEqual(
    (await agency.load()).viewings.map(({ status }) => status),
    ['cancelled', 'confirmed'],
  );
  t.is(counts['viewings'], 1);
});

for (const [title, sizes] of Object.entries({
  'a record of the maximum size is': [15],
  'records that fit into one entry only by two, or not at all, are': [7, 7, 7, 15, 1, 15, 9],
}))
  test(`${title} held too`, async (t) => {
    const agency = new AgencyRecords();
    const contact = agency.contact();
    const conversation = agency.conversation({ contactId: contact });
    for (const size of sizes) agency.message([conversation], { html: 'x'.repeat(size * 2 ** 20) });
    await agency.save();
    const before = await agency.load();
    const { batch, putBack } = batchOf(agency);
    await takeBelongings(kindOf('contacts'), [contact], batch);
    t.is((await agency.load()).messages.length, 0);
    await putBack();
    t.deepEqual((await agency.load()).messages, before.messages);
  });
