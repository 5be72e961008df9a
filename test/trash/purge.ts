import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import test from 'ava';
import fc from 'fast-check';
import { Types } from 'mongoose';
import { projectRoot } from '../../adapter/project.ts';
import { Account } from '../../shared/models/account.ts';
import { Contact } from '../../shared/models/contact.ts';
import { Conversation } from '../../shared/models/conversation.ts';
import { SyncItem } from '../../shared/models/sync-item.ts';
import { RunAbortedError } from '../../shared/platform/errors.ts';
import { deletedBefore } from '../../shared/models/deletion.ts';
import { purgeTrash } from '../../shared/trash/purge.ts';
import { trashKinds } from '../../shared/trash/trash-kinds.ts';
import { AgencyRecords, findOrphans, type Records } from '../doubles/agency-records.ts';
import { databaseUri, useDatabase } from '../doubles/database.ts';
import { at, testContext, type TestContextOptions } from '../doubles/run-context.ts';

useDatabase(test);

/** The cutoff is 2026-10-24 09:00 UTC, exclusive. */
const now = at('2026-11-23T09:00:00Z');
const old = new Date('2026-10-24T08:59:59.999Z');
const recent = new Date('2026-10-24T09:00:00Z');

function contextOf(location: AgencyRecords, options: TestContextOptions = {}) {
  return testContext({
    databaseNow: now,
    ...options,
    parameters: { locationId: String(location.locationId), ...options.parameters },
  });
}

async function purge(location: AgencyRecords, options: TestContextOptions = {}) {
  const context = contextOf(location, options);
  await purgeTrash(context);
  return context.report();
}

function names(records: Records): Record<string, number> {
  return Object.fromEntries(Object.entries(records).map(([name, found]) => [name, found.length]));
}

const nothing = {
  contacts: 0,
  conversations: 0,
  messages: 0,
  viewings: 0,
  deals: 0,
  offers: 0,
  properties: 0,
  companies: 0,
};

test('deletes what is older than the retention with all that belongs to it, and counts by collection', async (t) => {
  const agency = new AgencyRecords();
  const contact = agency.contact({ deletedAt: old });
  const property = agency.property({ deletedAt: old });
  agency.message([agency.conversation({ contactId: contact })]);
  agency.message([agency.conversation({ deletedAt: old })]);
  agency.viewing(contact, property);
  const deal = agency.deal({ deletedAt: old, buyerContactId: contact, propertyIds: [property] });
  agency.offer(deal);
  agency.offer(deal);
  await agency.save();

  const report = await purge(agency);

  t.is(report.status, 'succeeded');
  t.deepEqual(report.counts, {
    messages: 2,
    viewings: 1,
    offers: 2,
    deals: 1,
    properties: 1,
    companies: 0,
    conversations: 2,
    contacts: 1,
    parkedMessages: 0,
    referencesCleared: 1,
  });
  t.deepEqual(names(await agency.load()), nothing);
});

test('keeps what is alive, younger than the retention, or has no readable date', async (t) => {
  const agency = new AgencyRecords();
  for (const deletedAt of [undefined, null, recent, new Date('2030-01-01'), '2020-01-01', true]) {
    const fields = deletedAt === undefined ? {} : { deletedAt };
    const contact = agency.contact(fields);
    const conversation = agency.conversation({ contactId: contact, ...fields });
    agency.message([conversation], fields);
    agency.viewing(contact, agency.property(fields), fields);
    agency.offer(agency.deal(fields));
  }
  await agency.save();
  const before = await agency.load();

  t.is((await purge(agency)).status, 'succeeded');
  t.deepEqual(await agency.load(), before);
});

test('a message in two conversations goes with the last of them', async (t) => {
  const agency = new AgencyRecords();
  const contact = agency.contact();
  const alive = agency.conversation({ contactId: contact });
  const trashed = agency.conversation({ deletedAt: old, contactId: agency.contact() });
  const restorable = agency.conversation({ deletedAt: recent, contactId: agency.contact() });
  const shared = agency.message([trashed, alive]);
  const waiting = agency.message([restorable, trashed]);
  const both = agency.message([trashed, new Types.ObjectId()]);
  await agency.save();

  const report = await purge(agency);

  const { messages } = await agency.load();
  t.like(report.counts, { conversations: 1, messages: 1, referencesCleared: 2 });
  t.deepEqual(
    messages.map(({ _id }) => _id),
    [shared, waiting],
  );
  t.deepEqual(
    messages.map(({ conversationId }) => conversationId),
    [alive, restorable],
  );
  t.deepEqual(
    messages.map(({ conversationIds }) => conversationIds),
    [[alive], [restorable]],
  );
  t.false(messages.some(({ _id }) => both.equals(_id as Types.ObjectId)));
});

