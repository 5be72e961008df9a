import test from 'ava';
import { checkInactiveLeads } from '../../shared/checks/inactive-leads.ts';
import { leadsToCheck, Contact } from '../../shared/models/contact.ts';
import { lastMessages, Conversation } from '../../shared/models/conversation.ts';
import { Message } from '../../shared/models/message.ts';
import { day, hour } from '../../shared/platform/clock.ts';
import { ago, createAgency, emptyDatabase, storedEvents, summarise, today } from '../doubles/agency.ts';
import { useDatabase } from '../doubles/database.ts';
import { testClock, timedContext } from '../doubles/run-context.ts';

useDatabase(test);
test.beforeEach(emptyDatabase);

async function run(options: Parameters<typeof timedContext>[0] = {}) {
  const context = timedContext({ clock: testClock(today), ...options });
  await checkInactiveLeads(context);
  return context.report().counts;
}

const week = 7 * day;

test.serial('qualified leads without activity are announced once in each idle time', async (t) => {
  const agency = createAgency();
  const lead = await agency.lead({ lastActivityAt: ago(8.5 * day), leadScore: 70 });
  await agency.lead({ lastActivityAt: ago(8.5 * day), leadScore: 29 });
  await agency.lead({ lastActivityAt: ago(8.5 * day), qualificationStage: 'unqualified' });
  await agency.lead({ lastActivityAt: ago(8.5 * day), qualificationStage: 'highly_qualified' });
  await agency.lead({ lastActivityAt: ago(8.5 * day), deletedAt: ago(day) });
  await agency.lead({ lastActivityAt: ago(6.9 * day) });
  const environment = { LEAD_MIN_SCORE: '60' };
  const clock = testClock(today);
  t.is((await run({ clock, environment }))['inactiveLeads'], 1);
  t.deepEqual((await storedEvents())[0]?.payload, {
    contactId: String(lead._id),
    reason: 'inactive_lead',
    idleDays: 8,
    leadScore: 70,
  });
  for (let i = 0; i < 13; i++) {
    clock.advance(12 * hour);
    await run({ clock, environment });
  }
  t.is((await storedEvents()).filter(({ payload }) => payload['contactId'] === String(lead._id)).length, 1);
  clock.advance(12 * hour);
  t.is((await run({ clock, environment }))['inactiveLeads'], 1);
  t.is((await storedEvents()).at(-1)?.payload['idleDays'], 15);
});

test.serial('messages, viewings and offers are activity; saving the record is not', async (t) => {
  const agency = createAgency();
  const idle = { lastActivityAt: ago(30 * day) };
  const saved = await agency.lead({ ...idle, updatedAt: ago(hour) });
  await agency.lead({ lastActivityAt: ago(day) });
  await agency.lead({ lastActivityAt: ago(day).toISOString() as never });
  const talking = await agency.lead(idle);
  await agency.conversation({ contactId: talking._id, lastMessageAt: ago(day) });
  const arranged = await agency.lead(idle);
  await agency.viewing({ contactId: arranged._id, createdAt: ago(20 * day), scheduledAt: ago(-2 * day) });
  const viewed = await agency.lead(idle);
  await agency.viewing({ contactId: viewed._id, createdAt: ago(20 * day), scheduledAt: ago(2 * day) });
  const cancelled = await agency.lead(idle);
  await agency.viewing({
    contactId: cancelled._id,
    createdAt: ago(20 * day),
    scheduledAt: ago(2 * day),
    status: 'cancelled',
  });
  const offering = await agency.lead(idle);
  const deal = await agency.deal({ buyerContactId: offering._id });
  await agency.offer({ dealId: deal._id, createdAt: ago(3 * day) });
  await agency.offer({ dealId: deal._id, createdAt: ago(90 * day) });
  await run();
  t.deepEqual(
    (await storedEvents()).map(({ payload }) => [payload['contactId'], payload['idleDays']]).sort(),
    [
      [String(saved._id), 30],
      [String(cancelled._id), 20],
    ].sort(),
  );
});

