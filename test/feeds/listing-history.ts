import test from 'ava';
import { dayOf, hasDay, withDay } from '../../shared/feeds/listing-history.ts';

test('a day is that of UTC', (t) => {
  t.is(dayOf(new Date('2026-11-30T23:59:59Z')), '2026-11-30');
});

test('a day comes in its place, once, and 30 are kept', (t) => {
  const day = (index: number) => dayOf(new Date(Date.UTC(2026, 0, index)));
  let history = withDay(undefined, { day: day(2), counts: { ACTIVE: 1 } });
  history = withDay(history, { day: day(1), counts: { ACTIVE: 7 } });
  t.deepEqual(
    history.map((one) => one.day),
    [day(1), day(2)],
  );
  history = withDay(history, { day: day(2), counts: { ACTIVE: 3 } });
  t.deepEqual(history.at(-1), { day: day(2), counts: { ACTIVE: 3 } });
  t.true(hasDay(history, day(2)));
  t.false(hasDay(history, day(3)));
  t.false(hasDay(undefined, day(3)));
  for (let index = 3; index <= 50; index++) history = withDay(history, { day: day(index), counts: {} });
  t.deepEqual([history.length, history[0]?.day], [30, day(21)]);
});
