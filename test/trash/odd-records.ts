import test from 'ava';
import fc from 'fast-check';
import { Types } from 'mongoose';
import { PurgeHold } from '../../shared/models/purge-hold.ts';
import { purgeTrash } from '../../shared/trash/purge.ts';
import { AgencyRecords, collections, findOrphans, type Records } from '../doubles/agency-records.ts';
import { useDatabase } from '../doubles/database.ts';
import { at, testContext } from '../doubles/run-context.ts';

useDatabase(test);

const old = new Date('2026-10-01T00:00:00Z');

async function purge(agencies: readonly AgencyRecords[], locationId?: string) {
  const context = testContext({
    databaseNow: at('2026-11-23T09:00:00Z'),
    parameters: locationId ? { locationId } : {},
  });
  await purgeTrash(context);
  return { report: context.report(), left: await Promise.all(agencies.map(leftOf)) };
}

async function leftOf(agency: AgencyRecords): Promise<string[]> {
  const names = Object.keys(collections) as (keyof Records)[];
  const found = await Promise.all(
    names.map((name) =>
      collections[name].collection
        .find({ _id: { $in: agency.records[name].map(({ _id }) => _id) } } as never, { projection: { _id: 1 } })
        .toArray(),
    ),
  );
  return found.flat().map(({ _id }) => String(_id));
}

/** With conversation, message, viewing and deal. */
function thrownAway(agency: AgencyRecords, fields: { contact?: object; conversation?: object; message?: object } = {}) {
  const contact = agency.contact({ deletedAt: old, ...fields.contact });
  const conversation = agency.conversation({ contactId: contact, ...fields.conversation });
  agency.message([conversation], fields.message);
  agency.viewing(contact, new Types.ObjectId(), { propertyId: undefined });
  return { contact, conversation };
}

test.serial('a contact whose location is a text does not affect the others of its agency', async (t) => {
  const agency = new AgencyRecords();
  thrownAway(agency, { contact: { locationId: String(agency.locationId) } });
  for (let index = 0; index < 5; index += 1) thrownAway(agency);
  await agency.save();
  const { report, left } = await purge([agency]);
  t.is(report.status, 'succeeded');
  t.deepEqual(left, [[]]);
});

test.serial('records that name their owner in another spelling are deleted with it', async (t) => {
  const text = (id: unknown) => String(id);
  const upper = (id: unknown) => String(id).toUpperCase();
  const cases: ((agency: AgencyRecords) => void)[] = [
    (agency) => thrownAway(agency, { contact: { locationId: upper(agency.locationId) } }),
    (agency) => thrownAway(agency, { conversation: { locationId: text(agency.locationId) } }),
    (agency) => thrownAway(agency, { conversation: { locationId: undefined } }),
    (agency) => thrownAway(agency, { conversation: { locationId: 'x' }, message: { locationId: 5 } }),
    (agency) => {
      const contact = agency.contact({ deletedAt: old });
      agency.message([agency.conversation({ contactId: text(contact) })]);
      agency.viewing(upper(contact) as never, new Types.ObjectId());
    },
    (agency) => {
      const conversation = agency.conversation({ deletedAt: old });
      agency.message([text(conversation) as never]);
      agency.message([], { conversationId: upper(conversation), conversationIds: null });
      agency.message([], { conversationIds: conversation });
    },
    (agency) => {
      const contact = agency.contact({ _id: 'cuid-1', deletedAt: old });
      agency.conversation({ contactId: contact });
    },
    (agency) => {
      const id = new Types.ObjectId();
      agency.contact({ _id: text(id), deletedAt: old });
      agency.conversation({ contactId: id });
    },
    (agency) => {
      const contact = agency.contact({ locationId: undefined, deletedAt: old });
      agency.conversation({ contactId: contact });
    },
    (agency) => agency.offer(text(agency.deal({ deletedAt: old })) as never),
    (agency) => agency.offer(new Types.ObjectId(), { deletedAt: old }),
    (agency) => void agency.company({ deletedAt: old }),
  ];
  const agencies = cases.map((seed) => {
    const agency = new AgencyRecords();
    seed(agency);
    return agency;
  });
  for (const agency of agencies) await agency.save();
  const { report, left } = await purge(agencies);
  t.is(report.status, 'succeeded');
  t.deepEqual(report.errors, []);
  for (const [index, ids] of left.entries()) t.deepEqual(ids, [], `case ${index}`);
});

