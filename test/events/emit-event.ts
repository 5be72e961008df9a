import test from 'ava';
import { Types } from 'mongoose';
import { emitEvent, emitEvents, type NewEvent } from '../../shared/events/emit-event.ts';
import { eventKeys } from '../../shared/events/event-types.ts';
import { Event } from '../../shared/models/event.ts';
import { useDatabase } from '../doubles/database.ts';
import { testClock } from '../doubles/run-context.ts';

useDatabase(test);

function receivedMail(locationId = new Types.ObjectId()): NewEvent<'email.received'> {
  const [messageId, conversationId, contactId] = [1, 2, 3].map(() => new Types.ObjectId().toHexString()) as [
    string,
    string,
    string,
  ];
  return {
    type: 'email.received',
    key: eventKeys.emailReceived(messageId),
    locationId,
    payload: { messageId, conversationId, contactId },
    metadata: { sourceId: messageId, contactId, conversationId },
  };
}

test('an emitted event waits in the outbox with what it carries', async (t) => {
  const clock = testClock();
  const event = receivedMail();
  t.true(await emitEvent(event, clock));
  const stored = await Event.findOne({ key: event.key }).lean();
  t.like(stored, { type: 'email.received', status: 'pending', attempts: 0, payload: event.payload });
  t.deepEqual(stored?.metadata, { timestamp: clock.now(), ...event.metadata });
  t.deepEqual(stored?.nextAttemptAt, clock.now());
});

test('emitting the same fact again writes nothing and keeps the first one', async (t) => {
  const clock = testClock();
  const event = receivedMail();
  await emitEvent(event, clock);
  clock.advance(60_000);
  t.false(await emitEvent({ ...event, payload: { ...event.payload, conversationId: 'another' } }, clock));
  const stored = await Event.find({ key: event.key }).lean();
  t.is(stored.length, 1);
  t.deepEqual(stored[0]?.payload, event.payload as unknown as Record<string, unknown>);
});

test('known and repeated keys among several events do not hold up the new ones, which keep their order', async (t) => {
  const clock = testClock();
  const locationId = new Types.ObjectId();
  const events = Array.from({ length: 20 }, () => receivedMail(locationId));
  await emitEvents(events.slice(5, 8), clock);
  t.is(await emitEvents([...events, ...events], clock), 17);
  const keys = (
    await Event.find({ locationId, key: { $nin: events.slice(5, 8).map((event) => event.key) } })
      .sort({ _id: 1 })
      .lean()
  ).map((event) => event.key);
  t.deepEqual(
    keys,
    [...events.slice(0, 5), ...events.slice(8)].map((event) => event.key),
  );
});

test('when many emit one fact at the same time, exactly one succeeds', async (t) => {
  const clock = testClock();
  const events = Array.from({ length: 10 }, () => receivedMail());
  const counts = await Promise.all(Array.from({ length: 8 }, () => emitEvents(events, clock)));
  t.is(
    counts.reduce((sum, count) => sum + count),
    10,
  );
  t.is(await Event.countDocuments({ key: { $in: events.map((event) => event.key) } }), 10);
});

test('an event without a location is refused, because it could not be delivered', async (t) => {
  for (const locationId of [undefined, 'x', String(new Types.ObjectId())]) {
    const event = { ...receivedMail(), locationId: locationId as never };
    await t.throwsAsync(emitEvents([receivedMail(), event], testClock()), {
      instanceOf: TypeError,
      message: /has no location/,
    });
  }
});

test('nothing to emit needs no database', async (t) => {
  t.is(await emitEvents([], testClock()), 0);
});
