import test from 'ava';
import { Types } from 'mongoose';
import { expiredOffers, expiringOffers } from '../../shared/checks/due-offers.ts';
import { checkExpiringOffers } from '../../shared/checks/expiring-offers.ts';
import { Deal } from '../../shared/models/deal.ts';
import { Offer } from '../../shared/models/offer.ts';
import { day, hour } from '../../shared/platform/clock.ts';
import { ago, createAgency, emptyDatabase, storedEvents, summarise, today } from '../doubles/agency.ts';
import { useDatabase } from '../doubles/database.ts';
import { testClock, timedContext } from '../doubles/run-context.ts';

useDatabase(test);
test.beforeEach(emptyDatabase);

async function run(options: Parameters<typeof timedContext>[0] = {}) {
  const context = timedContext({ clock: testClock(today), ...options });
  await checkExpiringOffers(context);
  return context.report().counts;
}

const inHours = (hours: number) => ago(-hours * hour);

test.serial('a pending offer is announced once in its last 48 hours, also without a conversation', async (t) => {
  const agency = createAgency();
  const deal = await agency.deal();
  const offer = await agency.offer({ dealId: deal._id, validUntil: inHours(47), amount: 199_500, currency: 'GBP' });
  await agency.offer({ dealId: deal._id, validUntil: inHours(48) });
  await agency.offer({ dealId: deal._id, validUntil: inHours(10), status: 'accepted' });
  await agency.offer({ dealId: deal._id });
  t.like(await run(), { offersExpiring: 1, offersExpired: 0 });
  t.like(await run(), { offersExpiring: 0, offersExpired: 0 });
  const [event] = await storedEvents();
  t.deepEqual(event?.payload, {
    dealId: String(deal._id),
    offerId: String(offer._id),
    reason: 'offer_expiring',
    expiresAt: inHours(47).toISOString(),
    amount: 199_500,
    currency: 'GBP',
  });
  t.like(event, { type: 'deal.stage_changed', metadata: { dealId: String(deal._id) } });
});

test.serial('an offer is valid up to and including its last moment', async (t) => {
  const agency = createAgency();
  const deal = await agency.deal();
  await agency.offer({ dealId: deal._id, validUntil: today });
  t.like(await run(), { offersExpiring: 1, offersExpired: 0 });
  t.like(await run({ clock: testClock(ago(-1)) }), { offersExpiring: 0, offersExpired: 1 });
});

test.serial('an offer whose time has passed is set to expired, with one event', async (t) => {
  const agency = createAgency();
  const [buyer, conversation] = [new Types.ObjectId(), new Types.ObjectId()];
  const deal = await agency.deal({ buyerContactId: buyer, conversationIds: [conversation] });
  const offer = await agency.offer({ dealId: deal._id, validUntil: ago(9 * day) });
  t.is((await run())['offersExpired'], 1);
  t.is((await run())['offersExpired'], 0);
  const stored = await Offer.findById(offer._id).lean();
  t.is(stored?.status, 'expired');
  t.false(Object.hasOwn(stored ?? {}, 'expiredEventPending'));
  const [event, ...others] = await storedEvents();
  t.deepEqual(others, []);
  t.like(event, {
    payload: { reason: 'offer_expired' },
    metadata: { contactId: String(buyer), conversationId: String(conversation) },
  });
});

test.serial('an extended offer is announced once more, for expiring and for expired', async (t) => {
  const agency = createAgency();
  const offer = await agency.offer({ dealId: (await agency.deal())._id, validUntil: inHours(1) });
  const clock = testClock(today);
  await run({ clock });
  await Offer.collection.updateOne({ _id: offer._id }, { $set: { validUntil: inHours(24) } });
  await run({ clock });
  clock.advance(2 * day);
  await run({ clock });
  await Offer.collection.updateOne({ _id: offer._id }, { $set: { validUntil: inHours(72), status: 'pending' } });
  await run({ clock });
  clock.advance(2 * day);
  await run({ clock });
  t.deepEqual(
    (await storedEvents()).map(({ payload }) => payload['reason']),
    ['offer_expiring', 'offer_expiring', 'offer_expired', 'offer_expiring', 'offer_expired'],
  );
});

