import { setTimeout as sleep } from 'node:timers/promises';
import test, { type ExecutionContext } from 'ava';
import { Types } from 'mongoose';
import { pino } from 'pino';
import { deliverEvents, enableReceiver, type DeliverDeps } from '../../shared/events/deliver-webhooks.ts';
import { emitEvents } from '../../shared/events/emit-event.ts';
import { claimHead, markFailed } from '../../shared/events/event-queue.ts';
import { replayEvents } from '../../shared/events/replay-events.ts';
import { headOfLine, Event } from '../../shared/models/event.ts';
import { day, hour, minute } from '../../shared/platform/clock.ts';
import { emptyDatabase, storedEvents, summarise } from '../doubles/agency.ts';
import { useDatabase } from '../doubles/database.ts';
import { testClock, type TestClock } from '../doubles/run-context.ts';
import { startWebhookReceiver, type WebhookReceiver } from '../doubles/webhook-receiver.ts';

useDatabase(test);
test.beforeEach(emptyDatabase);

interface World {
  readonly receiver: WebhookReceiver;
  readonly clock: TestClock;
  deliver(options?: Partial<DeliverDeps>): ReturnType<typeof deliverEvents>;
}

async function createWorld(t: ExecutionContext): Promise<World> {
  const receiver = await startWebhookReceiver(t);
  // The receiver's verifier uses the real time.
  const clock = testClock(new Date());
  const deps = {
    config: { eventWebhookUrl: receiver.url, eventWebhookSecret: receiver.secret, eventWebhookAllowPrivate: true },
    clock,
    log: pino({ level: 'silent' }),
    signal: new AbortController().signal,
  };
  return { receiver, clock, deliver: (options) => deliverEvents({ ...deps, ...options }) };
}

/** Their contactIds are `a0`, `a1` ... */
async function emit(
  clock: TestClock,
  count: number,
  name = 'a',
  locationId = new Types.ObjectId(),
): Promise<Types.ObjectId> {
  await emitEvents(
    Array.from({ length: count }, (_, i) => ({
      type: 'email.received',
      key: `${name}${i}`,
      locationId,
      payload: { messageId: 'm', conversationId: 'c', contactId: `${name}${i}` },
      metadata: { sourceId: 'm', conversationId: 'c', contactId: `${name}${i}` },
    })),
    clock,
  );
  return locationId;
}

/** The clock stays: the verifier refuses old signatures. */
const makeDue = () => Event.updateMany({ status: 'pending' }, { $set: { nextAttemptAt: new Date(0) } });

/** No test can set the database's clock. */
const pass = (ms: number) =>
  Event.updateMany(
    { claimedUntil: { $exists: true } },
    [{ $set: { claimedUntil: { $subtract: ['$claimedUntil', ms] } } }],
    { updatePipeline: true },
  );

const names = (receiver: WebhookReceiver) => receiver.received.map(({ event }) => event.data['contactId']);

test.serial('an event arrives signed, as a CloudEvent, once', async (t) => {
  const { receiver, clock, deliver } = await createWorld(t);
  const locationId = await emit(clock, 1);
  t.deepEqual(await deliver(), { delivered: 1, failed: 0, dead: 0 });
  t.deepEqual(await deliver(), { delivered: 0, failed: 0, dead: 0 });
  t.deepEqual(receiver.refused, []);
  const [{ headers, event } = t.fail()] = receiver.received as [WebhookReceiver['received'][number]];
  const [stored] = await storedEvents();
  t.deepEqual(event, {
    specversion: '1.0',
    id: String(stored?._id),
    source: `/locations/${locationId}`,
    type: 'email.received',
    time: clock.now().toISOString(),
    subject: 'm',
    datacontenttype: 'application/json',
    data: { messageId: 'm', conversationId: 'c', contactId: 'a0' },
    locationid: String(locationId),
    conversationid: 'c',
    contactid: 'a0',
  } as never);
  t.is(headers['webhook-id'], String(stored?._id));
  t.regex(headers['content-type'] ?? '', /^application\/cloudevents\+json/);
  t.like(stored, { status: 'delivered', attempts: 1, deliveredAt: clock.now() });
  t.false(Object.hasOwn(stored ?? {}, 'claimedUntil'));
});

test.serial('an event with an invalid location delays no other', async (t) => {
  const { clock, deliver } = await createWorld(t);
  await emit(clock, 3);
  const [first, second] = await storedEvents();
  await Event.collection.updateOne({ _id: first!._id }, { $set: { locationId: 'x' as never } });
  await Event.collection.updateOne({ _id: second!._id }, { $unset: { locationId: '' } });
  t.like(await deliver(), { delivered: 1, failed: 0 });
});

