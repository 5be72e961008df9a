import test from 'ava';
import { dueNotice, takenBack } from '../../shared/checks/judge-upcoming.ts';
import { hour, minute } from '../../shared/platform/clock.ts';
import { ago, today } from '../doubles/agency.ts';

test('the notice that is due', (t) => {
  const at = (hours: number) => ago(-hours * hour);
  const table: readonly (readonly [left: number, given: number | undefined, expected: number | undefined])[] = [
    [25, undefined, undefined],
    [24, undefined, 24],
    [3, undefined, 24],
    [3, 24, undefined],
    [2, 24, 2],
    [1, undefined, 2],
    [1, 2, undefined],
    [0, undefined, undefined],
    [-1, 24, undefined],
  ];
  for (const [left, notice, expected] of table) {
    const announced = notice === undefined ? undefined : { scheduledAt: at(left), notice };
    t.is(dueNotice(at(left), announced, today), expected as never, `${left} hours before, after ${notice}`);
  }
  t.is(dueNotice(at(20), { scheduledAt: at(10), notice: 2 }, today), 24, 'another time is announced again');
});

test('an announced viewing still stands, was moved, was cancelled, or is over', (t) => {
  const announced = { scheduledAt: ago(-hour), notice: 24 };
  t.is(takenBack(announced, ago(-hour), true, today), undefined);
  t.is(takenBack(announced, ago(-hour - minute), true, today), 'moved');
  t.is(takenBack(announced, ago(-hour), false, today), 'cancelled');
  t.is(takenBack(announced, undefined, true, today), 'cancelled');
  t.is(takenBack({ ...announced, scheduledAt: ago(hour) }, undefined, false, today), undefined);
});
