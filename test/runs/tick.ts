import test from 'ava';
import { DueTime, tickBefore } from '../../shared/runs/tick.ts';

const at = (time: string) => new Date(`2026-11-30T${time}Z`);

test('the tick is the last time at which the schedule fired', (t) => {
  for (const [schedule, now, expected] of [
    ['*/15 * * * *', '10:14:59.999', '10:00:00'],
    ['*/15 * * * *', '10:15:00', '10:15:00'],
    ['*/15 * * * *', '10:15:00.001', '10:15:00'],
    ['0 * * * *', '10:59:59', '10:00:00'],
    ['0 3 * * *', '10:00:00', '03:00:00'],
  ] as const)
    t.deepEqual(tickBefore(schedule, at(now), 'UTC'), at(expected), `${schedule} ${now}`);
});

test('what was attempted since a run began is due again when the schedule fires', (t) => {
  let elapsed = 5000;
  const due = new DueTime(at('10:00:01'), at('10:00:02'), '*/15 * * * *', () => elapsed);
  t.deepEqual(due.before(), at('10:00:01'));
  t.is(due.againInMs(), 15 * 60_000 - 2000);
  elapsed += 15 * 60_000 - 2001;
  t.deepEqual(due.before(), at('10:00:01'));
  t.is(due.againInMs(), 1);
  elapsed += 1;
  t.deepEqual(due.before(), at('10:15:00'));
});

test('without a schedule nothing becomes due again', (t) => {
  const due = new DueTime(at('10:00:00'), at('10:00:00'), undefined, () => 9_000_000);
  t.deepEqual(due.before(), at('10:00:00'));
  t.is(due.againInMs(), undefined);
});

test('the next time of a yearly schedule is waited for a day at most: a longer timer would fire at once', (t) => {
  const now = new Date('2026-11-30T10:00:00Z');
  t.is(new DueTime(now, now, '0 0 1 1 *', () => 0).againInMs(), 86_400_000);
});
