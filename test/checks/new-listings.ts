import test from 'ava';
import { checkNewListings } from '../../shared/checks/new-listings.ts';
import { cloudEvent } from '../../shared/events/webhook-request.ts';
import { findMatches } from '../../shared/matching/find-matches.ts';
import { CheckCursor } from '../../shared/models/check-cursor.ts';
import { Contact } from '../../shared/models/contact.ts';
import { Event } from '../../shared/models/event.ts';
import { unannouncedListings, Property } from '../../shared/models/property.ts';
import { day, hour, minute } from '../../shared/platform/clock.ts';
import { ago, createAgency, emptyDatabase, newsBegan, storedEvents, summarise, today } from '../doubles/agency.ts';
import { useDatabase } from '../doubles/database.ts';
import { testClock, timedContext } from '../doubles/run-context.ts';

useDatabase(test);
test.beforeEach(async () => {
  await emptyDatabase();
  await newsBegan(ago(300 * day));
});

async function run(options: Parameters<typeof timedContext>[0] = {}) {
  const context = timedContext({ clock: testClock(today), ...options });
  await checkNewListings(context, findMatches);
  return context.report().counts;
}

const wantsPaphos = {
  requirements: { active: true, goal: 'SALE' as const, districts: ['Pafos'], locations: [], types: [], features: [] },
};

test.serial('a new listing makes one event with all contacts whose search fits, the best first', async (t) => {
  const agency = createAgency();
  const some = await agency.contact({ requirements: { ...wantsPaphos.requirements, minBedrooms: 2 } });
  const exact = await agency.contact(wantsPaphos);
  const unscored = await agency.contact({ ...wantsPaphos, leadScore: 0 });
  await agency.contact({ ...wantsPaphos, deletedAt: ago(day) });
  await agency.contact({ requirements: { ...wantsPaphos.requirements, active: false } });
  await createAgency().contact(wantsPaphos);
  const listing = await agency.listing({ title: 'Sea view villa' });
  t.like(await run(), { newListings: 1, listingsAnnounced: 1 });
  t.deepEqual(await run(), { newListings: 0 });
  const [event, ...others] = await storedEvents();
  t.deepEqual(others, []);
  t.like(event, { type: 'listing.new', key: `listing.new:${listing._id}` });
  t.deepEqual(event?.payload, {
    propertyId: String(listing._id),
    title: 'Sea view villa',
    price: 300_000,
    currency: 'EUR',
    matches: [
      { contactId: String(exact._id), score: 100, reasons: ['goal', 'place'] },
      { contactId: String(unscored._id), score: 100, reasons: ['goal', 'place'] },
      { contactId: String(some._id), score: 89, reasons: ['goal', 'place'] },
    ],
  });
});

/** In real time, because the database dates the first run. */
async function beforeFirstRun() {
  await CheckCursor.deleteMany({});
  const now = new Date();
  const agency = createAgency();
  await agency.contact(wantsPaphos);
  const recent = await agency.listing({ publishedAt: ago(30 * minute, now) });
  await agency.listing({ publishedAt: ago(61 * minute, now) });
  for (let days = 10; days <= 40; days += 10) await agency.listing({ publishedAt: ago(days * day, now) });
  await agency.listing({ publishedAt: ago(90 * day, now), status: 'RESERVED' });
  await Property.collection.insertOne(
    {
      ...(await agency.listing({ publicationStatus: 'DRAFT' })),
      _id: undefined,
      slug: 'no-date',
      publicationStatus: 'PUBLISHED',
      publishedAt: undefined,
      createdAt: ago(2 * hour, now),
    } as never,
    { ignoreUndefined: true },
  );
  return { recent, agency, now };
}

test.serial('the first run looks back an hour and takes the rest as known', async (t) => {
  const { recent, now } = await beforeFirstRun();
  t.is((await run({ clock: testClock(now) }))['listingsAnnounced'], 1);
  t.is((await storedEvents())[0]?.payload['propertyId'], String(recent._id));
  await Property.collection.updateMany({ status: 'RESERVED' }, { $set: { status: 'ACTIVE' } });
  t.is(
    (await run({ clock: testClock(ago(-day, now)) }))['newListings'],
    0,
    'an old listing that is free again is not new',
  );
});

