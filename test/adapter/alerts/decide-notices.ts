import test from 'ava';
import { decideNotices } from '../../../adapter/alerts/decide-notices.ts';
import { day, hour, minute } from '../../../shared/platform/clock.ts';

const now = new Date('2026-03-01T10:00:00Z');
const ago = (ms: number) => new Date(now.getTime() - ms);
const cause = (key: string) => ({ key, title: `${key} is wrong`, text: 'x' });
const told = (key: string, toldAgo: number, sinceAgo = toldAgo) => ({
  key,
  title: `${key} is wrong`,
  since: ago(sinceAgo),
  toldAt: ago(toldAgo),
});

test('a cause is reported when it begins, once a day while it lasts, and when it is over', (t) => {
  for (const [causes, known, notices] of [
    [[], [], []],
    [['a'], [], ['new a']],
    [['a'], [told('a', minute)], []],
    [['a'], [told('a', 23 * hour)], []],
    [['a'], [told('a', day)], ['still a']],
    [['a'], [told('a', minute, 5 * day)], []],
    [['a'], [told('a', -hour)], []],
    // The clock had run ahead.
    [['a'], [told('a', -400 * day)], ['still a']],
    [[], [told('a', minute)], ['over a']],
    [[], [told('a', 9 * day)], ['over a']],
    [
      ['a', 'b', 'c'],
      [told('b', minute), told('c', 2 * day), told('d', hour)],
      ['new a', 'still c', 'over d'],
    ],
  ] as const) {
    const decided = decideNotices(causes.map(cause), known, now);
    const shown = decided.map((one) => `${one.kind} ${one.kind === 'over' ? one.key : one.cause.key}`);
    t.deepEqual(shown, [...notices]);
  }
});

test('a lasting cause is reported with its beginning', (t) => {
  t.deepEqual(decideNotices([cause('a')], [told('a', day, 3 * day)], now)[0]?.since, ago(3 * day));
  t.deepEqual(decideNotices([], [told('a', hour, 3 * day)], now)[0]?.since, ago(3 * day));
  t.deepEqual(decideNotices([cause('a')], [], now)[0]?.since, now);
});