test.serial('references to purged records are removed, from lists, fields and single values', async (t) => {
  const agency = new AgencyRecords();
  const [contact, property] = [agency.contact({ deletedAt: old }), agency.property({ deletedAt: old })];
  const conversation = agency.conversation({ deletedAt: old });
  const company = agency.company({ deletedAt: old });
  const kept = new Types.ObjectId();
  agency.deal({ propertyIds: null, conversationIds: null, buyerContactId: String(contact) });
  agency.deal({ propertyIds: property, conversationIds: String(conversation) });
  agency.deal({ propertyIds: [String(property), kept], conversationIds: [conversation] });
  agency.property({ companyId: company });
  await agency.save();
  const { report } = await purge([agency]);
  t.is(report.status, 'succeeded');
  t.deepEqual(report.errors, []);
  const { deals, properties } = await agency.load();
  t.deepEqual(
    deals.map(({ propertyIds, conversationIds, buyerContactId }) => [propertyIds, conversationIds, buyerContactId]),
    [
      [null, null, undefined],
      [undefined, undefined, undefined],
      [[kept], [], undefined],
    ],
  );
  t.false('companyId' in properties[0]!);
});

test.serial('an unreadable date of deletion keeps the record, and is counted and named', async (t) => {
  const agency = new AgencyRecords();
  const odd = [false, '', 'yesterday', '2026-01-01T00:00:00Z', [old], [], 5, {}, true];
  const ids = odd.map((deletedAt) => agency.contact({ deletedAt }));
  for (const deletedAt of [null, undefined]) agency.contact({ deletedAt });
  await agency.save();
  const { report, left } = await purge([agency], String(agency.locationId));
  t.is(left[0]!.length, odd.length + 2);
  t.like(report, { status: 'succeeded', counts: { contacts: 0, unreadableRecords: odd.length } });
  t.like(report.errors, [{ scope: 'contacts', code: 'unreadable-record' }]);
  t.true(report.errors[0]!.message.includes(`contacts: deletedAt cannot be read in ${String(ids[0])}`));
});

test.serial('a record that the database refuses is set aside and named, and the others are deleted', async (t) => {
  const [agency, other] = [new AgencyRecords(), new AgencyRecords()];
  const contacts = Array.from({ length: 6 }, () => thrownAway(agency).contact);
  // One deal per title without buyer.
  agency.deal({ title: 'Open' });
  agency.deal({ title: 'Open', buyerContactId: contacts[2] });
  thrownAway(other);
  for (const each of [agency, other]) await each.save();
  const { collection } = collections.deals;
  await collection.createIndex(
    { locationId: 1, title: 1, buyerContactId: 1 },
    { unique: true, name: 'rule', partialFilterExpression: { title: 'Open' } },
  );
  const { report, left } = await purge([agency, other]);
  await collection.dropIndex('rule');

  t.like(report, { status: 'succeeded', counts: { recordsSetAside: 1 } });
  t.like(report.errors, [{ scope: 'contacts', code: 'record-set-aside' }]);
  t.true(report.errors[0]!.message.startsWith(`contacts ${String(contacts[2])} cannot be purged and was set aside: `));
  t.is(left[0]!.length, 6, 'the contact, its conversation, message and viewing, and the deals');
  t.deepEqual(left[1], []);
  t.deepEqual(await findOrphans(agency), []);
  t.is((await purge([agency])).left[0]!.length, 2, 'the deals');
});