test.serial(
  'a date of publication that is written as text counts if it names one moment, and is named if not',
  async (t) => {
    await CheckCursor.deleteMany({});
    const now = new Date();
    const agency = createAgency();
    await agency.contact(wantsPaphos);
    const old = await agency.listing({ publishedAt: ago(20 * day, now).toISOString() as never, createdAt: now });
    const recent = await agency.listing({ publishedAt: ago(minute, now).toISOString() as never });
    const odd = await agency.listing({ publishedAt: '1 Nov' as never, createdAt: now });
    const context = timedContext({ clock: testClock(now) });
    await checkNewListings(context, findMatches);
    const { counts, errors } = context.report();
    t.like(counts, { listingsAnnounced: 2, unreadableRecords: 1 });
    t.true(errors[0]?.message.includes(`publishedAt cannot be read in ${String(odd._id)}.`));
    const announced = (await storedEvents()).map(({ payload }) => payload['propertyId']);
    t.deepEqual(announced.toSorted(), [recent, odd].map(({ _id }) => String(_id)).toSorted());
    t.true((await Property.collection.findOne({ _id: old._id }))?.['publishedAt'] instanceof Date);
  },
);

for (const [name, off] of [
  ['behind', 365 * day],
  ['ahead', -365 * day],
] as const) {
  test.serial(
    `a run under a clock that is ${name} makes no old listing new and hides none, be it the first or a later one`,
    async (t) => {
      const { recent, agency, now } = await beforeFirstRun();
      const wrong = { clock: testClock(ago(off, now)) };
      t.like(await run(wrong), { newListings: 1, listingsAnnounced: 1 });
      t.is((await storedEvents())[0]?.payload['propertyId'], String(recent._id));
      t.is((await run({ clock: testClock(now) }))['newListings'], 0);
      await agency.listing({ publishedAt: now });
      t.is((await run(wrong))['listingsAnnounced'], 1);
      t.is((await run({ clock: testClock(now) }))['newListings'], 0);
    },
  );
}

test.serial(
  'a database whose clock was ahead in the first run shuts out nothing that is published later',
  async (t) => {
    const { agency, now } = await beforeFirstRun();
    await newsBegan(ago(-365 * day, now));
    t.is((await run())['newListings'], 0);
    await agency.listing({ publishedAt: now });
    t.is((await run())['listingsAnnounced'], 1);
  },
);

test.serial('an import that staff publish three days later is new on that day', async (t) => {
  const agency = createAgency();
  await agency.contact(wantsPaphos);
  const { _id } = await agency.listing({
    publicationStatus: 'PENDING',
    publishedAt: undefined as never,
    createdAt: ago(3 * day),
  });
  t.is((await run())['newListings'], 0);
  await Property.collection.updateOne({ _id }, { $set: { publicationStatus: 'PUBLISHED', publishedAt: today } });
  t.is((await run())['listingsAnnounced'], 1);
});

test.serial('late writes, wrong clocks and missing dates hide no listing', async (t) => {
  const agency = createAgency();
  await agency.contact(wantsPaphos);
  await run();
  await agency.listing({ publishedAt: ago(5 * day) });
  await agency.listing({ publishedAt: ago(-2 * day) });
  await agency.listing({ publishedAt: undefined as never });
  await agency.listing({ publishedAt: ago(day).toISOString() as never });
  t.is((await run())['listingsAnnounced'], 4);
});

test.serial('listings are announced in the order of their publication', async (t) => {
  const agency = createAgency();
  await agency.contact(wantsPaphos);
  for (const [price, hours] of [
    [100_000, 1],
    [300_000, 3],
    [200_000, 2],
  ] as const)
    await agency.listing({ title: String(hours), price, publishedAt: ago(hours * hour) });
  await run({ environment: { CHECK_BATCH: '1' } });
  await run();
  t.deepEqual(
    (await storedEvents()).map(({ payload }) => payload['title']),
    ['3', '2', '1'],
  );
});

test.serial('a listing that fits no search emits nothing and is not checked again', async (t) => {
  const agency = createAgency();
  await agency.listing();
  t.deepEqual(await run(), { newListings: 1, listingsAnnounced: 0 });
  await agency.contact(wantsPaphos);
  t.deepEqual(await run(), { newListings: 0 });
  t.deepEqual(await storedEvents(), []);
});

test.serial('listings off the market are passed over until they return', async (t) => {
  const agency = createAgency();
  await agency.contact(wantsPaphos);
  const reserved = await agency.listing({ status: 'RESERVED' });
  await agency.listing({ publicationStatus: 'UNLISTED' });
  await agency.listing({ deletedAt: ago(hour) });
  t.is((await run())['newListings'], 0);
  await Property.collection.updateOne({ _id: reserved._id }, { $set: { status: 'ACTIVE' } });
  t.is((await run())['listingsAnnounced'], 1);
});

