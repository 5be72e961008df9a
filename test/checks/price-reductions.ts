import test from 'ava';
import { mongo } from 'mongoose';
import { repricedListings } from '../../shared/checks/judge-price.ts';
import { checkNewListings } from '../../shared/checks/new-listings.ts';
import { checkPriceReductions } from '../../shared/checks/price-reductions.ts';
import { findMatches } from '../../shared/matching/find-matches.ts';
import { Property } from '../../shared/models/property.ts';
import { day, hour } from '../../shared/platform/clock.ts';
import { ago, createAgency, emptyDatabase, newsBegan, storedEvents, summarise, today } from '../doubles/agency.ts';
import { useDatabase } from '../doubles/database.ts';
import { testClock, timedContext } from '../doubles/run-context.ts';

useDatabase(test);
test.beforeEach(async () => {
  await emptyDatabase();
  await newsBegan(ago(hour));
});

async function run(options: Parameters<typeof timedContext>[0] = {}) {
  const context = timedContext({ clock: testClock(today), ...options });
  await checkNewListings(context, findMatches);
  await checkPriceReductions(context, findMatches);
  return context.report().counts;
}

const upTo = (maxPrice: number) => ({
  requirements: { active: true, maxPrice, districts: [], locations: [], types: [], features: [] },
});

test.serial('a reduction is announced to those whom the listing fits only now, once', async (t) => {
  const agency = createAgency();
  await agency.contact(upTo(300_000));
  const newlyFit = await agency.contact(upTo(280_000));
  await agency.contact(upTo(200_000));
  const { _id } = await agency.listing({ price: 300_000 });
  await run();
  await Property.collection.updateOne({ _id }, { $set: { price: 275_000 } });
  t.like(await run(), { pricesReduced: 1, reductionsAnnounced: 1 });
  t.like(await run(), { pricesReduced: 0 });
  const events = await storedEvents({ type: 'listing.price_reduced' });
  t.is(events.length, 1);
  t.deepEqual(events[0]?.payload, {
    propertyId: String(_id),
    title: 'Villa',
    previousPrice: 300_000,
    price: 275_000,
    currency: 'EUR',
    matches: [{ contactId: String(newlyFit._id), score: 100, reasons: ['price'] }],
  });
});

test.serial('small steps add up, and a reduction that fits no one emits nothing', async (t) => {
  const agency = createAgency();
  await agency.contact(upTo(285_000));
  const { _id } = await agency.listing({ price: 300_000 });
  await run();
  for (const [price, reduced, announced] of [
    [290_000, 0, undefined],
    [284_000, 1, 1],
    [250_000, 1, 0],
  ] as const) {
    await Property.collection.updateOne({ _id }, { $set: { price } });
    const counts = await run();
    t.is(counts['pricesReduced'], reduced, String(price));
    t.is(counts['reductionsAnnounced'], announced, String(price));
  }
});

test.serial('a price that rises and falls again is measured from its peak, and announced once a contact', async (t) => {
  const agency = createAgency();
  await agency.contact(upTo(300_000));
  const { _id } = await agency.listing({ price: 350_000 });
  await run();
  for (const [price, announced] of [
    [299_000, 1],
    [299_000, undefined],
    [350_000, 0],
    [299_000, 1],
  ] as const) {
    if (price === 350_000) await agency.contact(upTo(310_000));
    await Property.collection.updateOne({ _id }, { $set: { price } });
    t.is((await run())['reductionsAnnounced'], announced);
  }
  const events = await storedEvents({ type: 'listing.price_reduced' });
  t.deepEqual(
    events.map(({ payload }) => (payload['matches'] as unknown[]).length),
    [1, 1],
    'the second time to who came between the two',
  );
});

test.serial('listings from before the first run have a known price too', async (t) => {
  const agency = createAgency();
  await agency.contact(upTo(280_000));
  const { _id } = await agency.listing({ price: 300_000, publishedAt: ago(90 * day) });
  await run();
  await Property.collection.updateOne({ _id }, { $set: { price: 270_000 } });
  t.is((await run())['reductionsAnnounced'], 1);
});