test.serial("messages count whatever their conversation's summary says, and whichever field names it", async (t) => {
  const agency = createAgency();
  for (const lastMessageAt of [ago(100 * day), undefined as never]) {
    for (const direction of ['inbound', 'outbound'] as const) {
      for (const field of ['conversationId', 'conversationIds'] as const) {
        const lead = await agency.lead({ lastActivityAt: ago(30 * day) });
        const { _id } = await agency.conversation({ contactId: lead._id, lastMessageAt });
        const name = { [field]: field === 'conversationIds' ? [_id] : _id };
        await agency.message({ ...name, direction, sentAt: ago(day) });
        await agency.message({ ...name, direction, sentAt: ago(50 * day) });
      }
    }
  }
  const silent = await agency.lead({ lastActivityAt: ago(30 * day) });
  const { _id } = await agency.conversation({ contactId: silent._id });
  await agency.message({ conversationId: _id, sentAt: ago(20 * day) });
  await agency.message({ conversationId: _id, sentAt: ago(day), deletedAt: ago(hour) });
  await run();
  t.deepEqual(
    (await storedEvents()).map(({ payload }) => [payload['contactId'], payload['idleDays']]),
    [[String(silent._id), 20]],
  );
});

test.serial("only the newest of a conversation's messages is read", async (t) => {
  const agency = createAgency();
  const leads = [await agency.lead(), await agency.lead()];
  for (const lead of leads) {
    const { _id } = await agency.conversation({ contactId: lead._id });
    await Message.collection.insertMany(
      Array.from({ length: 300 }, (_, i) => ({
        conversationIds: [_id],
        conversationId: _id,
        messageIdHeader: `${_id} ${i}`,
        locationId: agency.locationId,
        sentAt: ago(i * hour),
      })) as never,
    );
  }
  const plan = (await Conversation.collection
    .aggregate(lastMessages(leads.map(({ _id }) => _id)) as never[])
    .explain('executionStats')) as {
    stages: { $lookup?: unknown; totalDocsExamined?: bigint; indexesUsed?: string[] }[];
  };
  const lookUps = plan.stages.filter((stage) => stage.$lookup);
  // Not received: by the CRM, with either field for the conversation.
  t.deepEqual(
    lookUps.map(({ totalDocsExamined }) => Number(totalDocsExamined)),
    [0, leads.length, leads.length],
  );
  for (const { indexesUsed } of lookUps) t.is(indexesUsed?.length, 1);
});

test.serial('a lead without any activity counts from its creation', async (t) => {
  const agency = createAgency();
  await agency.lead({ createdAt: ago(9 * day) });
  await agency.lead({ createdAt: ago(hour) });
  await run();
  t.deepEqual(
    (await storedEvents()).map(({ payload }) => payload['idleDays']),
    [9],
  );
});

test.serial(
  'creation counts only when nothing else is known: an imported lead is as idle as its last message',
  async (t) => {
    const agency = createAgency();
    const imported = await agency.lead({ createdAt: ago(day) });
    await agency.conversation({ contactId: imported._id, lastMessageAt: ago(60 * day) });
    await run();
    t.deepEqual(
      (await storedEvents()).map(({ payload }) => payload['idleDays']),
      [60],
    );
  },
);

test.serial('new activity resets an announced lead', async (t) => {
  const agency = createAgency();
  const { _id } = await agency.lead({ lastActivityAt: ago(8 * day) });
  const clock = testClock(today);
  await run({ clock });
  await Contact.collection.updateOne({ _id }, { $set: { lastActivityAt: ago(-3 * day) } });
  clock.advance(7 * day);
  t.is((await run({ clock }))['inactiveLeads'], 0);
  clock.advance(3 * day + 1);
  t.is((await run({ clock }))['inactiveLeads'], 1);
});

test.serial('the best leads come first, and every lead has its turn', async (t) => {
  const agency = createAgency();
  for (let score = 30; score < 40; score++)
    await agency.lead({
      leadScore: score,
      lastActivityAt: ago(10 * day),
      qualificationStage: score % 2 ? 'basic' : 'qualified',
    });
  const environment = { CHECK_BATCH: '4' };
  for (const expected of [4, 4, 2, 0]) t.is((await run({ environment }))['inactiveLeads'], expected);
  t.deepEqual(
    (await storedEvents()).map(({ payload }) => payload['leadScore']),
    [39, 38, 37, 36, 35, 34, 33, 32, 31, 30],
  );
});