test.serial(
  'an event with odd values is sent as far as it can be read, or given up, and delays no other',
  async (t) => {
    const { receiver, clock, deliver } = await createWorld(t);
    const readable = [
      { nextAttemptAt: 'soon' },
      { claimedUntil: 'x' },
      { attempts: 'x' },
      { attempts: null },
      { metadata: null },
      { metadata: 'x' },
      { metadata: { timestamp: 'x', contactId: 5 } },
      { createdAt: 'x', metadata: [] },
    ];
    const unreadable = [{ type: 5 }, { type: '' }, { payload: null }, { payload: 'x' }];
    for (const [index, fields] of [...readable, ...unreadable].entries()) {
      await emit(clock, 2, `${index}-`);
      await Event.collection.updateOne({ key: `${index}-0` }, { $set: fields as never });
    }
    t.like(await deliver(), {
      delivered: 2 * readable.length + unreadable.length,
      failed: 0,
      dead: unreadable.length,
    });
    for (const index of readable.keys()) {
      t.deepEqual(
        names(receiver).filter((each) => String(each).startsWith(`${index}-`)),
        [`${index}-0`, `${index}-1`],
      );
      t.like(await Event.findOne({ key: `${index}-0` }).lean(), { status: 'delivered', attempts: 1 });
    }
    for (const { time } of receiver.received.map(({ event }) => event as unknown as { time: string }))
      t.false(Number.isNaN(Date.parse(time)));
    t.is(
      (await Event.findOne({ key: `${readable.length}-0` }).lean())?.lastError,
      'cannot be sent: its type is no text',
    );
    await Event.updateMany({ status: 'delivered' }, { $set: { status: 'pending', attempts: 1 } });
    receiver.answer = 500;
    await deliver();
    t.like(await deliver(), { delivered: 0 }, 'and waits for its next attempt');
  },
);

test.serial('without an address everything waits', async (t) => {
  const { clock, deliver } = await createWorld(t);
  await emit(clock, 2);
  t.deepEqual(await deliver({ config: { eventWebhookUrl: undefined, eventWebhookSecret: undefined } }), {
    delivered: 0,
    failed: 0,
    dead: 0,
    stopped: 'no-url',
  });
  t.is(await Event.countDocuments({ status: 'pending', attempts: 0 }), 2);
});

test.serial('events of a location arrive in order, and several locations in parallel', async (t) => {
  const { receiver, clock, deliver } = await createWorld(t);
  for (const name of 'abcdefgh') await emit(clock, 6, name);
  receiver.answer = async () => (await sleep(5), 200);
  t.like(await deliver(), { delivered: 48 });
  for (const name of 'abcdefgh')
    t.deepEqual(
      names(receiver).filter((each) => String(each).startsWith(name)),
      Array.from({ length: 6 }, (_, i) => `${name}${i}`),
    );
  t.true(receiver.max.inWork > 1 && receiver.max.inWork <= 4, `${receiver.max.inWork} at once`);
});

test.serial('locations take turns: a long line keeps no short one waiting', async (t) => {
  const { receiver, clock, deliver } = await createWorld(t);
  for (const name of 'abcd') await emit(clock, 30, name);
  for (const name of 'ef') await emit(clock, 1, name);
  const outOfTime = new AbortController();
  receiver.answer = () => {
    if (receiver.received.length >= 50) outOfTime.abort();
    return 204;
  };
  t.like(await deliver({ signal: outOfTime.signal }), { stopped: 'out-of-time' });
  t.deepEqual([...new Set(names(receiver).map((name) => String(name).charAt(0)))].sort(), [...'abcdef']);
  for (const name of 'abcd') {
    const line = names(receiver).filter((each) => String(each).startsWith(name));
    t.deepEqual(
      line,
      line.map((_, i) => `${name}${i}`),
      'and the order is kept',
    );
  }
});

test.serial('with more locations than time, each delivery begins with other ones', async (t) => {
  const { receiver, clock, deliver } = await createWorld(t);
  for (let i = 0; i < 40; i++) await emit(clock, 1, `${i}-`);
  const firsts = new Set<unknown>();
  for (let delivery = 0; delivery < 6; delivery++) {
    receiver.received.length = 0;
    const outOfTime = new AbortController();
    receiver.answer = () => (outOfTime.abort(), 'hang');
    await deliver({ signal: outOfTime.signal });
    firsts.add(names(receiver)[0]);
  }
  t.true(firsts.size > 1, [...firsts].join());
});

