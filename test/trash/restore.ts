import test from 'ava';
import { Types } from 'mongoose';
import { Contact } from '../../shared/models/contact.ts';
import { Conversation } from '../../shared/models/conversation.ts';
import { PropertyFeed } from '../../shared/models/property-feed.ts';
import { Property } from '../../shared/models/property.ts';
import { restoreRecord } from '../../shared/trash/restore.ts';
import { useDatabase } from '../doubles/database.ts';

useDatabase(test);

const deletedAt = new Date('2026-03-01T10:00:00Z');
const far = new Date('2026-03-02T10:00:00Z');
const locationId = new Types.ObjectId();

test('a record is restored by kind and id, and a deleted owner is named', async (t) => {
  const [contactId, conversationId] = [new Types.ObjectId(), new Types.ObjectId()];
  await Contact.collection.insertOne({ _id: contactId, locationId, deletedAt } as never);
  await Conversation.collection.insertOne({ _id: conversationId, locationId, contactId, deletedAt } as never);
  t.deepEqual(await restoreRecord('conversation', String(conversationId), far), {
    kind: 'conversation',
    id: String(conversationId),
    wasDeleted: true,
    ownersInTrash: [{ kind: 'contact', id: String(contactId) }],
  });
  t.is((await Conversation.findById(conversationId).lean())?.deletedAt, null);
  t.like(await restoreRecord('Contacts', String(contactId), far), { kind: 'contact', wasDeleted: true });
  t.like(await restoreRecord('conversations', String(conversationId), far), { wasDeleted: false, ownersInTrash: [] });
});

test('a removed feed comes back paused', async (t) => {
  const { _id } = await PropertyFeed.create({ locationId, url: 'https://a.example', deletedAt, isActive: false });
  t.like(await restoreRecord('feed', String(_id), far), { kind: 'feed', wasDeleted: true });
  t.like(await PropertyFeed.findById(_id).lean(), { deletedAt: null, isActive: false });
});

test('a record that cannot be restored is reported with the reason', async (t) => {
  const stub = new Types.ObjectId();
  await Property.collection.insertOne({ _id: stub, locationId, slug: 's', deletedAt, purgedAt: deletedAt } as never);
  for (const [kind, id, message] of [
    ['contcat', String(stub), /expects one of messages?, .*contact.*did you mean contact\?/],
    ['contact', 'x', /No contact has the id x/],
    ['contact', String(new Types.ObjectId()), /No contact has the id/],
    ['company', String(stub), /No company has the id/],
    ['property', String(stub), /was purged and cannot be restored/],
  ] as const)
    await t.throwsAsync(restoreRecord(kind, id, far), { code: 'usage', message });
});
