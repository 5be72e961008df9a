import test from 'ava';
import { examineEvents } from '../../../adapter/doctor/database.ts';
import { Event } from '../../../shared/models/event.ts';
import { createAgency, today } from '../../doubles/agency.ts';
import { useDatabase } from '../../doubles/database.ts';

useDatabase(test);

test('events that were given up are counted, and the first are named with their failure', async (t) => {
  t.like(await examineEvents(), { level: 'ok', found: 'none were given up' });
  const { locationId } = createAgency();
  const event = (index: number, fields: object) => ({
    key: `key-${index}`,
    type: 'listing.new',
    locationId,
    payload: {},
    metadata: { timestamp: today },
    nextAttemptAt: today,
    ...fields,
  });
  await Event.create(event(0, { status: 'pending' }), event(1, { status: 'delivered' }));
  t.like(await examineEvents(), { level: 'ok' });
  const [dead] = await Event.create(
    [event(2, { status: 'dead', lastError: 'answered with 410' }), event(3, { status: 'dead' })],
    { ordered: true },
  );
  const few = await examineEvents();
  t.like(few, { what: 'events', level: 'warning', remedy: 'node adapter --replay-event dead' });
  t.is(few.found.split('\n')[0], '2 given up');
  t.true(few.found.includes(`${String(dead?._id)} listing.new: answered with 410`));
  t.true(few.found.endsWith('listing.new: unknown'));
  await Event.create(
    Array.from({ length: 4 }, (_, index) => event(index + 4, { status: 'dead' })),
    { ordered: true },
  );
  const many = (await examineEvents()).found.split('\n');
  t.deepEqual([many[0], many.length, many.at(-1)], ['6 given up', 7, '...'], 'five are named');
});
