import test from 'ava';
import { Types } from 'mongoose';
import { Contact } from '../../shared/models/contact.ts';
import { Conversation } from '../../shared/models/conversation.ts';
import { Deal } from '../../shared/models/deal.ts';
import { Event } from '../../shared/models/event.ts';
import { KeptRequest } from '../../shared/models/kept-request.ts';
import { Message } from '../../shared/models/message.ts';
import { Viewing } from '../../shared/models/viewing.ts';
import { eraseContact } from '../../shared/trash/erase-contact.ts';
import { useDatabase } from '../doubles/database.ts';

useDatabase(test);

const now = new Date('2026-03-01T10:00:00Z');
const models = [Contact, Conversation, Deal, Event, KeptRequest, Message, Viewing];

/** A person with records, and another who shares a message. */
async function agency() {
  const locationId = new Types.ObjectId();
  const [contactId, otherId, conversationId, othersId] = Array.from({ length: 4 }, () => new Types.ObjectId());
  const insert = (model: (typeof models)[number], ...records: object[]) =>
    model.collection.insertMany(records.map((record) => ({ locationId, ...record })) as never);
  await insert(Contact, { _id: contactId, name: 'Ann', email: 'ann@b.example' }, { _id: otherId, name: 'Bob' });
  await insert(Conversation, { _id: conversationId, contactId }, { _id: othersId, contactId: otherId });
  const message = (n: number, ...conversationIds: unknown[]) => ({
    messageIdHeader: `${n}@${String(contactId)}`,
    conversationId: conversationIds[0],
    conversationIds,
    sources: [{ accountId: locationId, providerMessageId: `${n}` }],
  });
  await insert(
    Message,
    message(1, conversationId),
    { ...message(2, conversationId), deletedAt: new Date(0) },
    message(3, conversationId, othersId),
    message(4, othersId),
  );
  await insert(Viewing, { contactId: String(contactId) }, { contactId: otherId });
  await insert(Deal, { buyerContactId: contactId });
  const events = [contactId, otherId].map((id) => ({ key: String(id), metadata: { contactId: String(id) } }));
  await insert(Event, ...events);
  await KeptRequest.create({ job: 'gmail-sync', contactId, revision: 'x' });
  const left = async () =>
    Object.fromEntries(
      await Promise.all(
        models.map(async (model) => {
          const mine = model === KeptRequest ? { contactId } : { locationId };
          return [model.modelName, await model.collection.countDocuments(mine as never)] as const;
        }),
      ),
    );
  return { contactId, otherId, othersId, left };
}

const counts = {
  messages: 2,
  conversations: 1,
  viewings: 1,
  referencesCleared: 2,
  keptRequests: 1,
  events: 1,
  contacts: 1,
};

test('a dry run shows what would be deleted and deletes nothing', async (t) => {
  const { contactId, left } = await agency();
  const before = await left();
  const erased = await eraseContact(String(contactId), { dryRun: true, now });
  t.like(erased, { name: 'Ann', email: 'ann@b.example' });
  t.deepEqual(erased.counts, counts);
  t.deepEqual(await left(), before);
  t.is((await Contact.findById(contactId).lean())?.deletedAt, undefined);
});

test('what belongs only to the contact is deleted, shared messages stay', async (t) => {
  const { contactId, otherId, othersId, left } = await agency();
  t.deepEqual((await eraseContact(String(contactId), { dryRun: false, now })).counts, counts);
  t.deepEqual(await left(), { Contact: 1, Conversation: 1, Deal: 1, Event: 1, KeptRequest: 0, Message: 2, Viewing: 1 });
  t.truthy(await Contact.findById(otherId));
  t.is(await Message.countDocuments({ conversationIds: othersId }), 2);
  t.is(await Deal.countDocuments({ buyerContactId: contactId }), 0);
  await t.throwsAsync(eraseContact(String(contactId), { dryRun: false, now }), { message: /No contact has the id/ });
});

test('an invalid id is refused', async (t) => {
  for (const id of ['x', '', String(new Types.ObjectId())])
    await t.throwsAsync(eraseContact(id, { dryRun: false, now }), { code: 'usage', message: /No contact has the id/ });
});
