import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { Ajv2020 } from 'ajv/dist/2020.js';
import test from 'ava';
import mongoose from 'mongoose';
import { job } from '../../functions/scheduled-tasks.ts';
import { eventSchemas } from '../../shared/events/event-table.ts';
import { eventTypes } from '../../shared/events/event-types.ts';
import { CheckCursor } from '../../shared/models/check-cursor.ts';
import { Contact } from '../../shared/models/contact.ts';
import type { EventDoc } from '../../shared/models/event.ts';
import { Offer } from '../../shared/models/offer.ts';
import { Property } from '../../shared/models/property.ts';
import { Viewing } from '../../shared/models/viewing.ts';
import { day, hour } from '../../shared/platform/clock.ts';
import { ago, createAgency, emptyDatabase, newsBegan, storedEvents, today } from '../doubles/agency.ts';
import { databaseUri, useDatabase } from '../doubles/database.ts';
import { testClock, timedContext } from '../doubles/run-context.ts';
import { runUntilWrite } from '../doubles/run-until-write.ts';

useDatabase(test);

const run = promisify(execFile);
const victim = fileURLToPath(new URL('../doubles/die-at-write.ts', import.meta.url));

/** Something for each check, old and new. */
async function seed(): Promise<void> {
  await newsBegan(ago(hour));
  const agency = createAgency();
  const requirements = {
    active: true,
    goal: 'SALE' as const,
    maxPrice: 280_000,
    districts: [],
    locations: [],
    types: [],
    features: [],
  };
  const buyer = await agency.contact({ expectedFollowUpAt: ago(hour), requirements });
  await agency.lead({ lastActivityAt: ago(20 * day) });
  await agency.lead({ lastActivityAt: ago(9 * day) });
  await agency.lead({ lastActivityAt: ago(day) });
  await agency.viewing({ contactId: buyer._id, scheduledAt: ago(5 * hour) });
  const deal = await agency.deal({ buyerContactId: buyer._id });
  await agency.offer({ dealId: deal._id, validUntil: ago(-hour) });
  await agency.offer({ dealId: deal._id, validUntil: ago(hour) });
  await agency.viewing({ contactId: buyer._id, scheduledAt: ago(-10 * hour) });
  await agency.viewing({
    contactId: buyer._id,
    status: 'cancelled',
    scheduledAt: ago(-20 * hour),
    upcomingFor: ago(-20 * hour),
    upcomingNotice: 24,
  });
  await agency.contact({ createdAt: ago(hour / 2), requirements });
  await agency.listing({ price: 250_000 });
  await agency.listing({ price: 900_000 });
  await agency.listing({ price: 270_000, announcedAt: ago(day), announcedPrice: 300_000, announcedCurrency: 'EUR' });
}

const oddities = [
  null,
  5,
  '',
  'x',
  '2026-10-01T00:00:00Z',
  [],
  [5],
  ['Paphos'],
  {},
  { a: 1 },
  new Date(Number.NaN),
  Number.NaN,
  true,
];

/** MongoDB refuses two lists in one index. */
function* oddly<T extends object>(document: T, fields: readonly string[], lists = true): Generator<Partial<T>> {
  for (const field of fields)
    for (const value of oddities) if (lists || !Array.isArray(value)) yield { ...document, [field]: value };
}