test('a message that names its conversation in the older field alone goes with it', async (t) => {
  const agency = new AgencyRecords();
  const trashed = agency.conversation({ deletedAt: old });
  agency.message([], { conversationId: trashed });
  agency.message([trashed], { conversationIds: undefined });
  await agency.save();
  t.like((await purge(agency)).counts, { conversations: 1, messages: 2 });
});

test('records that outlive what they name lose the reference', async (t) => {
  const agency = new AgencyRecords();
  const buyer = agency.contact({ deletedAt: old });
  const visitor = agency.contact();
  const [sold, kept] = [agency.property({ deletedAt: old }), agency.property()];
  const conversation = agency.conversation({ contactId: visitor, deletedAt: old });
  agency.deal({ buyerContactId: buyer, propertyIds: [sold, kept], conversationIds: [conversation] });
  agency.viewing(visitor, sold);
  await agency.save();

  const report = await purge(agency);

  const { deals, viewings } = await agency.load();
  t.like(report.counts, { contacts: 1, properties: 1, conversations: 1, deals: 0, viewings: 0, referencesCleared: 4 });
  t.false('buyerContactId' in deals[0]!);
  t.deepEqual(deals[0]!['propertyIds'], [kept]);
  t.deepEqual(deals[0]!['conversationIds'], []);
  t.false('propertyId' in viewings[0]!);
  t.deepEqual(await findOrphans(agency), []);
});

test('records of another location are not touched, even if they refer to ours', async (t) => {
  const [ours, theirs] = [new AgencyRecords(), new AgencyRecords()];
  const contact = ours.contact({ deletedAt: old });
  const property = ours.property({ deletedAt: old });
  const conversation = ours.conversation({ contactId: contact, deletedAt: old });
  const deal = ours.deal({ deletedAt: old });
  theirs.contact({ deletedAt: old });
  theirs.conversation({ contactId: contact });
  theirs.message([conversation]);
  theirs.viewing(contact, property);
  theirs.deal({ buyerContactId: contact, propertyIds: [property], conversationIds: [conversation] });
  theirs.offer(deal);
  await ours.save();
  await theirs.save();
  const before = await theirs.load();

  t.like((await purge(ours)).counts, { contacts: 1, conversations: 1, deals: 1, properties: 1, referencesCleared: 0 });
  t.deepEqual(await theirs.load(), before);
});

test('a record restored between query and deletion stays, with everything that belongs to it', async (t) => {
  const agency = new AgencyRecords();
  const chosen: Types.ObjectId[] = [];
  for (let index = 0; index < 3; index += 1) {
    const contact = agency.contact({ deletedAt: old });
    const conversation = agency.conversation({ contactId: contact });
    agency.message([conversation]);
    agency.viewing(contact, agency.property());
    agency.deal({ buyerContactId: contact, conversationIds: [conversation] });
    chosen.push(contact);
  }
  await agency.save();
  const restored = chosen[1]!;

  const report = await purge(agency, {
    assertHeld: async () =>
      void (await Contact.updateOne({ _id: restored }, { $set: { deletedAt: null } }, { timestamps: false })),
  });

  const left = await agency.load();
  t.like(report.counts, { contacts: 2, conversations: 2, messages: 2, viewings: 2, referencesCleared: 4 });
  t.deepEqual(
    { ...names(left) },
    { contacts: 1, conversations: 1, messages: 1, viewings: 1, deals: 3, offers: 0, properties: 3, companies: 0 },
  );
  t.deepEqual(left.deals.filter(({ buyerContactId }) => restored.equals(buyerContactId as Types.ObjectId)).length, 1);
  t.deepEqual(await findOrphans(agency), []);
});

test('records that staff restore at any moment stay complete', async (t) => {
  const agency = new AgencyRecords();
  const trashed = Array.from({ length: 600 }, () =>
    agency.conversation({ contactId: agency.contact(), deletedAt: old }),
  );
  for (const conversation of trashed) for (let index = 0; index < 5; index += 1) agency.message([conversation]);
  await agency.save();
  const restored = new Set<string>();
  let purging = true;
  const restoring = (async () => {
    for (let index = 0; purging; index = (index + 7) % trashed.length) {
      const { matchedCount } = await Conversation.updateOne(
        { _id: trashed[index], deletedAt: old },
        { $set: { deletedAt: null } },
      );
      if (matchedCount === 1) restored.add(String(trashed[index]));
    }
  })();

  const report = await purge(agency);
  purging = false;
  await restoring;

  const { conversations, messages } = await agency.load();
  t.deepEqual(new Set(conversations.map(({ _id }) => String(_id))), restored);
  t.is(messages.length, restored.size * 5);
  t.like(report.counts, { conversations: 600 - restored.size, messages: 3000 - restored.size * 5 });
  t.deepEqual(await findOrphans(agency), []);
});