test.serial(
  'what is written to an owner while it is purged goes after it, at the latest in the next run',
  async (t) => {
    const agency = new AgencyRecords();
    const { conversation } = thrownAway(agency);
    await agency.save();
    await purge([agency]);
    const late = new AgencyRecords(agency.locationId);
    late.message([conversation]);
    await late.save();
    t.deepEqual((await purge([late])).left, [[]]);
    t.is(await PurgeHold.countDocuments({ locationId: agency.locationId }), 0);
  },
);

interface Odd {
  readonly kind: string;
  readonly locationId: unknown;
  readonly owner: unknown;
  readonly _id: unknown;
  readonly deletedAt: unknown;
  readonly list: unknown;
}

function spell(value: unknown, real: Types.ObjectId): unknown {
  if (value === 'text') return String(real);
  return value === 'OID' ? real : value;
}

function addOdd(
  oddities: AgencyRecords,
  { kind, ...fields }: Odd,
  index: number,
  agency: AgencyRecords,
  owner: { contact: Types.ObjectId; conversation: Types.ObjectId },
): void {
  const own = fields._id === undefined ? {} : { _id: `${String(fields._id)}-${index}-${String(new Types.ObjectId())}` };
  const record = {
    ...own,
    locationId: spell(fields.locationId, agency.locationId),
    deletedAt: fields.deletedAt,
    contactId: spell(fields.owner, owner.contact),
    buyerContactId: spell(fields.owner, owner.contact),
    dealId: spell(fields.owner, owner.contact),
    // MongoDB itself refuses two lists in one index.
    conversationId: Array.isArray(fields.owner) ? undefined : spell(fields.owner, owner.conversation),
    conversationIds: fields.list === 'one' ? owner.conversation : fields.list,
    propertyIds: fields.list,
  };
  const add: Record<string, () => unknown> = {
    contact: () => oddities.contact({ ...record, emails: undefined }),
    // A contact has one conversation per location.
    conversation: () => oddities.conversation({ ...record, locationId: `x${index}` }),
    deal: () => oddities.deal(record),
    viewing: () => oddities.viewing(owner.contact, owner.contact, record),
    message: () => oddities.message([], record),
    property: () => oddities.property(record),
    offer: () => oddities.offer(owner.contact, record),
  };
  add[kind]?.();
}

test.serial('odd records of one agency never affect other records of any agency', async (t) => {
  const id = fc.constantFrom<unknown>(undefined, null, '', 'cuid-1', 5, [], {}, true, new Date(0), 'text', 'OID');
  const odd = fc.record({
    kind: fc.constantFrom('contact', 'conversation', 'deal', 'viewing', 'message', 'property', 'offer'),
    locationId: id,
    owner: id,
    _id: fc.constantFrom<unknown>(undefined, 'text', 'cuid', 7),
    deletedAt: fc.constantFrom<unknown>(old, false, '', 'x', [old], null),
    list: fc.constantFrom<unknown>(null, undefined, 'one', [], ['x', null], {}, 3),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(odd, { minLength: 1, maxLength: 6 }), async (plan) => {
      const [agency, other, oddities] = [new AgencyRecords(), new AgencyRecords(), new AgencyRecords()];
      const sound = [agency, other].map((each) => [thrownAway(each), thrownAway(each)]);
      const living = agency.contact();
      agency.message([agency.conversation({ contactId: living })]);
      const owner = sound[0]![0]!;
      for (const [index, each] of plan.entries()) addOdd(oddities, each, index, agency, owner);
      for (const each of [agency, other, oddities]) await each.save();
      const { report, left } = await purge([agency, other]);
      t.is(report.status, 'succeeded');
      t.deepEqual(
        report.errors.filter(({ code }) => code !== 'unreadable-record'),
        [],
      );
      t.is(left[0]!.length, 3, 'the living contact with its conversation and message');
      t.deepEqual(left[1], []);
      for (const name of Object.keys(collections) as (keyof Records)[])
        await collections[name].collection.deleteMany({});
      await PurgeHold.deleteMany({});
    }),
    { numRuns: 30, seed: 20261130 },
  );
});