async function seedOddDocuments(): Promise<void> {
  const agency = createAgency();
  const requirements = {
    active: true,
    goal: 'SALE' as const,
    maxPrice: 280_000,
    districts: [],
    locations: [],
    types: [],
    features: [],
  };
  for (const contact of oddly(
    { expectedFollowUpAt: ago(hour), lastActivityAt: ago(20 * day) },
    ['locationId', 'createdAt', 'leadScore', 'lastActivityAt', 'leadCheckAt', 'followUpSettledFor'],
    false,
  ))
    await agency.lead(contact);
  const contact = await agency.contact();
  const homeless = await agency.contact({ locationId: undefined as never });
  for (const viewing of oddly({ contactId: contact._id, scheduledAt: ago(5 * hour) }, [
    'contactId',
    'locationId',
    'feedbackReceived',
    'followUpSettledFor',
  ]))
    await agency.viewing(viewing);
  for (const viewing of oddly({ contactId: contact._id, expectedFollowUpAt: ago(5 * hour) }, [
    'contactId',
    'scheduledAt',
    'status',
  ]))
    await agency.viewing(viewing);
  await agency.viewing({ contactId: homeless._id, scheduledAt: ago(5 * hour) });
  const deal = await agency.deal();
  for (const hours of [1, -1]) {
    for (const offer of oddly({ dealId: deal._id, validUntil: ago(hours * hour) }, [
      'dealId',
      'locationId',
      'amount',
      'currency',
    ]))
      await agency.offer(offer);
    for (const odd of oddly({}, ['locationId', 'buyerContactId', 'conversationIds']))
      await agency.offer({ dealId: (await agency.deal(odd))._id, validUntil: ago(hours * hour) });
  }
  await agency.offer({ dealId: deal._id, status: 'expired', expiredEventPending: true });
  const fields = [
    'locationId',
    'title',
    'city',
    'district',
    'type',
    'price',
    'currency',
    'goal',
    'publishedAt',
    'rentalPeriod',
    'bedrooms',
    'features',
  ];
  for (const listing of oddly({ price: 250_000 }, fields)) await agency.listing(listing);
  const announced = { price: 270_000, announcedAt: ago(day), announcedPrice: 300_000, announcedCurrency: 'EUR' };
  for (const listing of oddly(announced, [...fields, 'announcedPrice', 'announcedCurrency']))
    await agency.listing(listing);
  for (const places of [[5], [{ a: 1 }], [''], [null, 'Paphos']])
    await agency.contact({ requirements: { ...requirements, locations: places as never, districts: places as never } });
  for (const odd of oddly(requirements, Object.keys(requirements), false))
    await agency.contact({ requirements: odd as never });
}

const stored = [Contact, Viewing, Offer, Property, CheckCursor] as unknown as readonly mongoose.Model<unknown>[];

/** Without times. */
async function snapshot() {
  const documents = await Promise.all(
    stored.map((model) => model.find({}, { updatedAt: 0, createdAt: 0 }).sort({ _id: 1 }).lean()),
  );
  const cursors = documents.at(-1) as unknown as { _id?: unknown; check: string }[];
  for (const cursor of cursors) delete cursor._id;
  cursors.sort((a, b) => (a.check < b.check ? -1 : 1));
  return { documents, keys: (await storedEvents()).map(({ key }) => key).sort() };
}

/** @returns restores every collection */
async function remember(): Promise<() => Promise<void>> {
  const beginning = await Promise.all(
    mongoose.connection.modelNames().map(async (name) => {
      const { collection } = mongoose.model(name);
      return { collection, documents: await collection.find().toArray() };
    }),
  );
  return async () => {
    await emptyDatabase();
    for (const { collection, documents } of beginning) if (documents.length > 0) await collection.insertMany(documents);
  };
}

async function runUndisturbed(): Promise<void> {
  const context = timedContext({ clock: testClock(today) });
  await job.run(context);
  if (context.report().status !== 'succeeded') throw new Error(JSON.stringify(context.report().errors));
}

/** By JSON Schema; empty: valid. */
function validator(): (event: Pick<EventDoc, 'type' | 'payload'>) => string {
  const ajv = new Ajv2020({ formats: { 'date-time': /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/ } });
  const checks = new Map(Object.entries(eventSchemas()).map(([type, schema]) => [type, ajv.compile({ ...schema })]));
  return ({ type, payload }) => {
    const validate = checks.get(type) as NonNullable<ReturnType<typeof checks.get>>;
    return validate(payload) ? '' : `${type}: ${JSON.stringify(validate.errors)} ${JSON.stringify(payload)}`;
  };
}

test.serial(
  'cut off before any of its writes, the job loses nothing and doubles nothing in the next run',
  async (t) => {
    await emptyDatabase();
    await seed();
    const restore = await remember();
    const writes = await runUntilWrite(databaseUri(), today, 0);
    const undisturbed = await snapshot();
    t.is(undisturbed.keys.length, 11);
    t.true(writes >= 10, `${writes} writes`);
    for (let fatal = 1; fatal <= writes; fatal++) {
      await restore();
      t.is(await runUntilWrite(databaseUri(), today, fatal), fatal, 'it came as far as this write');
      await runUndisturbed();
      t.deepEqual(await snapshot(), undisturbed, `cut off before write ${fatal} of ${writes}`);
    }
  },
);