test.serial('a failed event holds up its location only, and goes first in a later run', async (t) => {
  const { receiver, clock, deliver } = await createWorld(t);
  await emit(clock, 3, 'a');
  await emit(clock, 3, 'b');
  receiver.answer = ({ event }) => (event.data['contactId'] === 'a1' ? 500 : 204);
  t.deepEqual(await deliver(), { delivered: 4, failed: 1, dead: 0 });
  t.like(await Event.findOne({ key: 'a1' }).lean(), { status: 'pending', attempts: 1, lastError: 'answered 500' });
  receiver.received.length = 0;
  receiver.answer = 204;
  t.like(await deliver(), { delivered: 0 }, 'its time has not come');
  await makeDue();
  t.like(await deliver(), { delivered: 2 });
  t.deepEqual(names(receiver), ['a1', 'a2']);
});

test.serial('anything but 2xx is a failure, and a redirect is not followed', async (t) => {
  const { receiver, clock, deliver } = await createWorld(t);
  const answers = [302, 400, 404, 429, 503] as const;
  for (const [index, status] of answers.entries()) {
    await emptyDatabase();
    receiver.received.length = 0;
    await emit(clock, 1, `${index}-`);
    receiver.answer = { status, headers: { location: receiver.url } };
    t.like(await deliver(), { delivered: 0, failed: 1 }, String(status));
    t.is(receiver.received.length, 1);
    t.is((await storedEvents())[0]?.lastError, `answered ${status}`);
  }
});

test.serial('a receiver that hangs costs no more than the time limit, one that breaks off none', async (t) => {
  const { receiver, clock, deliver } = await createWorld(t);
  await emit(clock, 1, 'a');
  receiver.answer = 'hang';
  t.like(await deliver({ timeoutMs: 100 }), { failed: 1 });
  t.is((await storedEvents())[0]?.lastError, 'no answer within 0.1 s');
  await makeDue();
  receiver.answer = 'break';
  t.like(await deliver(), { failed: 1 });
  t.regex((await storedEvents())[0]?.lastError ?? '', /^no connection \(\w+\)$/);
});

test.serial('no stored failure shows the address', async (t) => {
  const { clock, deliver } = await createWorld(t);
  await emit(clock, 1);
  t.like(
    await deliver({
      config: {
        eventWebhookUrl: 'http://127.0.0.1:1/hook?token=private',
        eventWebhookSecret: 'whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA',
        eventWebhookAllowPrivate: true,
      },
    }),
    { failed: 1 },
  );
  const [event] = await storedEvents();
  t.is(event?.lastError, 'no connection (ECONNREFUSED)');
  t.false(JSON.stringify(event).includes('private'));
});

test.serial('an address that may not be called costs no event an attempt', async (t) => {
  const { receiver, clock, deliver } = await createWorld(t);
  await emit(clock, 1);
  const config = { eventWebhookUrl: receiver.url, eventWebhookSecret: receiver.secret };
  t.deepEqual(await deliver({ config }), { delivered: 0, failed: 0, dead: 0, stopped: 'refused-address' });
  t.is((await storedEvents())[0]?.attempts ?? 0, 0);
  t.is(receiver.received.length, 0);
  t.like(await deliver(), { delivered: 1 });
});

test.serial('a receiver that is down is left alone after a few failures', async (t) => {
  const { receiver, clock, deliver } = await createWorld(t);
  for (let i = 0; i < 20; i++) await emit(clock, 1, `location-${i}-`);
  receiver.answer = 503;
  const { failed, stopped } = await deliver();
  t.is(stopped, 'receiver-down');
  t.true(failed >= 5 && failed <= 8);
  t.is(await Event.countDocuments({ attempts: 0 }), 20 - failed, 'the others have lost no attempt');
});

