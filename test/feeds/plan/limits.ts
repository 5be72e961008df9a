import test from 'ava';
import { item, rows, seenOf, storedOf, feedOf } from '../../doubles/feed-plan.ts';
import { identify } from '../../../shared/feeds/plan/identity.ts';
import { limits } from '../../../shared/feeds/plan/limits.ts';
import { removalsHeld } from '../../../shared/feeds/plan/problems.ts';
import { judgeRemovals } from '../../../shared/feeds/plan/removals.ts';
import { reportPlan } from '../../../shared/feeds/plan/report-plan.ts';
import { judgeFeed, measure } from '../../../shared/feeds/plan/verdict.ts';
import { FeedReport } from '../../../shared/feeds/feed-report.ts';
import { Types } from 'mongoose';

test('the limits have their documented values', (t) => {
  t.deepEqual(limits, {
    maxRemovedShare: 0.2,
    maxRemoved: 10,
    maxMovedIds: 2,
    maxHollow: 2,
    maxFieldLoss: 0.5,
    maxNamedInHold: 10,
    maxNamedDuplicates: 5,
  });
});

test('more than ten, and more than a fifth, do not leave without a person', (t) => {
  const cases: readonly [leaving: number, live: number, isHeld: boolean][] = [
    [10, 50, false],
    [11, 50, true],
    [10, 10, false],
    [11, 11, true],
    [20, 100, false],
    [21, 100, true],
    [11, 55, false],
    [11, 54, true],
    [600, 3000, false],
    [601, 3000, true],
    [0, 0, false],
    [1, 1, false],
  ];
  for (const [leaving, live, isHeld] of cases) {
    const { hold } = judgeRemovals({
      absent: rows(leaving),
      named: [],
      live,
      items: 1,
      idsReplaced: false,
      unrecognised: 0,
      contents: undefined,
      doubt: undefined,
      guard: undefined,
      isConfirmed: false,
    });
    t.is(hold !== undefined, isHeld, `${leaving} of ${live}`);
  }
});

test('two items may carry the reference of another listing, three are held', (t) => {
  for (const [count, is] of [
    [2, 'apply'],
    [3, 'hold'],
  ] as const) {
    const stored = storedOf(rows(10));
    const items = rows(count).map(({ id }, i) => item({ id, reference: `R-${i + 2}` }));
    const facts = measure(identify(feedOf(...items), stored, seenOf()), stored);
    t.is(facts.moved.size, count);
    t.is(judgeFeed(facts, { formHold: undefined, isConfirmed: false, believesOlder: false }).is, is);
  }
});

test('two items may lose most of their fields, three are held', (t) => {
  for (const [count, changed, expected] of [
    [2, 0, { is: 'apply', takesHollow: true }],
    [3, 0, { is: 'hold', code: 'format-changed' }],
    [3, 2, { is: 'hold', code: 'format-changed' }],
    [3, 3, { is: 'apply', takesHollow: false }],
  ] as const) {
    const stored = storedOf(rows(10));
    const items = rows(count + changed).map(({ id, reference }, i) =>
      item({ id, reference, hash: 'b', ...(i < count ? { told: 0 } : {}) }),
    );
    const facts = measure(identify(feedOf(...items), stored, seenOf()), stored);
    t.like(judgeFeed(facts, { formHold: undefined, isConfirmed: false, believesOlder: false }), expected);
  }
});

test('ten listings are named in a hold', (t) => {
  const named = (count: number): string => {
    const hold = { reason: 'Why', count, total: 20, heldAt: new Date(0) };
    return (
      removalsHeld(hold, { confirmed: 0, held: rows(count) }, new Types.ObjectId()).message.split('Listings: ')[1] ?? ''
    );
  };
  t.regex(named(10), /^R-1, .*, R-10$/);
  t.regex(named(11), /^R-1, .*, R-10, \.\.\.$/);
});

test('five pairs of different items with one id are named', (t) => {
  for (const [pairs, named] of [
    [5, 5],
    [6, 5],
  ] as const) {
    const report = new FeedReport();
    const duplicates = rows(pairs).map(({ id }) => ({ item: item({ id }), offsets: [0, 1], differs: true }) as const);
    reportPlan([], { ambiguous: [], duplicates, replacing: [] }, report);
    t.is(report.problems.length, named);
  }
});
