import test from 'ava';
import { wallTime } from '../../../shared/mail/outlook-web/wall-time.ts';

test('the wall clock around a change of the clocks', (t) => {
  t.is(
    wallTime({ year: 2026, month: 3, day: 29, hour: 1, minute: 30 }, 'Europe/Berlin').toISOString(),
    '2026-03-29T00:30:00.000Z',
  );
  t.is(
    wallTime({ year: 2026, month: 3, day: 29, hour: 3, minute: 30 }, 'Europe/Berlin').toISOString(),
    '2026-03-29T01:30:00.000Z',
  );
  t.is(
    wallTime({ year: 2026, month: 10, day: 25, hour: 4, minute: 0 }, 'Europe/Berlin').toISOString(),
    '2026-10-25T03:00:00.000Z',
  );
});
