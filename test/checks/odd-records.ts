import test from 'ava';
import fc from 'fast-check';
import { Types } from 'mongoose';
import { job } from '../../functions/scheduled-tasks.ts';
import { Contact } from '../../shared/models/contact.ts';
import { models } from '../../shared/models/index.ts';
import { Offer } from '../../shared/models/offer.ts';
import { Property } from '../../shared/models/property.ts';
import { Viewing } from '../../shared/models/viewing.ts';
import { day, hour } from '../../shared/platform/clock.ts';
import { ago, createAgency, emptyDatabase, newsBegan, storedEvents, today } from '../doubles/agency.ts';
import { useDatabase } from '../doubles/database.ts';
import { at, testClock, testContext, timedContext } from '../doubles/run-context.ts';

useDatabase(test, models);
test.beforeEach(emptyDatabase);

const odd = (value: unknown) => value as never;
const requirements = {
  goal: 'SALE',
  maxPrice: 280_000,
  districts: [],
  locations: [],
  types: [],
  features: [],
} as never;

async function run(options: Parameters<typeof timedContext>[0] = {}) {
  const context = timedContext({ clock: testClock(today), ...options });
  await job.run(context);
  return context.report();
}

/** Something for each check. */
async function soundRecords(agency = createAgency()) {
  const contact = await agency.contact({ expectedFollowUpAt: ago(hour), requirements });
  await agency.lead({ lastActivityAt: ago(20 * day) });
  await agency.viewing({ contactId: contact._id, scheduledAt: ago(5 * hour) });
  const deal = await agency.deal({ buyerContactId: contact._id });
  await agency.offer({ dealId: deal._id, validUntil: ago(-hour) });
  await agency.offer({ dealId: deal._id, validUntil: ago(hour) });
  await agency.listing({ price: 250_000 });
  return agency;
}

const soundEvents = 6;

test.serial('unambiguous values are read', async (t) => {
  await newsBegan(ago(hour));
  const agency = createAgency();
  const [id, text] = [agency.locationId, odd(String(agency.locationId))];
  const searching = await Promise.all([
    agency.contact({ requirements, deletedAt: odd(false) }),
    agency.contact({ requirements, deletedAt: odd(''), leadScore: 0 }),
    agency.contact({ requirements, locationId: text }),
    agency.contact({ requirements: { ...(requirements as object), active: 'true', maxPrice: '280000' } as never }),
    agency.contact({
      requirements: { ...(requirements as object), active: undefined } as never,
      leadScore: odd(undefined),
    }),
  ]);
  for (const active of ['false', ' False ', 'NO'])
    await agency.contact({ requirements: { ...(requirements as object), active } as never });
  await agency.contact({ requirements: { ...(requirements as object), maxPrice: '240000' } as never });
  await agency.listing({ price: odd('250000'), locationId: text });
  await agency.listing({ price: 250_000, status: odd(''), deletedAt: odd('') });
  await agency.contact({ expectedFollowUpAt: ago(hour), deletedAt: odd(false) });
  await agency.contact({ expectedFollowUpAt: ago(hour), locationId: text });
  await agency.viewing({
    contactId: odd(String(searching[0]._id).toUpperCase()),
    locationId: text,
    scheduledAt: ago(5 * hour),
  });
  await agency.viewing({
    contactId: searching[0]._id,
    expectedFollowUpAt: odd(''),
    scheduledAt: ago(5 * hour),
  });
  const deal = await agency.deal({ propertyIds: odd(null), conversationIds: odd(id), buyerContactId: text });
  await agency.offer({ dealId: odd(String(deal._id)), status: odd(undefined), validUntil: ago(-hour) });
  await agency.offer({ dealId: deal._id, status: odd(''), validUntil: ago(hour), deletedAt: odd(false) });
  await agency.offer({ dealId: deal._id, validUntil: ago(-hour), deletedAt: today });
  await agency.lead({ lastActivityAt: ago(20 * day), locationId: text, deletedAt: odd('') });

  const report = await run();
  t.like(report, {
    status: 'succeeded',
    errors: [],
    counts: { followUps: 4, offersExpiring: 1, offersExpired: 1, inactiveLeads: 1, listingsAnnounced: 2 },
  });
  for (const { payload } of await storedEvents({ type: 'listing.new' }))
    t.is((payload['matches'] as unknown[]).length, searching.length);
});