test.serial('a run announces no more than its batch, and the next one continues', async (t) => {
  const agency = createAgency();
  await agency.contact(wantsPaphos);
  for (let i = 0; i < 5; i++) await agency.listing();
  for (const expected of [2, 2, 1])
    t.is((await run({ environment: { CHECK_BATCH: '2' } }))['listingsAnnounced'], expected);
  t.is(new Set((await storedEvents()).map(({ key }) => key)).size, 5);
});

test.serial('a run that died after emitting emits nothing twice', async (t) => {
  const agency = createAgency();
  await agency.contact(wantsPaphos);
  const { _id } = await agency.listing();
  await run();
  await Property.collection.updateOne({ _id }, { $unset: { announcedAt: '' } });
  t.deepEqual(await run(), { newListings: 1, listingsAnnounced: 0 });
  t.is(await Event.countDocuments(), 1);
});

test.serial('a listing with descriptions in the wrong fields delays no other', async (t) => {
  await createAgency().contact(wantsPaphos);
  const agency = createAgency();
  await agency.contact(wantsPaphos);
  await agency.listing({ publishedAt: ago(hour) });
  const names = Array.from({ length: 1000 }, (_, i) => `A house by the sea with a pool and number ${i}`).join(', ');
  for (const field of ['city', 'district', 'type'] as const)
    await createAgency().listing({ [field]: names, publishedAt: ago(2 * hour) });
  await agency.listing({ title: names });
  t.like(await run(), { newListings: 5, listingsAnnounced: 2 });
  t.deepEqual(
    (await storedEvents()).map(({ payload }) => String(payload['title']).length),
    [5, 1000],
  );
});

test.serial('of very many matches the best are sent, in a body that receivers accept', async (t) => {
  const agency = createAgency();
  const most = {
    goal: 'SALE' as const,
    districts: ['Paphos'],
    types: ['Villa'],
    maxPrice: 400_000,
    minBedrooms: 1,
    minBathrooms: 1,
    minArea: 10,
    features: ['pool'],
  };
  const people = Array.from({ length: 1200 }, (_, i) => ({
    locationId: agency.locationId,
    name: 'x',
    leadScore: 50,
    requirements: {
      active: true,
      ...(i < 600 ? most : { goal: 'SALE', minBedrooms: 1, maxPrice: 400_000, features: ['lift'] }),
    },
  }));
  await Contact.collection.insertMany(people as never);
  await agency.listing({
    title: 'Β'.repeat(5000),
    bedrooms: 2,
    bathrooms: 2,
    areaSqm: 100,
    features: ['pool', 'lift'],
  });
  await run();
  const events = await storedEvents();
  const payloads = events.map(({ payload }) => payload as { matches: { contactId: string; reasons: string[] }[] });
  t.deepEqual(
    payloads.map(({ matches }) => matches.length),
    [500, 500, 200],
  );
  t.is(new Set(payloads.flatMap(({ matches }) => matches.map(({ contactId }) => contactId))).size, 1200);
  t.is(payloads[0]?.matches[0]?.reasons.length, 8);
  for (const event of events) t.true(Buffer.byteLength(JSON.stringify(cloudEvent(event))) < 100_000);
});

test.serial('the best of very many matches are listed and the rest is counted', async (t) => {
  const agency = createAgency();
  await agency.listing();
  const context = timedContext({ clock: testClock(today) });
  await checkNewListings(context, (wanted) =>
    Promise.resolve(
      new Map(
        wanted.map(({ listing }) => [
          String(listing._id),
          { matches: [{ contactId: 'a', score: 100, reasons: [] }], leftOut: 7 },
        ]),
      ),
    ),
  );
  t.is((await storedEvents())[0]?.payload['matchesLeftOut'], 7);
});

test.serial('an index serves the query, and no listing is read needlessly', async (t) => {
  const { locationId } = createAgency();
  await Property.collection.insertMany(
    Array.from({ length: 3000 }, (_, i) => ({
      locationId,
      title: 'x',
      slug: `x${i}`,
      status: i % 4 ? 'ACTIVE' : 'SOLD',
      publicationStatus: i % 3 ? 'PUBLISHED' : 'PENDING',
      ...(i % 5 ? { announcedAt: today } : {}),
      ...(i % 7 ? {} : { deletedAt: today }),
    })) as never,
  );
  const plan = summarise(await Property.collection.find(unannouncedListings as never).explain('executionStats'));
  t.true(plan.text.includes('IXSCAN') && !plan.text.includes('COLLSCAN'));
  t.true(plan.returned > 0);
  t.is(plan.examined, plan.returned);
  t.false(plan.text.includes('"SORT"'));
});
