import test from 'ava';
import { isClosed, judgeLead } from '../../shared/checks/judge-lead.ts';
import { day, hour } from '../../shared/platform/clock.ts';
import { ago, today } from '../doubles/agency.ts';

const week = 7 * day;

test('a lead is due after its idle time, and again after each further one', (t) => {
  const since = ago(10 * day);
  const first = judgeLead(since, undefined, today, week);
  t.deepEqual(first, { due: true, dueAt: ago(3 * day), nextCheckAt: ago(-week) });
  const tooEarly = judgeLead(since, first.nextCheckAt, ago(-6 * day), week);
  t.deepEqual(tooEarly, { due: false, dueAt: first.nextCheckAt, nextCheckAt: first.nextCheckAt });
  t.like(judgeLead(since, first.nextCheckAt, first.nextCheckAt, week), { due: true, dueAt: first.nextCheckAt });
});

test('a lead is idle for more than its idle time, not for just that long', (t) => {
  const { due, nextCheckAt } = judgeLead(ago(week), undefined, today, week);
  t.false(due);
  t.true(nextCheckAt > today, 'or it would be looked at for ever');
  t.true(judgeLead(ago(week), nextCheckAt, nextCheckAt, week).due);
});

test('activity restarts the idle time, also activity in the future', (t) => {
  t.deepEqual(judgeLead(ago(day), ago(hour), today, week), {
    due: false,
    dueAt: ago(-6 * day),
    nextCheckAt: ago(-6 * day),
  });
  t.deepEqual(judgeLead(ago(-60 * day), undefined, today, week), {
    due: false,
    dueAt: ago(-67 * day),
    nextCheckAt: ago(-week),
  });
});

test('a date too far ahead, from a wrong clock or an earlier setting, does not silence a lead', (t) => {
  t.deepEqual(judgeLead(ago(10 * day), ago(-365 * day), today, week), {
    due: true,
    dueAt: ago(3 * day),
    nextCheckAt: ago(-week),
  });
});

test('a closed lead is recognised by a word of its status', (t) => {
  for (const status of ['lost', 'Won', 'Closed - won', 'closedLost', 'CLOSED_LOST', 'Unqualified', 'dead', 'archived'])
    t.true(isClosed(status), status);
  for (const status of ['new', 'contacted', 'wonderful', '', undefined]) t.false(isClosed(status), status);
});