test.serial(
  'attempts are further and further apart, after ten the event is dead and the next one has its turn',
  async (t) => {
    const { receiver, clock, deliver } = await createWorld(t);
    await emit(clock, 2);
    receiver.answer = 500;
    const delays: number[] = [];
    for (let attempt = 1; attempt <= 10; attempt++) {
      await makeDue();
      const { dead } = await deliver();
      t.is(dead, attempt === 10 ? 1 : 0);
      delays.push((await Event.findOne({ key: 'a0' }).lean())!.nextAttemptAt.getTime() - clock.now().getTime());
    }
    const longest = [minute * 10, minute * 30, hour * 2, hour * 12, ...Array.from({ length: 6 }, () => hour * 17)];
    for (const [index, delay] of delays.entries()) {
      const most = longest[index] as number;
      t.true(delay >= 0.96 * most && delay <= most + minute, `attempt ${index + 1}: ${delay}`);
    }
    const untilDead = delays.slice(0, 9).reduce((sum, delay) => sum + delay, 0);
    t.true(untilDead >= 4 * day, `${untilDead / hour} hours`);
    // Down for 63 hours from Friday evening.
    const times = delays.map((_, index) => delays.slice(0, index + 1).reduce((sum, delay) => sum + delay, 0) / hour);
    t.true(times.some((at) => at > 63 && at < 78));
    t.like(await Event.findOne({ key: 'a0' }).lean(), { status: 'dead', attempts: 10 });
    t.like(await Event.findOne({ key: 'a1' }).lean(), { status: 'pending', attempts: 1 });
  },
);

test.serial('a receiver may ask for a longer wait', async (t) => {
  const { receiver, clock, deliver } = await createWorld(t);
  await emit(clock, 1);
  receiver.answer = { status: 429, headers: { 'retry-after': '7200' } };
  await deliver();
  const delay = (await storedEvents())[0]!.nextAttemptAt.getTime() - clock.now().getTime();
  t.true(delay >= 2 * hour && delay < 2 * hour + minute, `${delay}`);
});

test.serial('a wait of days is kept, one beyond a week is not', async (t) => {
  const { receiver, clock, deliver } = await createWorld(t);
  for (const [seconds, expected] of [
    [259_200, 3 * day],
    [30 * 86_400, 7 * day],
  ] as const) {
    await emptyDatabase();
    await emit(clock, 1);
    receiver.answer = { status: 429, headers: { 'retry-after': String(seconds) } };
    await deliver();
    const delay = (await storedEvents())[0]!.nextAttemptAt.getTime() - clock.now().getTime();
    t.true(Math.abs(delay - expected) < minute, `${delay}`);
    t.like(await deliver(), { delivered: 0, failed: 0 }, 'it waits');
  }
});

test.serial('while the secret is changed an event carries both signatures', async (t) => {
  const { receiver, clock, deliver } = await createWorld(t);
  await emit(clock, 1);
  const config = {
    eventWebhookUrl: receiver.url,
    eventWebhookSecret: 'whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA',
    eventWebhookSecretPrevious: receiver.secret,
    eventWebhookAllowPrivate: true,
  };
  t.like(await deliver({ config }), { delivered: 1 }, 'the receiver knows the previous one alone');
});

test.serial('events keep the order of their emission, whatever the clocks of their hosts say', async (t) => {
  const { receiver, clock, deliver } = await createWorld(t);
  const locationId = new Types.ObjectId();
  for (const [name, ahead] of [
    ['first', 90_000],
    ['second', 0],
    ['third', -2 * hour],
  ] as const)
    await emit(testClock(new Date(clock.now().getTime() + ahead)), 1, name, locationId);
  await deliver();
  t.deepEqual(
    receiver.received.map(({ event }) => event.data['contactId']),
    ['first0', 'second0', 'third0'],
  );
});

test.serial('an event that is given up is named', async (t) => {
  const { receiver, clock, deliver } = await createWorld(t);
  await emit(clock, 1);
  await Event.updateMany({}, { $set: { attempts: 9, nextAttemptAt: new Date(0) } });
  receiver.answer = 500;
  const { _id } = (await storedEvents())[0]!;
  t.like(await deliver(), { dead: 1, deadEvents: [`${String(_id)} (email.received)`] });
});

test.serial('410 disables the receiver and loses nothing, until it is enabled or another address is set', async (t) => {
  const { receiver, clock, deliver } = await createWorld(t);
  await emit(clock, 2);
  receiver.answer = 410;
  t.like(await deliver(), { delivered: 0, failed: 0, stopped: 'disabled' });
  receiver.answer = 204;
  t.like(await deliver(), { stopped: 'disabled' });
  t.is(receiver.received.length, 1);
  t.is(await Event.countDocuments({ status: 'pending', attempts: 0 }), 2);
  t.like(
    await deliver({
      config: {
        eventWebhookUrl: `${receiver.url}&other`,
        eventWebhookSecret: receiver.secret,
        eventWebhookAllowPrivate: true,
      },
    }),
    {
      delivered: 2,
    },
  );
  await emit(clock, 1, 'b');
  await enableReceiver(receiver.url);
  t.like(await deliver(), { delivered: 1 });
});