test.serial('many active leads with high scores do not delay an idle one', async (t) => {
  const agency = createAgency();
  for (let i = 0; i < 25; i++) await agency.lead({ leadScore: 90, lastActivityAt: ago(day) });
  await agency.lead({ leadScore: 31, lastActivityAt: ago(10 * day) });
  t.like(await run({ environment: { CHECK_BATCH: '3' } }), { inactiveLeads: 1, leadsLookedAt: 26 });
  t.like(await run({ environment: { CHECK_BATCH: '3' } }), { inactiveLeads: 0 });
});

test.serial('checking a lead does not look like a save', async (t) => {
  const { _id, updatedAt } = await createAgency().lead({ lastActivityAt: ago(10 * day) });
  await run();
  t.deepEqual((await Contact.findById(_id).lean())?.updatedAt, updatedAt);
});

test.serial(
  'an outage of three weeks and a clock that jumps a year ahead and back double and silence nothing',
  async (t) => {
    const agency = createAgency();
    await agency.lead({ lastActivityAt: ago(8 * day) });
    const clock = testClock(today);
    await run({ clock });
    clock.set(ago(-21 * day));
    t.is((await run({ clock }))['inactiveLeads'], 1, 'one after the outage, not three');
    clock.set(ago(-365 * day));
    t.is((await run({ clock }))['inactiveLeads'], 1);
    clock.set(ago(-21 * day - hour));
    t.is((await run({ clock }))['inactiveLeads'], 0, 'back again: known already');
    clock.advance(week);
    t.is((await run({ clock }))['inactiveLeads'], 1, 'and due again after a further idle time');
  },
);

test.serial('a longer idle time in the settings applies at once', async (t) => {
  await createAgency().lead({ lastActivityAt: ago(8 * day) });
  t.is((await run({ environment: { LEAD_IDLE_DAYS: '30' } }))['inactiveLeads'], 0);
  t.is((await run())['inactiveLeads'], 1);
});

test.serial('an index finds the leads that are due and reads no other', async (t) => {
  const agency = createAgency();
  await Contact.collection.insertMany(
    Array.from({ length: 6000 }, (_, i) => ({
      locationId: agency.locationId,
      name: 'x',
      leadScore: i % 101,
      qualificationStage: ['unqualified', 'basic', 'qualified', 'highly_qualified'][i % 4],
      leadCheckDays: 7,
      leadCheckAt: ago((i % 50 ? -3 : 3) * day),
      ...(i % 7 ? {} : { deletedAt: ago(day) }),
    })) as never,
  );
  const plan = summarise(await Contact.collection.find(leadsToCheck(today, 0, 7) as never).explain('executionStats'));
  t.false(plan.text.includes('COLLSCAN'));
  t.true(plan.returned > 0);
  t.is(plan.examined, plan.returned);
  t.true(plan.keys < plan.returned + 200, `read ${plan.keys} keys`);
});

test.serial('another idle time in the settings neither repeats an announcement nor delays one', async (t) => {
  const agency = createAgency();
  const [long, short] = [
    await agency.lead({ lastActivityAt: ago(8 * day) }),
    await agency.lead({ lastActivityAt: ago(4 * day) }),
  ];
  const counts = async () => {
    const events = await storedEvents();
    return [long, short].map(({ _id }) => events.filter(({ payload }) => payload['contactId'] === String(_id)).length);
  };
  await run();
  t.deepEqual(await counts(), [1, 0]);
  await run({ environment: { LEAD_IDLE_DAYS: '14' } });
  t.deepEqual(await counts(), [1, 0]);
  await run({ environment: { LEAD_IDLE_DAYS: '3' } });
  t.deepEqual(await counts(), [1, 1]);
});

test.serial('a lead counts whatever its score, and not when it is closed', async (t) => {
  const agency = createAgency();
  for (const leadScore of [undefined, 0, -5, 150, '80', null])
    await agency.lead({ lastActivityAt: ago(20 * day), leadScore: leadScore as never });
  await agency.lead({ lastActivityAt: ago(20 * day), qualificationStage: 'highly_qualified', leadScore: 0 });
  for (const leadStatus of ['lost', 'Won', 'closed', 'unqualified', 'Closed - lost', 'closed_won'])
    await agency.lead({ lastActivityAt: ago(20 * day), leadStatus });
  t.is((await run())['inactiveLeads'], 7);
  for (const { payload } of await storedEvents())
    t.true((payload['leadScore'] as number) >= 0 && (payload['leadScore'] as number) <= 100);
  t.is((await run())['inactiveLeads'], 0);
});