test('a dry run deletes nothing and counts what the run then deletes', async (t) => {
  const dateOf = fc.constantFrom(undefined, null, old, recent);
  const index = fc.nat({ max: 5 });
  const plan = fc.record({
    contacts: fc.array(dateOf, { minLength: 6, maxLength: 6 }),
    conversations: fc.array(dateOf, { minLength: 6, maxLength: 6 }),
    properties: fc.array(dateOf, { minLength: 6, maxLength: 6 }),
    messages: fc.array(fc.record({ in: fc.uniqueArray(index, { minLength: 1, maxLength: 4 }), deletedAt: dateOf }), {
      maxLength: 20,
    }),
    viewings: fc.array(fc.record({ contact: index, property: index, deletedAt: dateOf }), { maxLength: 8 }),
    deals: fc.array(
      fc.record({
        buyer: index,
        properties: fc.uniqueArray(index),
        conversations: fc.uniqueArray(index),
        offers: index,
        deletedAt: dateOf,
      }),
      { maxLength: 6 },
    ),
  });
  await fc.assert(
    fc.asyncProperty(plan, async (planned) => {
      const agency = new AgencyRecords();
      const contacts = planned.contacts.map((deletedAt) => agency.contact({ deletedAt }));
      const conversations = planned.conversations.map((deletedAt, at) =>
        agency.conversation({ deletedAt, contactId: contacts[at] }),
      );
      const properties = planned.properties.map((deletedAt) => agency.property({ deletedAt }));
      for (const message of planned.messages)
        agency.message(
          message.in.map((at) => conversations[at]!),
          { deletedAt: message.deletedAt },
        );
      for (const viewing of planned.viewings)
        agency.viewing(contacts[viewing.contact]!, properties[viewing.property]!, { deletedAt: viewing.deletedAt });
      for (const deal of planned.deals) {
        const id = agency.deal({
          deletedAt: deal.deletedAt,
          buyerContactId: contacts[deal.buyer],
          propertyIds: deal.properties.map((at) => properties[at]),
          conversationIds: deal.conversations.map((at) => conversations[at]),
        });
        for (let offer = 0; offer < deal.offers; offer += 1) agency.offer(id);
      }
      await agency.save();
      const before = await agency.load();

      const dry = await purge(agency, { parameters: { dryRun: true } });
      t.deepEqual(await agency.load(), before);
      const real = await purge(agency);
      t.deepEqual(dry, real);

      const after = await agency.load();
      const expected = expectedAfter(before);
      for (const name of Object.keys(expected) as (keyof Records)[]) {
        t.deepEqual(
          after[name].map(({ _id }) => String(_id)),
          expected[name],
          name,
        );
        if (name !== 'contacts' && name in real.counts)
          t.is(real.counts[name], before[name].length - after[name].length, name);
      }
      t.deepEqual(await findOrphans(agency), []);
      t.deepEqual((await purge(agency)).counts, Object.fromEntries(Object.keys(real.counts).map((name) => [name, 0])));
    }),
    { numRuns: 40, seed: 20261123 },
  );
});

/** The rules, computed naively. */
function expectedAfter(before: Records): { [Name in keyof Records]: string[] } {
  const isOld = ({ deletedAt }: Record<string, unknown>) => deletedAt instanceof Date && deletedAt <= old;
  const ids = (records: Record<string, unknown>[]) => records.map(({ _id }) => String(_id));
  const contacts = ids(before.contacts.filter((record) => !isOld(record)));
  const conversations = ids(
    before.conversations.filter((record) => !isOld(record) && contacts.includes(String(record['contactId']))),
  );
  const deals = ids(before.deals.filter((record) => !isOld(record)));
  const isHeld = (record: Record<string, unknown>) =>
    (record['conversationIds'] as unknown[]).some((id) => conversations.includes(String(id)));
  return {
    contacts,
    conversations,
    deals,
    properties: ids(before.properties.filter((record) => !isOld(record))),
    messages: ids(before.messages.filter((record) => !isOld(record) && isHeld(record))),
    viewings: ids(before.viewings.filter((record) => !isOld(record) && contacts.includes(String(record['contactId'])))),
    companies: ids(before.companies),
    offers: ids(before.offers.filter((record) => deals.includes(String(record['dealId'])))),
  };
}