test.serial('a fixed word is read in each usual spelling', async (t) => {
  await newsBegan(ago(hour));
  const agency = createAgency();
  const contact = await agency.contact({ requirements: { ...(requirements as object), goal: 'For sale' } as never });
  for (const stage of ['Qualified', 'HIGHLY QUALIFIED', 'Basic'])
    await agency.lead({ qualificationStage: odd(stage), lastActivityAt: ago(20 * day) });
  await agency.lead({ qualificationStage: odd('UNQUALIFIED'), lastActivityAt: ago(20 * day) });
  const viewing = (status: string, at: number) =>
    agency.viewing({ contactId: contact._id, status: odd(status), scheduledAt: ago(at) });
  await viewing('Confirmed', 5 * hour);
  await viewing('COMPLETED', 5 * hour);
  await viewing('Cancelled', 5 * hour);
  await viewing('CONFIRMED', -5 * hour);
  const deal = await agency.deal();
  await agency.offer({ dealId: deal._id, status: odd('Pending'), validUntil: ago(-hour) });
  await agency.offer({ dealId: deal._id, status: odd('Accepted'), validUntil: ago(-hour) });
  await agency.listing({ price: 250_000, publicationStatus: odd('Published'), status: odd('Active') });
  await agency.listing({ price: 250_000, status: odd('Sold') });
  await agency.listing({ price: 250_000, goal: odd('Rental') });
  const { counts, errors } = await run();
  t.like(counts, { inactiveLeads: 3, followUps: 2, viewingsUpcoming: 1, offersExpiring: 1, listingsAnnounced: 1 });
  t.deepEqual(errors, []);
});

test.serial('a fixed word is read in any letter case and with outer spaces; other words are named', async (t) => {
  await newsBegan(ago(hour));
  const agency = createAgency();
  const contact = await agency.contact({ requirements });
  const lead = (stage: string) => agency.lead({ qualificationStage: odd(stage), lastActivityAt: ago(20 * day) });
  await lead('Qualified ');
  await lead(' hIGHLY qualified\n');
  const [hot, unqualified] = [await lead('hot'), await lead(' Unqualified ')];
  const viewing = (status: string, at: number, fields = {}) =>
    agency.viewing({ contactId: contact._id, status: odd(status), scheduledAt: ago(at), ...fields });
  await viewing(' confirmed', 5 * hour);
  await viewing('Cancelled ', 5 * hour, { expectedFollowUpAt: ago(hour) });
  await viewing('CONFIRMED ', -5 * hour, { upcomingFor: ago(-5 * hour), upcomingNotice: 24 });
  await viewing(' confirmed ', -5 * hour);
  for (const feedbackReceived of ['true', ' Yes', 1]) await viewing('confirmed', 5 * hour, { feedbackReceived });
  const visited = await viewing('besichtigt', 5 * hour);
  const deal = await agency.deal();
  const offer = (status: string) => agency.offer({ dealId: deal._id, status: odd(status), validUntil: ago(-hour) });
  await offer('pending ');
  await offer(' \t');
  await offer(' Accepted');
  const listing = (publicationStatus: unknown, status: unknown, fields = {}) =>
    agency.listing({ price: 250_000, publicationStatus: odd(publicationStatus), status: odd(status), ...fields });
  await listing(' Published', 'ACTIVE ');
  await listing('PUBLISHED', ' sOLD');
  await listing('published ', odd(undefined), {
    announcedAt: ago(day),
    announcedPrice: 300_000,
    announcedCurrency: 'EUR',
  });
  const { status, counts, errors } = await run();
  t.is(status, 'succeeded');
  t.like(counts, {
    inactiveLeads: 2,
    followUps: 1,
    viewingsUpcoming: 1,
    viewingsTakenBack: 0,
    offersExpiring: 2,
    listingsAnnounced: 1,
    reductionsAnnounced: 1,
    unreadableRecords: 2,
  });
  const named = errors.map(({ message }) => message).join('\n');
  t.true(named.includes(`contacts: qualificationStage cannot be read in ${hot._id}`), named);
  t.true(named.includes(`viewings: status cannot be read in ${visited._id}`), named);
  const stored = await Contact.collection.findOne({ _id: unqualified._id } as never);
  t.is(stored?.['qualificationStage'], 'unqualified');
  t.deepEqual((await run()).errors, [], 'they are named again some hours later');
});

