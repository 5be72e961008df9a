import test from 'ava';
import { findPeriod, parsePeriod } from '../../../shared/feeds/values/periods.ts';

test('a period is a word or a letter of its own', (t) => {
  for (const [word, period] of [
    ['Monthly', 'month'],
    ['M', 'month'],
    ['pcm', 'month'],
    ['Y', 'year'],
    ['JAHR', 'year'],
    ['W', 'week'],
    ['D', 'day'],
    ['сутки', 'day'],
    ['now and then', null],
  ] as const)
    t.is(parsePeriod(word), period, word);
});

test('a period in a price stands behind "per" or alone', (t) => {
  for (const [text, period] of [
    ['$450 per week', 'week'],
    ['1.200 €/mes', 'month'],
    ['£250pw', 'week'],
    ['5pm', null],
    ['450,000', null],
  ] as const)
    t.is(findPeriod(text), period, text);
});