test('forgets messages that have been parked for longer than the retention', async (t) => {
  const agency = new AgencyRecords();
  const account = new Account({ locationId: agency.locationId, provider: 'gmail', email: 'office@example.com' });
  const item = (providerMessageId: string, state: string, createdAt: Date) => ({
    accountId: account._id,
    locationId: agency.locationId,
    providerMessageId,
    state,
    createdAt,
    updatedAt: recent,
    nextAttemptAt: recent,
    attempts: 9,
  });
  await SyncItem.collection.insertMany([
    item('a', 'parked', old),
    item('b', 'parked', new Date(recent.getTime() + 1)),
    item('c', 'queued', old),
  ] as never);

  t.like((await purge(agency, { parameters: { dryRun: true } })).counts, { parkedMessages: 1 });
  t.is(await SyncItem.countDocuments({ accountId: account._id }), 3);
  t.like((await purge(agency)).counts, { parkedMessages: 1 });
  t.deepEqual(await SyncItem.distinct('providerMessageId', { accountId: account._id }), ['b', 'c']);
});

test('forgets no parked message of a mailbox that is connected', async (t) => {
  const agency = new AgencyRecords();
  const { locationId } = agency;
  const account = await Account.create({ locationId, provider: 'gmail', email: 'still@example.com' });
  await SyncItem.collection.insertOne({
    accountId: account._id,
    locationId,
    providerMessageId: 'still-parked',
    state: 'parked',
    createdAt: old,
    updatedAt: recent,
    nextAttemptAt: recent,
    attempts: 9,
  } as never);
  t.like((await purge(agency)).counts, { parkedMessages: 0 });
  t.is(await SyncItem.countDocuments({ accountId: account._id }), 1);
});

test('refuses a retention under one day before any query', async (t) => {
  const agency = new AgencyRecords();
  agency.contact({ deletedAt: old });
  await agency.save();
  const context = contextOf(agency);
  const careless = { ...context, config: { ...context.config, trashRetentionDays: 0.5 } };
  await t.throwsAsync(purgeTrash(careless), { name: 'RetentionError' });
  t.is((await agency.load()).contacts.length, 1);
  t.throws(() => testContext({ environment: { TRASH_RETENTION_DAYS: '0' } }), {
    message: /TRASH_RETENTION_DAYS: expected a whole number from 1 to 3650, got "0"/,
  });
});

test('an abort stops between batches, and the next run finishes', async (t) => {
  const agency = new AgencyRecords();
  for (let index = 0; index < 1050; index += 1)
    agency.message([agency.conversation({ contactId: agency.contact(), deletedAt: old })]);
  await agency.save();
  let batches = 0;
  const context = contextOf(agency, {
    assertHeld: async () => {
      batches += 1;
      if (batches === 1) context.abort(new RunAbortedError('the time budget ended'));
    },
  });
  await purgeTrash(context);

  const first = context.report();
  t.is(first.status, 'partial');
  t.like(first.counts, { conversations: 1000, messages: 1000 });
  t.deepEqual(await findOrphans(agency), []);
  const second = await purge(agency);
  t.is(second.status, 'succeeded');
  t.like(second.counts, { conversations: 50, messages: 50 });
});

test('deletes nothing when another run has taken over', async (t) => {
  const agency = new AgencyRecords();
  agency.message([agency.conversation({ contactId: agency.contact({ deletedAt: old }), deletedAt: old })]);
  await agency.save();
  const before = await agency.load();
  const report = await purge(agency, {
    assertHeld: () => Promise.reject(new RunAbortedError('another run has taken over the lock')),
  });
  t.is(report.status, 'partial');
  t.deepEqual(
    report.errors.map(({ scope, code }) => [scope, code]),
    [
      ['conversations', 'aborted'],
      ['contacts', 'aborted'],
    ],
  );
  t.deepEqual(await agency.load(), before);
});

test('reports progress', async (t) => {
  const agency = new AgencyRecords();
  for (let index = 0; index < 1050; index += 1) agency.property({ deletedAt: old });
  await agency.save();
  const context = contextOf(agency);
  await purgeTrash(context);
  t.deepEqual(context.progressed, [
    { message: 'purging properties', done: 1000, total: 1050, unit: 'records' },
    { message: 'purging properties', done: 1050, total: 1050, unit: 'records' },
  ]);
});

test('finds trash through an index', async (t) => {
  for (const { name, model } of trashKinds) {
    const plan = (await model.collection.find(deletedBefore(old)).explain('queryPlanner')) as {
      queryPlanner: { winningPlan: unknown };
    };
    t.regex(JSON.stringify(plan.queryPlanner.winningPlan), /"deletedAt_1"/, name);
  }
});

test('its benchmark runs, at the smallest size', async (t) => {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['test/bench/run.ts', 'purge', '--sizes', '2', '--rounds', '1', '--json'],
    { cwd: projectRoot, env: { ...process.env, TEST_MONGODB_URI: databaseUri() } },
  );
  const { bench, ratios } = JSON.parse(stdout) as { bench: string; ratios: Record<string, number> };
  t.is(bench, 'purge');
  t.deepEqual(Object.keys(ratios), ['purgeToRaw', 'dryRunToRaw']);
});