test.serial(
  'a price is read in groups of digits; others, and times of viewings that are none, are named',
  async (t) => {
    await newsBegan(ago(hour));
    const agency = createAgency();
    const search = (maxPrice: string) =>
      agency.contact({ requirements: { ...(requirements as object), maxPrice } as never });
    const [fits, , odder] = [await search('280.000'), await search('240.000'), await search('1,2 Mio')];
    await agency.listing({ price: odd('250.000') });
    const priceless = await agency.listing({ price: odd('0,3 Mio') });
    const viewing = await agency.viewing({ contactId: fits._id, scheduledAt: odd('2026-11-23 14:00') });
    const { counts, errors } = await run();
    t.is(counts['unreadableRecords'], 3);
    const named = errors.map(({ message }) => message).join('\n');
    for (const each of [
      `contacts: requirements.maxPrice cannot be read in ${odder._id}`,
      `properties: price cannot be read in ${priceless._id}`,
      `viewings: scheduledAt cannot be read in ${viewing._id}`,
    ])
      t.true(named.includes(each), each);
    const [event] = (await storedEvents({ type: 'listing.new' })).filter(({ payload }) => payload['price'] === 250_000);
    t.is((event!.payload['matches'] as unknown[]).length, 2);
  },
);

test.serial('a date written as text is read where it can only mean one moment', async (t) => {
  const agency = createAgency();
  const text = (date: Date) => odd(date.toISOString());
  const contact = await agency.contact({ expectedFollowUpAt: text(ago(hour)) });
  const late = await agency.contact({ expectedFollowUpAt: text(ago(-day)) });
  const unclear = await agency.contact({ expectedFollowUpAt: odd('2026-11-01 09:00') });
  const { counts } = await run();
  t.like(counts, { followUps: 1, unreadableRecords: 1 });
  const stored = await Promise.all(
    [contact, late, unclear].map(({ _id }) => Contact.collection.findOne({ _id } as never)),
  );
  t.deepEqual(
    stored.map((found) => found?.['expectedFollowUpAt'] as unknown),
    [ago(hour), ago(-day), '2026-11-01 09:00'],
  );
});

test.serial('an invalid id stops nothing and is named', async (t) => {
  await newsBegan(ago(hour));
  await soundRecords();
  const agency = await soundRecords();
  await agency.contact({ _id: odd('cuid-1'), expectedFollowUpAt: ago(hour), requirements });
  await agency.lead({ _id: odd(7), lastActivityAt: ago(20 * day) });
  const deal = await agency.deal();
  await agency.offer({ _id: odd('cuid-2'), dealId: deal._id, validUntil: ago(-hour) });
  await agency.offer({ _id: odd('cuid-3'), dealId: deal._id, validUntil: ago(hour) });
  await agency.listing({ _id: odd('cuid-4'), price: 250_000 });
  await agency.viewing({ _id: odd('cuid-5'), contactId: agency.locationId, scheduledAt: ago(5 * hour) });
  await agency.contact({ expectedFollowUpAt: odd('2026-11-01') });
  await agency.offer({ dealId: deal._id, validUntil: odd('tomorrow') });

  const report = await run();
  t.is(report.status, 'succeeded');
  t.is((await storedEvents()).length, 2 * soundEvents);
  t.true((report.counts['unreadableRecords'] ?? 0) >= 8);
  t.true(report.errors.every(({ code }) => code === 'unreadable-record'));
  const named = report.errors.map(({ message }) => message).join('\n');
  for (const id of ['cuid-1', 'cuid-2', 'cuid-3', 'cuid-4', 'cuid-5']) t.true(named.includes(id), id);
  t.deepEqual((await run()).errors, [], 'they are looked at again some hours later');
});

test.serial('a host whose clock is a year off changes nothing', async (t) => {
  await newsBegan(ago(hour));
  const agency = await soundRecords();
  const deal = await agency.deal();
  await agency.contact({ expectedFollowUpAt: ago(-2 * hour) });
  await agency.lead({ lastActivityAt: ago(day) });
  const { _id } = await agency.offer({ dealId: deal._id, validUntil: ago(-30 * day) });
  for (const off of [365 * day, -365 * day]) {
    const context = testContext({ clock: testClock(ago(-off)), databaseNow: at(today) });
    await job.run(context);
    t.is(context.report().status, 'succeeded');
    t.is((await storedEvents()).length, soundEvents);
  }
  t.is((await Offer.collection.findOne({ _id }))?.['status'], 'pending');
});

