import test from 'ava';
import { Types } from 'mongoose';
import { answersSince, Message } from '../../shared/models/message.ts';
import {
  dueCompletedViewings,
  dueConfirmedViewings,
  dueContacts,
  dueViewings,
  movedConfirmedViewings,
  movedContacts,
  movedViewings,
  unreadableDates,
  viewingDueAt,
} from '../../shared/checks/due-follow-ups.ts';
import { checkFollowUps } from '../../shared/checks/follow-ups.ts';
import { Contact } from '../../shared/models/contact.ts';
import { minDate } from '../../shared/models/stored-value.ts';
import { Viewing } from '../../shared/models/viewing.ts';
import { day, hour } from '../../shared/platform/clock.ts';
import { ago, createAgency, emptyDatabase, storedEvents, summarise, today } from '../doubles/agency.ts';
import { useDatabase } from '../doubles/database.ts';
import { testClock, timedContext } from '../doubles/run-context.ts';

useDatabase(test);
test.beforeEach(emptyDatabase);

const week = 7 * day;

async function run(options: Parameters<typeof timedContext>[0] = {}) {
  const context = timedContext({ clock: testClock(today), ...options });
  await checkFollowUps(context);
  return context.report().counts;
}

test.serial('a contact whose date has passed is announced once, however often the check runs', async (t) => {
  const agency = createAgency();
  const contact = await agency.contact({ expectedFollowUpAt: ago(90 * 60_000) });
  await agency.contact({ expectedFollowUpAt: ago(-hour) });
  await agency.contact();
  t.is((await run())['followUps'], 1);
  t.is((await run())['followUps'], 0);
  const [event, ...others] = await storedEvents();
  t.deepEqual(others, []);
  t.like(event, {
    type: 'follow_up.due',
    payload: { contactId: String(contact._id), dueAt: ago(90 * 60_000).toISOString(), hoursOverdue: 1.5 },
  });
});

test.serial('a moved date makes a new event, also if moved into the past', async (t) => {
  const { _id } = await createAgency().contact({ expectedFollowUpAt: ago(hour) });
  await run();
  await Contact.collection.updateOne({ _id }, { $set: { expectedFollowUpAt: ago(3 * day) } });
  t.is((await run())['followUps'], 1);
  await Contact.collection.updateOne({ _id }, { $set: { expectedFollowUpAt: ago(-hour) } });
  t.is((await run())['followUps'], 0);
  t.is((await run({ clock: testClock(ago(-2 * hour)) }))['followUps'], 1);
});

test.serial('a contact is not due once we have written; a message from the contact does not count', async (t) => {
  const agency = createAgency();
  for (const [direction, sentAt] of [
    ['outbound', ago(hour)],
    ['inbound', ago(hour)],
    ['outbound', ago(5 * hour)],
  ] as const) {
    const contact = await agency.contact({ expectedFollowUpAt: ago(2 * hour), name: direction });
    const conversation = await agency.conversation({ contactId: contact._id, lastMessageAt: sentAt });
    await agency.message({ conversationId: conversation._id, conversationIds: [conversation._id], direction, sentAt });
  }
  const counts = await run();
  t.like(counts, { followUps: 2, followUpsAnswered: 1 });
  t.deepEqual(await run(), { followUps: 0 });
});

test.serial(
  'an answer counts however it names its conversation, and whatever the conversation says of its last message',
  async (t) => {
    const agency = createAgency();
    for (const [lastMessageAt, named] of [
      [ago(hour), { conversationIds: undefined }],
      [ago(50 * day), {}],
      [undefined, { conversationIds: undefined }],
    ] as const) {
      const contact = await agency.contact({ expectedFollowUpAt: ago(2 * hour) });
      const { _id } = await agency.conversation({
        contactId: contact._id,
        ...(lastMessageAt ? { lastMessageAt } : {}),
      });
      await agency.message({
        conversationId: _id,
        conversationIds: [_id],
        direction: 'outbound',
        sentAt: ago(hour),
        ...(named as object),
      });
    }
    t.like(await run(), { followUps: 0, followUpsAnswered: 3 });
  },
);

test.serial('an index finds the answer, whichever field names its conversation', async (t) => {
  const agency = createAgency();
  const { _id } = await agency.conversation({ contactId: (await agency.contact())._id });
  await Message.collection.insertMany(
    Array.from({ length: 2000 }, (_, i) => ({
      messageIdHeader: String(i),
      locationId: agency.locationId,
      direction: 'outbound',
      sentAt: ago(i * hour),
      ...(i % 2 ? { conversationId: _id } : { conversationId: _id, conversationIds: [_id] }),
    })) as never,
  );
  const plan = summarise(await Message.collection.find(answersSince(_id, ago(10 * hour))).explain('executionStats'));
  t.false(plan.text.includes('COLLSCAN'));
  t.is(plan.returned, 11);
  t.true(plan.examined <= 2 * plan.returned, `read ${plan.examined}`);
});