test.serial('an expiry event that a killed run left is emitted, unless the offer was extended', async (t) => {
  const agency = createAgency();
  const dealId = (await agency.deal())._id;
  await agency.offer({ dealId, validUntil: ago(hour), status: 'expired', expiredEventPending: true });
  await agency.offer({ dealId, validUntil: inHours(90), status: 'pending', expiredEventPending: true });
  t.is((await run())['offersExpired'], 1);
  t.is(await Offer.countDocuments({ expiredEventPending: true }), 0);
});

test.serial('offers of deleted, missing or foreign deals are counted and skipped, and keep their state', async (t) => {
  const agency = createAgency();
  const deleted = await agency.deal({ deletedAt: ago(day) });
  const foreign = await createAgency().deal();
  for (const dealId of [deleted._id, foreign._id, new Types.ObjectId()]) {
    await agency.offer({ dealId, validUntil: inHours(20) });
    await agency.offer({ dealId, validUntil: ago(hour) });
  }
  t.like(await run(), { offersExpiring: 0, offersExpired: 0, danglingReferences: 6 });
  t.is(await Offer.countDocuments({ status: 'pending' }), 6);
  t.deepEqual(await run(), { offersExpiring: 0, offersExpired: 0 }, 'they are not looked at in every run');
  await Deal.collection.updateOne({ _id: deleted._id }, { $set: { deletedAt: null } });
  t.like(await run({ clock: testClock(inHours(6)) }), { offersExpiring: 1, offersExpired: 1 });
});

test.serial('48 hours are 48 hours when the clocks change', async (t) => {
  const agency = createAgency();
  const dealId = (await agency.deal())._id;
  // This night has an hour more in Europe.
  const before = new Date('2026-10-24T12:00:00+02:00');
  await agency.offer({ dealId, validUntil: new Date('2026-10-26T10:59:59+01:00') });
  await agency.offer({ dealId, validUntil: new Date('2026-10-26T11:00:00+01:00') });
  t.is((await run({ clock: testClock(before) }))['offersExpiring'], 1);
});

test.serial('after a week without runs each offer is announced by its present state', async (t) => {
  const agency = createAgency();
  const dealId = (await agency.deal())._id;
  for (const hours of [-100, -1, 1, 47, 100]) await agency.offer({ dealId, validUntil: inHours(hours) });
  t.like(await run(), { offersExpiring: 2, offersExpired: 2 });
});

test.serial('a run announces no more than its batch, and the next one continues', async (t) => {
  const agency = createAgency();
  const dealId = (await agency.deal())._id;
  for (let i = 1; i <= 5; i++) {
    await agency.offer({ dealId, validUntil: inHours(i) });
    await agency.offer({ dealId, validUntil: inHours(-i) });
  }
  const environment = { CHECK_BATCH: '2' };
  t.like(await run({ environment }), { offersExpiring: 2, offersExpired: 2 });
  t.like(await run({ environment }), { offersExpiring: 2, offersExpired: 2 });
  t.like(await run({ environment }), { offersExpiring: 1, offersExpired: 1 });
});

test.serial('an index serves the queries', async (t) => {
  const locationId = new Types.ObjectId();
  await Offer.collection.insertMany(
    Array.from({ length: 3000 }, (_, i) => ({
      locationId,
      dealId: locationId,
      status: ['pending', 'accepted', 'expired'][i % 3],
      validUntil: ago((i - 1500) * hour),
      ...(i % 2 ? {} : { putOffUntil: ago(-hour) }),
    })) as never,
  );
  for (const filter of [expiringOffers(today), expiredOffers(today), { expiredEventPending: true }]) {
    const plan = summarise(await Offer.collection.find(filter as never).explain('executionStats'));
    t.true(plan.text.includes('IXSCAN') && !plan.text.includes('COLLSCAN') && !plan.text.includes('"SORT"'));
    t.is(plan.examined, plan.returned);
  }
});

test.serial('a batch that is no multiple of a page is kept to, for each of the two', async (t) => {
  const agency = createAgency();
  const { _id: dealId } = await agency.deal();
  await Offer.collection.insertMany(
    [-hour, hour].flatMap((until) =>
      Array.from({ length: 450 }, () => ({
        locationId: agency.locationId,
        dealId,
        amount: 1,
        currency: 'EUR',
        status: 'pending',
        validUntil: ago(until),
      })),
    ) as never,
  );
  const environment = { CHECK_BATCH: '250' };
  t.like(await run({ environment }), { offersExpiring: 250, offersExpired: 250 });
  t.like(await run({ environment }), { offersExpiring: 200, offersExpired: 200 });
});