test.serial('a large agency delays no other, and what waits is counted', async (t) => {
  await newsBegan(ago(hour));
  const [large, small] = [createAgency(), createAgency()];
  await large.contact({ requirements });
  await small.contact({ requirements });
  for (let index = 0; index < 30; index += 1) await large.listing({ price: 250_000, publishedAt: ago(60_000) });
  await small.listing({ price: 250_000, publishedAt: ago(1000) });
  const { counts } = await run({ environment: { CHECK_BATCH: '10' } });
  t.like(counts, { listingsAnnounced: 11, listingsWaiting: 20 });
  t.true((await storedEvents()).some(({ locationId }) => small.locationId.equals(locationId)));
});

test.serial('a copy of a listing is new, and so is a let flat that is on the market again', async (t) => {
  await newsBegan(ago(hour));
  const agency = createAgency();
  await agency.contact({ requirements });
  const { _id } = await agency.listing({ price: 250_000 });
  await run();
  const stored = await Property.collection.findOne({ _id });
  await Property.collection.insertOne({ ...stored, _id: new Types.ObjectId(), slug: 'copy' } as never);
  t.is((await run()).counts['listingsAnnounced'], 1, 'the copy');
  await Property.collection.updateOne({ _id }, { $set: { status: 'RENTED' } });
  t.is((await run()).counts['listingsAnnounced'] ?? 0, 0);
  await Property.collection.updateOne({ _id }, { $set: { status: 'ACTIVE' } });
  t.is((await run()).counts['listingsAnnounced'], 1, 'the flat');
  t.is((await run()).counts['listingsAnnounced'] ?? 0, 0);
});

const value = fc.constantFrom<unknown>(
  undefined,
  null,
  '',
  'x',
  5,
  true,
  false,
  [],
  {},
  ['x', null],
  today,
  [today],
  'text',
  Number.NaN,
);
const kind = fc.constantFrom(Contact, Viewing, Offer, Property);
const fields = fc.dictionary(
  fc.constantFrom(
    '_id',
    'locationId',
    'contactId',
    'dealId',
    'deletedAt',
    'expectedFollowUpAt',
    'scheduledAt',
    'validUntil',
    'status',
    'publicationStatus',
    'leadScore',
    'leadStatus',
    'price',
    'currency',
    'city',
    'type',
    'features',
    'requirements',
    'lastActivityAt',
    'createdAt',
    'qualificationStage',
    'publishedAt',
    'announcedAt',
  ),
  value,
  { maxKeys: 4 },
);

test.serial('odd records never affect the others', async (t) => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.record({ kind, fields }), { minLength: 1, maxLength: 8 }), async (plan) => {
      await emptyDatabase();
      await newsBegan(ago(hour));
      const agency = await soundRecords();
      for (const [index, { kind: model, fields: each }] of plan.entries()) {
        const base = {
          locationId: agency.locationId,
          contactId: agency.locationId,
          qualificationStage: 'qualified',
          expectedFollowUpAt: ago(hour),
          scheduledAt: ago(5 * hour),
          validUntil: ago(-hour),
          price: 25e4,
          publicationStatus: 'PUBLISHED',
          lastActivityAt: ago(20 * day),
          requirements,
        };
        const spelled = Object.entries(each).map(([name, stored]) => [
          name,
          stored === 'text' ? String(agency.locationId) : name === '_id' ? `odd-${index}` : stored,
        ]);
        const record = { _id: new Types.ObjectId(), slug: `odd-${index}`, ...base, ...Object.fromEntries(spelled) };
        // The database refuses two lists in one index.
        await model.collection.insertOne(record as never).catch(() => undefined);
      }
      const report = await run();
      t.is(report.status, 'succeeded', JSON.stringify(report.errors));
      const sound = (await storedEvents()).filter(({ key }) => !key.includes('odd'));
      t.true(sound.length >= soundEvents);
    }),
    { numRuns: 25, seed: 20261130 },
  );
});
