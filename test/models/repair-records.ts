import test from 'ava';
import { Types } from 'mongoose';
import { repairRecords } from '../../shared/models/repair-records.ts';
import { AgencyRecords } from '../doubles/agency-records.ts';
import { useDatabase } from '../doubles/database.ts';

useDatabase(test);

test('a dry run shows what the repair changes, and the repair leaves only what a person must decide', async (t) => {
  const agency = new AgencyRecords();
  const contact = agency.contact({ locationId: String(agency.locationId), deletedAt: false });
  agency.contact({ deletedAt: 'yesterday' });
  agency.contact({ _id: 'cuid-1' });
  const searching = agency.contact({ requirements: { active: ' No ' }, lastActivityAt: '2026-11-23T09:00:00Z' });
  agency.conversation({ contactId: String(contact) });
  agency.deal({ propertyIds: null, conversationIds: new Types.ObjectId() });
  agency.offer(new Types.ObjectId(), { validUntil: '2026-11-23T09:00:00Z' });
  agency.viewing(contact, new Types.ObjectId(), { status: ' Confirmed' });
  agency.property({ status: 'Aktiv', publicationStatus: 'published ' });
  await agency.save();

  const counts = (reports: Awaited<ReturnType<typeof repairRecords>>) =>
    reports.map(({ collection, field, mended, unreadable }) => [`${collection}.${field}`, mended, unreadable]);
  const unreadable = [
    ['contacts._id', 0, 1],
    ['contacts.deletedAt', 0, 1],
    ['properties.status', 0, 1],
  ];
  const dry = await repairRecords({ dryRun: true });
  t.deepEqual(counts(dry), [
    ['contacts._id', 0, 1],
    ['contacts.locationId', 1, 0],
    ['contacts.deletedAt', 1, 1],
    ['contacts.lastActivityAt', 1, 0],
    ['contacts.requirements.active', 1, 0],
    ['conversations.contactId', 1, 0],
    ['properties.publicationStatus', 1, 0],
    ['properties.status', 0, 1],
    ['deals.propertyIds', 1, 0],
    ['deals.conversationIds', 1, 0],
    ['offers.validUntil', 1, 0],
    ['viewings.status', 1, 0],
  ]);
  t.deepEqual(await repairRecords({ dryRun: false }), dry);
  t.deepEqual(counts(await repairRecords({ dryRun: true })), unreadable);
  const { contacts, deals, offers } = await agency.load();
  t.false('deletedAt' in contacts.find(({ _id }) => String(_id) === String(contact))!);
  t.like(
    contacts.find(({ _id }) => String(_id) === String(searching)),
    {
      requirements: { active: false },
      lastActivityAt: new Date('2026-11-23T09:00:00Z'),
    },
  );
  t.deepEqual(deals[0]!['propertyIds'], []);
  t.deepEqual(offers[0]!['validUntil'], new Date('2026-11-23T09:00:00Z'));
});