test.serial('many deliverers at once send each event once and keep the order', async (t) => {
  const { receiver, clock, deliver } = await createWorld(t);
  for (const name of 'abc') await emit(clock, 8, name);
  receiver.answer = async () => (await sleep(3), 204);
  const deliveries = await Promise.all(Array.from({ length: 6 }, () => deliver()));
  t.is(
    deliveries.reduce((sum, { delivered }) => sum + delivered, 0),
    24,
  );
  t.is(receiver.received.length, 24);
  t.is(receiver.max.sameEvent, 1);
  for (const name of 'abc')
    t.deepEqual(
      names(receiver).filter((each) => String(each).startsWith(name)),
      Array.from({ length: 8 }, (_, i) => `${name}${i}`),
    );
});

test.serial('what a killed deliverer had claimed is sent when its claim has ended, with the same id', async (t) => {
  const { receiver, clock, deliver } = await createWorld(t);
  const locationId = await emit(clock, 2);
  const claimed = await claimHead(locationId, 'killed');
  t.like(await deliver(), { delivered: 0 });
  await pass(minute);
  t.like(await deliver(), { delivered: 2 });
  t.is(receiver.received[0]?.event.id, String(claimed?._id));
  await markFailed(claimed!, 'too late', 0);
  t.is((await Event.findById(claimed?._id).lean())?.status, 'delivered', 'who lost the claim has no say');
});

test.serial('dates that were written under a clock that was a month ahead delay no event', async (t) => {
  const { clock, deliver } = await createWorld(t);
  await emit(clock, 1, 'a');
  await emit(clock, 1, 'c');
  clock.advance(30 * day);
  await emit(clock, 1, 'b');
  await Event.updateOne({ key: 'a0' }, { $set: { attempts: 1, nextAttemptAt: clock.now() } });
  await Event.updateOne({ key: 'c0' }, { $set: { claimedBy: 'died under this clock', claimedUntil: clock.now() } });
  clock.advance(-30 * day);
  t.like(await deliver(), { delivered: 3 });
});

test.serial('hosts whose clocks differ by minutes never send one event at the same time', async (t) => {
  const { receiver, clock, deliver } = await createWorld(t);
  await emit(clock, 3);
  const clocks = [0, 70_000, -3 * minute].map((off) => testClock(new Date(clock.now().getTime() + off)));
  let rivals: Promise<unknown> | undefined;
  receiver.answer = async () => {
    rivals ??= Promise.all(clocks.map((each) => deliver({ clock: each })));
    await rivals;
    return 204;
  };
  t.like(await deliver({ clock: clocks[0]! }), { delivered: 3, failed: 0 });
  t.is(receiver.received.length, 3);
});

test.serial(
  'a deliverer that lost its claim while sending records the delivery, and leaves the queue to the other',
  async (t) => {
    const { receiver, clock, deliver } = await createWorld(t);
    for (const [answer, status, attempts] of [
      [204, 'delivered', 1],
      [500, 'pending', 0],
      [410, 'pending', 0],
    ] as const) {
      await emptyDatabase();
      receiver.received.length = 0;
      const locationId = await emit(clock, 2);
      receiver.answer = async () => {
        await pass(minute);
        t.truthy(await claimHead(locationId, 'another'));
        return answer;
      };
      await deliver();
      t.is(receiver.received.length, 1, String(answer));
      const [first, second] = await storedEvents();
      t.like(first, { status, attempts });
      t.is(first?.claimedBy, status === 'pending' ? 'another' : undefined);
      t.like(second, { status: 'pending', attempts: 0 });
    }
  },
);

test.serial('an event that was never tried is due at once, whatever its date', async (t) => {
  const { clock, deliver } = await createWorld(t);
  clock.advance(5 * hour);
  await emit(clock, 1);
  clock.advance(-5 * hour);
  t.like(await deliver(), { delivered: 1 });
});

test.serial('when nothing could be sent although events wait, it says so and until when', async (t) => {
  const { receiver, clock, deliver } = await createWorld(t);
  await emit(clock, 3);
  receiver.answer = 500;
  await deliver();
  const lines: string[] = [];
  await deliver({ log: pino({ level: 'warn' }, { write: (line: string) => void lines.push(line) }) });
  t.is(lines.length, 1);
  t.like(JSON.parse(lines[0]!), { waiting: 3, nextAttemptAt: (await storedEvents())[0]!.nextAttemptAt.toISOString() });
});