test.serial('a change of currency is no reduction; prices on request or unreadable ones do no harm', async (t) => {
  const agency = createAgency();
  await agency.contact(upTo(280_000));
  const [pounds, none, rubbish, bare] = await Promise.all([1, 2, 3, 4].map(() => agency.listing({ price: 300_000 })));
  await run();
  await Property.collection.updateOne({ _id: pounds!._id }, { $set: { price: 250_000, currency: 'GBP' } });
  await Property.collection.updateOne({ _id: none!._id }, { $set: { price: null } });
  await Property.collection.updateOne({ _id: rubbish!._id }, { $set: { price: 'cheap' } });
  await Property.collection.updateOne({ _id: bare!._id }, { $unset: { currency: '' } });
  t.like(await run(), { pricesReduced: 0 });
  t.is(
    (await Property.collection.aggregate(repricedListings() as never[]).toArray()).length,
    0,
    'nothing comes by again',
  );
});

test.serial('a price stored as Decimal128 is compared and announced like any other', async (t) => {
  const agency = createAgency();
  await agency.contact(upTo(280_000));
  const decimal = (digits: string) => mongo.Decimal128.fromString(digits) as never;
  const known = await agency.listing({ price: decimal('300000.1'), publishedAt: ago(90 * day) });
  const told = await agency.listing({ price: decimal('300000.1') });
  await run();
  t.is((await Property.collection.aggregate(repricedListings() as never[]).toArray()).length, 0, 'nothing comes by');
  for (const { _id } of [known, told])
    await Property.collection.updateOne({ _id }, { $set: { price: decimal('250000.1') } });
  t.like(await run(), { pricesReduced: 2, reductionsAnnounced: 2 });
  for (const { payload } of await storedEvents({ type: 'listing.price_reduced' }))
    t.like(payload, { previousPrice: 300_000.1, price: 250_000.1 });
  t.is(
    (await Property.collection.aggregate(repricedListings() as never[]).toArray()).length,
    0,
    'nothing comes by again',
  );
});

test.serial('a rent for another period is no reduction, and later changes are measured from it', async (t) => {
  const agency = createAgency();
  await agency.contact(upTo(6000));
  const { _id } = await agency.listing({ price: 6500, goal: 'RENT', rentalPeriod: 'month' });
  await run();
  for (const [price, rentalPeriod, reduced] of [
    [1500, 'week', 0],
    [1500, 'week', 0],
    [1380, 'week', 1],
  ] as const) {
    await Property.collection.updateOne({ _id }, { $set: { price, rentalPeriod } });
    t.is((await run())['pricesReduced'], reduced);
  }
});

test.serial('a reduction while the listing is reserved is announced when it is free again', async (t) => {
  const agency = createAgency();
  await agency.contact(upTo(280_000));
  const { _id } = await agency.listing({ price: 300_000 });
  await run();
  await Property.collection.updateOne({ _id }, { $set: { price: 270_000, status: 'RESERVED' } });
  t.like(await run(), { pricesReduced: 0 });
  await Property.collection.updateOne({ _id }, { $set: { status: 'ACTIVE' } });
  t.is((await run())['reductionsAnnounced'], 1);
});

test.serial('changed prices are found from index keys alone', async (t) => {
  const { locationId } = createAgency();
  await Property.collection.insertMany(
    Array.from({ length: 3000 }, (_, i) => ({
      locationId,
      title: 'x',
      slug: `x${i}`,
      status: i % 4 ? 'ACTIVE' : 'SOLD',
      publicationStatus: 'PUBLISHED',
      currency: 'EUR',
      announcedCurrency: 'EUR',
      announcedAt: today,
      price: i % 50 ? 100 : 90,
      announcedPrice: 100,
    })) as never,
  );
  const plan = summarise(await Property.collection.aggregate(repricedListings() as never[]).explain('executionStats'));
  t.true(plan.text.includes('IXSCAN') && !plan.text.includes('COLLSCAN'));
  t.is(plan.examined, 0);
});