test.serial('killed between emitting and its own note of that, the job doubles nothing in the next run', async (t) => {
  await emptyDatabase();
  await seed();
  const restore = await remember();
  await runUndisturbed();
  const undisturbed = await snapshot();
  await restore();
  // First write claims, second emits, third notes.
  const death = await t.throwsAsync(run(process.execPath, [victim, databaseUri(), today.toISOString(), '3']));
  t.like(death, { signal: 'SIGKILL' });
  t.true((await storedEvents()).length > 0);
  await runUndisturbed();
  t.deepEqual(await snapshot(), undisturbed);
});

for (const [checks, collection, others] of [
  [['expiring-offers'], 'offers', { followUps: 2, inactiveLeads: 2, newListings: 2 }],
  [
    ['new-listings', 'changed-searches', 'price-reductions'],
    'properties',
    { followUps: 2, inactiveLeads: 2, offersExpired: 1, offersExpiring: 1 },
  ],
] as const) {
  test.serial(`when ${checks[0]} fails the other checks are done and the run is partial`, async (t) => {
    await emptyDatabase();
    await seed();
    const { db } = mongoose.connection;
    const documents = await db!.collection(collection).find().toArray();
    await db!.dropCollection(collection);
    // A view that cannot be computed.
    await db!.createCollection(collection, { viewOn: 'contacts', pipeline: [{ $set: { _id: { $divide: [1, 0] } } }] });
    const context = timedContext({ clock: testClock(today) });
    await job.run(context);
    const report = context.report();
    t.is(report.status, 'partial');
    t.deepEqual(
      report.errors.map(({ scope }) => scope),
      checks,
    );
    t.like(report.counts, others);

    await db!.dropCollection(collection);
    await db!.collection(collection).insertMany(documents);
    const next = timedContext({ clock: testClock(today) });
    await job.run(next);
    t.is(next.report().status, 'succeeded');
    t.is((await storedEvents()).length, 11);
  });
}

test.serial(
  'documents with odd values stop nothing but themselves, and none of them becomes an event that is odd',
  async (t) => {
    await emptyDatabase();
    await seed();
    await runUndisturbed();
    const good = (await storedEvents()).map(({ key }) => key);
    await emptyDatabase();
    await seed();
    await seedOddDocuments();
    await runUndisturbed();
    const events = await storedEvents();
    const kinds = (keys: readonly string[]) => Map.groupBy(keys, (key) => key.replaceAll(/[\da-f]{24}/g, ''));
    for (const [kind, keys] of kinds(good))
      t.true((kinds(events.map(({ key }) => key)).get(kind)?.length ?? 0) >= keys.length, kind);
    const isValid = validator();
    for (const event of events) {
      t.true(event.locationId instanceof mongoose.Types.ObjectId);
      t.is(isValid(event), '');
    }
    const next = timedContext({ clock: testClock(today) });
    await job.run(next);
    t.like(next.report(), {
      status: 'succeeded',
      errors: [],
      counts: { followUps: 0, inactiveLeads: 0, newListings: 0, offersExpiring: 0, offersExpired: 0, pricesReduced: 0 },
    });
  },
);

test.serial('a run that is asked to stop says so and leaves the rest for the next one', async (t) => {
  await emptyDatabase();
  await seed();
  const context = timedContext({ clock: testClock(today) });
  context.abort(new Error('out of time'));
  await job.run(context);
  t.is(context.report().status, 'partial');
  t.deepEqual(await storedEvents(), []);
});

test.serial('runs at the same time emit each event once', async (t) => {
  await emptyDatabase();
  await seed();
  await Promise.all([1, 2, 3].map(() => job.run(timedContext({ clock: testClock(today) }))));
  t.is((await storedEvents()).length, 11);
});

test.serial('what is emitted satisfies the JSON Schema of its type, and nothing alongside it does', async (t) => {
  await emptyDatabase();
  await seed();
  await runUndisturbed();
  const isValid = validator();
  const events = await storedEvents();
  t.deepEqual(
    [...new Set(events.map(({ type }) => type))].sort(),
    Object.keys(eventTypes)
      .filter((type) => type !== 'email.received')
      .sort(),
  );
  for (const { type, payload } of events) {
    t.is(isValid({ type, payload }), '');
    t.not(isValid({ type, payload: { ...payload, unheardOf: 1 } }), '', type);
  }
});