test.serial('when stopped, it returns the event that it was sending, without an attempt', async (t) => {
  const { receiver, clock, deliver } = await createWorld(t);
  await emit(clock, 2);
  const controller = new AbortController();
  receiver.answer = () => (controller.abort(), 'hang');
  t.like(await deliver({ signal: controller.signal }), { delivered: 0, failed: 0 });
  t.is(await Event.countDocuments({ status: 'pending', attempts: 0, claimedUntil: null }), 2);
});

test.serial('replay sends again one event, a type or the dead, with the ids they had', async (t) => {
  const { receiver, clock, deliver } = await createWorld(t);
  await emit(clock, 3);
  await deliver();
  const ids = receiver.received.map(({ event }) => event.id);
  t.is((await replayEvents(ids[1] as string, clock)).replayed, 1);
  t.is((await replayEvents('dead', clock)).replayed, 0);
  await deliver();
  t.is(receiver.received.at(-1)?.event.id, ids[1]);
  await Event.updateOne({ _id: ids[0] }, { $set: { status: 'dead', attempts: 10 } });
  t.is((await replayEvents('dead', clock)).replayed, 1);
  t.is((await replayEvents('email.received', clock)).replayed, 2);
  t.deepEqual(await replayEvents(ids[0] as string, clock), { replayed: 0, onTheirWay: 1 });
  t.deepEqual(await replayEvents('email.received', clock), { replayed: 0, onTheirWay: 3 });
  t.deepEqual(await replayEvents('dead', clock), { replayed: 0, onTheirWay: 0 });
  t.deepEqual(await replayEvents('listing.new', clock), { replayed: 0, onTheirWay: 0 });
  t.like(await deliver(), { delivered: 3 });
  await t.throwsAsync(replayEvents('everything', clock), { name: 'UsageError', message: /email\.received/ });
  await t.throwsAsync(replayEvents(String(new Types.ObjectId()), clock), { name: 'UsageError', message: /No event/ });
});

test.serial('replay sends waiting events at once, and leaves alone events that are being sent', async (t) => {
  const { receiver, clock, deliver } = await createWorld(t);
  await emit(clock, 1);
  receiver.answer = 500;
  for (let i = 0; i < 3; i++) {
    await makeDue();
    await deliver();
  }
  receiver.answer = 204;
  const { _id, locationId } = (await storedEvents())[0]!;
  t.like(await deliver(), { delivered: 0 });
  t.deepEqual(await replayEvents('email.received', clock), { replayed: 1, onTheirWay: 0 });
  t.truthy(await claimHead(locationId, 'another'));
  t.is((await replayEvents(String(_id), clock)).replayed, 0);
  await pass(minute);
  t.like(await deliver(), { delivered: 1 });
});

test.serial('a claim of a deliverer that was killed is no attempt', async (t) => {
  const { clock, deliver } = await createWorld(t);
  const locationId = await emit(clock, 1);
  for (let i = 0; i < 12; i++) {
    t.truthy(await claimHead(locationId, 'killed'));
    await pass(minute);
  }
  t.like(await deliver(), { delivered: 1 });
  t.like((await storedEvents())[0], { status: 'delivered', attempts: 1 });
});

test.serial('a receiver that refuses some events is not down', async (t) => {
  const { receiver, clock, deliver } = await createWorld(t);
  for (let i = 0; i < 12; i++) await emit(clock, 1, `location-${i}-`);
  receiver.answer = ({ event }) => (/-(\d)-/.test(String(event.data['contactId'])) ? 500 : 204);
  t.deepEqual(await deliver(), { delivered: 2, failed: 10, dead: 0 });
});

test.serial('an index serves the queue, also with many delivered events behind it', async (t) => {
  const { clock } = await createWorld(t);
  const locationId = await emit(clock, 2000);
  await Event.updateMany({ key: { $regex: /[1-9]$/ } }, { $set: { status: 'delivered' } });
  await emit(clock, 500, 'b');
  const head = summarise(
    await Event.collection.find(headOfLine(locationId)).sort({ _id: 1 }).limit(1).explain('executionStats'),
  );
  t.is(head.examined, 1);
  t.false(head.text.includes('"SORT"'));
  const lines = await Event.collection
    .find({ status: 'pending' })
    .project({ locationId: 1, _id: 0 })
    .explain('executionStats');
  t.is(summarise(lines).examined, 0);
});