test.serial('deleted contacts and viewings are skipped until they are restored', async (t) => {
  const agency = createAgency();
  const { _id } = await agency.contact({ expectedFollowUpAt: ago(hour), deletedAt: ago(day) });
  const contact = await agency.contact();
  await agency.viewing({ contactId: contact._id, scheduledAt: ago(5 * hour), deletedAt: ago(1) });
  t.is((await run())['followUps'], 0);
  await Contact.collection.updateOne({ _id }, { $set: { deletedAt: null } });
  t.is((await run())['followUps'], 1);
});

test('a viewing is due at its date, a confirmed one two hours after it took place', (t) => {
  const viewing = { scheduledAt: today, feedbackReceived: false, status: 'confirmed' } as const;
  t.deepEqual(viewingDueAt(viewing), ago(-2 * hour));
  t.deepEqual(viewingDueAt({ ...viewing, status: 'no_show', expectedFollowUpAt: today }), today);
  t.deepEqual(viewingDueAt({ ...viewing, status: 'completed' }), ago(-2 * hour));
  for (const status of ['requested', 'no_show', 'cancelled'] as const)
    t.is(viewingDueAt({ ...viewing, status }), undefined, status);
  t.is(viewingDueAt({ ...viewing, feedbackReceived: true, expectedFollowUpAt: today }), undefined);
  t.is(viewingDueAt({ ...viewing, status: 'cancelled', expectedFollowUpAt: today }), undefined);
});

test.serial('the database applies the same rule to viewings, and their events name the viewing', async (t) => {
  const agency = createAgency();
  const contactId = (await agency.contact())._id;
  const confirmed = await agency.viewing({ contactId, scheduledAt: ago(3 * hour) });
  const dated = await agency.viewing({
    contactId,
    scheduledAt: ago(9 * hour),
    status: 'completed',
    expectedFollowUpAt: ago(hour),
  });
  await agency.viewing({ contactId, scheduledAt: ago(hour) });
  await agency.viewing({
    contactId,
    scheduledAt: ago(9 * hour),
    feedbackReceived: true,
    expectedFollowUpAt: ago(hour),
  });
  await agency.viewing({ contactId, scheduledAt: ago(9 * hour), feedbackReceived: true });
  await agency.viewing({ contactId, scheduledAt: ago(9 * hour), expectedFollowUpAt: ago(-hour) });
  await agency.viewing({ contactId, scheduledAt: ago(9 * hour), status: 'cancelled', expectedFollowUpAt: ago(hour) });
  await run();
  await run();
  t.deepEqual(
    (await storedEvents()).map(({ payload }) => [payload['viewingId'], payload['dueAt']].join()).sort(),
    [
      [String(confirmed._id), ago(hour).toISOString()].join(),
      [String(dated._id), ago(hour).toISOString()].join(),
    ].sort(),
  );
});

test.serial(
  'a viewing that is set to completed before the check comes by is due like a confirmed one, but not an old one',
  async (t) => {
    const agency = createAgency();
    const contactId = (await agency.contact())._id;
    const completed = await agency.viewing({ contactId, status: 'completed', scheduledAt: ago(3 * hour) });
    await agency.viewing({ contactId, status: 'completed', scheduledAt: ago(hour) });
    await agency.viewing({ contactId, status: 'completed', scheduledAt: ago(3 * hour), feedbackReceived: true });
    await agency.viewing({ contactId, status: 'completed', scheduledAt: ago(30 * day + hour) });
    t.is((await run())['followUps'], 1);
    await Viewing.collection.updateOne({ _id: completed._id }, { $set: { status: 'confirmed' } });
    t.is((await run())['followUps'], 0);
    t.is((await storedEvents())[0]?.payload['viewingId'], String(completed._id));
  },
);

test.serial(
  'a viewing whose own date is taken away after it was announced is due again only when it takes place later',
  async (t) => {
    const agency = createAgency();
    const contactId = (await agency.contact())._id;
    const after = await agency.viewing({ contactId, scheduledAt: ago(9 * hour), expectedFollowUpAt: ago(5 * hour) });
    const before = await agency.viewing({ contactId, scheduledAt: ago(9 * hour), expectedFollowUpAt: ago(20 * hour) });
    t.is((await run())['followUps'], 2);
    await Viewing.collection.updateMany(
      { _id: { $in: [after._id, before._id] } },
      { $unset: { expectedFollowUpAt: '' } },
    );
    t.is((await run())['followUps'], 1);
    t.like((await storedEvents()).at(-1)?.payload, {
      viewingId: String(before._id),
      dueAt: ago(7 * hour).toISOString(),
    });
    await Viewing.collection.updateOne({ _id: after._id }, { $set: { scheduledAt: ago(4 * hour) } });
    t.is((await run())['followUps'], 1);
    t.is((await run())['followUps'], 0);
  },
);

