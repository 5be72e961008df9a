import test from 'ava';
import {
  isInAnother,
  keepsFormerFormat,
  whyAbsenceProvesNothing,
  type FeedSeen,
} from '../../../shared/feeds/plan/absence.ts';
import type { PropertyFeedDoc } from '../../../shared/models/property-feed.ts';

type Feed = Pick<PropertyFeedDoc, 'mode' | 'format' | 'detectedFormat'>;
const kyero: Feed = { format: 'AUTO', detectedFormat: 'KYERO' };
const whole: FeedSeen = { format: 'KYERO', mode: 'snapshot', isMismatched: false, anonymous: 0, hasGuessedIds: false };

test('reasons why a missing listing may still be in the feed', (t) => {
  const cases: readonly [string, Feed, Partial<FeedSeen>, RegExp | undefined][] = [
    ['a full list', kyero, {}, undefined],
    ['a delta says nothing of it', kyero, { mode: 'delta', isMismatched: true, anonymous: 3 }, undefined],
    ['tags that do not match', kyero, { isMismatched: true }, /^Tags around the listings do not match/],
    ['another format', kyero, { format: 'TROVIT' }, /^The feed was KYERO and is now TROVIT$/],
    ['another format than ever', { format: 'AUTO' }, { format: 'TROVIT' }, undefined],
    ['another format, which staff have set', { ...kyero, format: 'TROVIT' }, { format: 'TROVIT' }, undefined],
    ['items that no one can read', kyero, { anonymous: 2 }, /^2 items cannot be read/],
    ['made-up ids', kyero, { hasGuessedIds: true }, /^Listings have no ids/],
    ['made-up ids, and staff have set the mode', { ...kyero, mode: 'snapshot' }, { hasGuessedIds: true }, undefined],
  ];
  for (const [name, feed, seen, expected] of cases) {
    const why = whyAbsenceProvesNothing(feed, { ...whole, ...seen });
    if (expected) t.regex(why ?? '', expected, name);
    else t.is(why, undefined, name);
  }
});

test('a feed is in another format than before only where its format is found out', (t) => {
  t.true(isInAnother(kyero, 'TROVIT'));
  t.false(isInAnother(kyero, 'KYERO'));
  t.false(isInAnother({ format: 'AUTO' }, 'KYERO'));
  t.false(isInAnother({ ...kyero, format: 'TROVIT' }, 'TROVIT'));
});

test('a delta that looks like a full list is remembered as a delta until nothing waits for a person', (t) => {
  const resales: Feed = { format: 'AUTO', detectedFormat: 'RESALES' };
  const cases: readonly [string, Feed, Partial<FeedSeen>, 'delta' | 'snapshot' | undefined, boolean, boolean][] = [
    ['a delta before', resales, {}, 'delta', false, true],
    ['nothing waits', resales, {}, 'delta', true, false],
    ['a full list before', resales, {}, 'snapshot', false, false],
    ['nothing is known of before', resales, {}, undefined, false, false],
    ['still a delta', resales, { mode: 'delta' }, 'delta', false, false],
    ['the same format', kyero, {}, 'delta', false, false],
    ['staff have set the mode', { ...resales, mode: 'snapshot' }, {}, 'delta', false, false],
  ];
  for (const [name, feed, seen, formerMode, isSettled, keeps] of cases)
    t.is(keepsFormerFormat(feed, { ...whole, ...seen }, formerMode, isSettled), keeps, name);
});