test.serial('viewings of missing, deleted or foreign contacts are counted and skipped', async (t) => {
  const agency = createAgency();
  const deleted = await agency.contact({ deletedAt: ago(day) });
  const foreign = await createAgency().contact();
  for (const contactId of [deleted._id, foreign._id, new Types.ObjectId()])
    await agency.viewing({ contactId, scheduledAt: ago(day) });
  const clock = testClock(today);
  t.like(await run({ clock }), { followUps: 0, danglingReferences: 3 });
  t.deepEqual(await run({ clock }), { followUps: 0 }, 'they are not looked at in every run');
  await Contact.collection.updateOne({ _id: deleted._id }, { $set: { deletedAt: null } });
  clock.advance(6 * hour);
  t.like(await run({ clock }), { followUps: 1, danglingReferences: 2 });
});

test.serial('a run emits no more than its batch, and the next one continues', async (t) => {
  const agency = createAgency();
  for (let i = 0; i < 5; i++) await agency.contact({ expectedFollowUpAt: ago(hour + i) });
  const environment = { CHECK_BATCH: '2' };
  t.is((await run({ environment }))['followUps'], 2);
  t.is((await run({ environment }))['followUps'], 2);
  t.is((await run({ environment }))['followUps'], 1);
  t.is((await storedEvents()).length, 5);
});

test.serial('records that cannot become events do not delay the others', async (t) => {
  const agency = createAgency();
  const contactId = (await agency.contact())._id;
  for (let i = 0; i < 3; i++) await agency.viewing({ contactId: new Types.ObjectId(), scheduledAt: ago(9 * day) });
  await agency.viewing({ contactId, scheduledAt: ago(day) });
  t.is((await run({ environment: { CHECK_BATCH: '1' } }))['followUps'], 1);
});

test.serial('a week without runs, and a clock that jumps ahead and back, lose and double nothing', async (t) => {
  const agency = createAgency();
  const clock = testClock(ago(7 * day));
  await run({ clock });
  for (let i = 1; i <= 10; i++) await agency.contact({ expectedFollowUpAt: ago(i * 10 * hour) });
  await agency.contact({ expectedFollowUpAt: ago(-30 * day) });
  clock.set(ago(-365 * day));
  t.is((await run({ clock }))['followUps'], 11);
  clock.set(today);
  t.is((await run({ clock }))['followUps'], 0);
  const late = await agency.contact({ expectedFollowUpAt: ago(3 * day) });
  t.is((await run({ clock }))['followUps'], 1, 'a date that is written into the past');
  t.is((await storedEvents()).at(-1)?.payload['contactId'], String(late._id));
});

test.serial('a check for one location touches no other', async (t) => {
  const [here, there] = [createAgency(), createAgency()];
  await here.contact({ expectedFollowUpAt: ago(hour) });
  await there.contact({ expectedFollowUpAt: ago(hour) });
  t.is((await run({ parameters: { locationId: String(here.locationId) } }))['followUps'], 1);
  t.is((await run())['followUps'], 1);
});

test.serial('a settled date that is moved far into the past is found within a day', async (t) => {
  const { _id } = await createAgency().contact({ expectedFollowUpAt: ago(hour) });
  const clock = testClock(today);
  await run({ clock });
  await Contact.collection.updateOne({ _id }, { $set: { expectedFollowUpAt: ago(90 * day) } });
  clock.advance(day);
  t.is((await run({ clock }))['followUps'], 1);
});

test.serial(
  'after a date of 1970 and before, as an empty form stores it, later ones are announced all the same',
  async (t) => {
    const agency = createAgency();
    for (const odd of [new Date(0), new Date(-day), minDate]) {
      const contact = await agency.contact({ expectedFollowUpAt: odd });
      const [own, confirmed] = [
        await agency.viewing({ contactId: contact._id, scheduledAt: ago(-day), expectedFollowUpAt: odd }),
        await agency.viewing({ contactId: contact._id, scheduledAt: odd }),
      ];
      t.is((await run())['followUps'], 3, String(odd));
      await Contact.collection.updateOne({ _id: contact._id }, { $set: { expectedFollowUpAt: ago(2 * hour) } });
      await Viewing.collection.updateOne({ _id: own._id }, { $set: { expectedFollowUpAt: ago(2 * hour) } });
      await Viewing.collection.updateOne({ _id: confirmed._id }, { $set: { scheduledAt: ago(5 * hour) } });
      t.is((await run())['followUps'], 3, String(odd));
      t.is((await run())['followUps'], 0, String(odd));
    }
  },
);

test.serial(
  'a date that is moved ahead and passes in an outage of any length is found in the first run after it',
  async (t) => {
    const { _id } = await createAgency().contact({ expectedFollowUpAt: ago(hour) });
    const clock = testClock(today);
    await run({ clock });
    await Contact.collection.updateOne({ _id }, { $set: { expectedFollowUpAt: ago(-day) } });
    clock.advance(100 * day);
    t.is((await run({ clock }))['followUps'], 1);
  },
);

test.serial(
  'after a run under a clock that was ahead all settled dates and what was put off are looked at again',
  async (t) => {
    const agency = createAgency();
    const { _id } = await agency.contact({ expectedFollowUpAt: ago(hour) });
    const deleted = await agency.contact({ deletedAt: ago(day) });
    await agency.viewing({ contactId: deleted._id, scheduledAt: ago(5 * hour) });
    t.like(await run({ clock: testClock(ago(-30 * day)) }), { followUps: 1, danglingReferences: 1 });
    await Contact.collection.updateOne({ _id }, { $set: { expectedFollowUpAt: ago(90 * day) } });
    await Contact.collection.updateOne({ _id: deleted._id }, { $set: { deletedAt: null } });
    t.is((await run())['followUps'], 2);
  },
);

async function seedPiles(): Promise<void> {
  const { locationId, contact } = createAgency();
  const contactId = (await contact())._id;
  const states = (date: Date) => [
    {},
    { followUpSettledFor: date },
    { followUpSettledFor: date, deletedAt: today },
    { followUpSettledFor: ago(0.5, date) },
    { deletedAt: today },
    { putOffUntil: ago(-hour) },
    { feedbackReceived: true },
    { status: 'cancelled' },
    { status: 'completed' },
    { putOffUntil: ago(-30 * day), followUpSettledFor: date },
  ];
  const piles = Array.from({ length: 3000 }, (_, i) => ({
    locationId,
    contactId,
    name: 'x',
    date: ago((1 + i) * hour),
    state: states(ago((1 + i) * hour))[i % 10],
  }));
  await Contact.collection.insertMany(
    piles.map(({ date, state, ...each }) => ({ ...each, expectedFollowUpAt: date, ...state })) as never,
  );
  await Viewing.collection.insertMany(
    piles.map(({ date, state, ...each }) => ({
      ...each,
      status: 'confirmed',
      scheduledAt: today,
      expectedFollowUpAt: date,
      ...state,
    })) as never,
  );
  await Viewing.collection.insertMany(
    piles.map(({ date, state, ...each }) => ({
      ...each,
      status: 'confirmed',
      scheduledAt: ago(2 * hour, date),
      ...state,
    })) as never,
  );
}

test.serial(
  'indexes find what was never settled, and nothing that is settled, deleted, put off or answered costs a key',
  async (t) => {
    await seedPiles();
    for (const [name, model, pipeline, due] of [
      // Contacts have no feedback or cancellation.
      ['contacts', Contact, dueContacts(today), 1200],
      ['viewings', Viewing, dueViewings(today), 600],
      ['confirmed viewings', Viewing, dueConfirmedViewings(today), 300],
      ['completed viewings', Viewing, dueCompletedViewings(today), 71],
      ['contacts with a date that is none', Contact, unreadableDates(today), 0],
      ['viewings with a date that is none', Viewing, unreadableDates(today), 0],
    ] as const) {
      const plan = summarise(await model.collection.aggregate(pipeline as never[]).explain('executionStats'));
      t.true(plan.text.includes('IXSCAN') && !plan.text.includes('COLLSCAN'), name);
      t.is(plan.returned, due, name);
      t.is(plan.examined, due, name);
      t.true(plan.keys <= 2 * due + 20, `${name}: read ${plan.keys} keys`);
    }
  },
);

test.serial('moved dates of settled follow-ups are found from a week of index keys alone', async (t) => {
  await seedPiles();
  for (const [name, model, pipeline] of [
    ['contacts', Contact, movedContacts(ago(week), today)],
    ['viewings', Viewing, movedViewings(ago(week), today)],
    ['confirmed viewings', Viewing, movedConfirmedViewings(ago(week), today)],
  ] as const) {
    const plan = summarise(await model.collection.aggregate(pipeline as never[]).explain('executionStats'));
    t.true(plan.text.includes('IXSCAN') && !plan.text.includes('COLLSCAN'), name);
    t.is(plan.examined, 0, name);
    t.is(plan.returned, 17, name);
    t.true(plan.keys <= week / hour, `${name}: read ${plan.keys} keys`);
  }
});
