import test from 'ava';
import type { Row } from '../../../shared/feeds/plan/facts.ts';
import { isHeldBy, judgeAbsent, judgeRemovals, type Leaving } from '../../../shared/feeds/plan/removals.ts';
import type { RemovalGuard } from '../../../shared/models/property-feed.ts';
import { row, rows } from '../../doubles/feed-plan.ts';

const time = 1_000;
const guard: RemovalGuard = { heldAt: new Date(time), reason: 'before', count: 5, total: 20 };
const doubtful: RemovalGuard = { ...guard, doubtful: true };
const held = { heldSince: time };
const leaving = (absent: number, named = 0, more = {}): Partial<Leaving> => {
  const all = rows(absent + named, () => more);
  return { absent: all.slice(0, absent), named: all.slice(absent) };
};

function judged(given: Partial<Leaving>): { reason: string; counts: string; held: number; confirmed: number } {
  const { hold, ...sets } = judgeRemovals({
    absent: [],
    named: [],
    live: 40,
    items: 1,
    idsReplaced: false,
    unrecognised: 0,
    contents: undefined,
    doubt: undefined,
    guard: undefined,
    isConfirmed: false,
    ...given,
  });
  return {
    reason: `${hold?.reason ?? '-'}${hold?.doubtful ? ' (doubt)' : ''}`,
    counts: hold ? `${hold.count} of ${hold.total}` : '-',
    held: sets.held.size,
    confirmed: sets.confirmed.size,
  };
}

type Case = readonly [name: string, given: Partial<Leaving>, reason: string, counts: string, confirmed?: number];
const gone = (count: number, live: number) =>
  `${count} of ${live} listings left the feed at once, or were withdrawn by it`;
const lost = (count: number, live: number, perhaps = 0): string =>
  `Most listings have new ids at once: ${count} of ${live} were not recognised under new ones` +
  (perhaps ? `, and ${perhaps} new listings may be some of them` : '');
const sold = rows(20, () => ({ status: 'SOLD' }));
const eight = rows(8);
const locked = rows(20, () => ({ isStatusLocked: true }));

const cases: readonly Case[] = [
  ['no listing leaves', {}, '-', '-'],
  ['a few are absent', leaving(10), '-', '-'],
  ['a few are withdrawn by name', leaving(0, 10), '-', '-'],
  ['many are absent', leaving(16), gone(16, 40), '16 of 40'],
  ['many are withdrawn by name', leaving(0, 16), gone(16, 40), '16 of 40'],
  ['both together are many', { ...leaving(15, 19), live: 100 }, gone(34, 100), '34 of 100'],
  ['one that is both counts once', { absent: eight, named: eight }, '-', '-'],
  ['what is sold stays as it is', { absent: sold }, '-', '-'],
  ['a locked status is not withdrawn', { absent: locked }, '-', '-'],
  [
    'the feed is empty',
    { ...leaving(5), live: 5, items: 0 },
    'The feed is empty, and 5 of its listings are on offer',
    '5 of 5',
  ],
  ['the feed is empty, one was on offer', { ...leaving(1), live: 1, items: 0 }, '-', '-'],
  [
    'the feed holds something else, one was on offer',
    { ...leaving(1), live: 1, items: 0, contents: 'an error' },
    'The feed contains no listing (an error), and 1 of its listings is on offer',
    '1 of 1',
  ],
  ['the feed is empty, and nothing was on offer', { absent: sold, items: 0, live: 0 }, '-', '-'],
  ['ids changed, and a fifth was not found', { ...leaving(8), idsReplaced: true }, '-', '-'],
  ['ids changed, and more than a fifth was not found', { ...leaving(9), idsReplaced: true }, lost(9, 40), '9 of 40'],
  [
    'ids changed, and a new one may be the one that is gone',
    { ...leaving(1), idsReplaced: true, unrecognised: 2 },
    lost(1, 40, 2),
    '1 of 40',
  ],
  ['ids changed, and no one is gone', { idsReplaced: true, unrecognised: 2 }, '-', '-'],
  ['ids changed, and the only one is gone', { ...leaving(1), idsReplaced: true, unrecognised: 1, live: 1 }, '-', '-'],
  ['a doubt about what is absent', { ...leaving(1), doubt: 'Why' }, 'Why (doubt)', '1 of 40'],
  ['a doubt, and no one is absent', { ...leaving(0, 3), doubt: 'Why' }, '-', '-'],
  ['a doubt does not concern what is withdrawn by name', { ...leaving(2, 3), doubt: 'Why' }, 'Why (doubt)', '2 of 40'],
  ['a doubt alongside what is too many in any case', { ...leaving(10, 6), doubt: 'Why' }, gone(16, 40), '16 of 40'],
  ['a doubt about what is not on offer', { absent: sold, doubt: 'Why' }, '-', '-'],
  ['what was held stays held', { ...leaving(5, 0, held), guard }, 'before', '5 of 40'],
  [
    'what was held stays held, whatever joined the feed',
    { ...leaving(5, 0, held), guard, live: 4000 },
    'before',
    '5 of 4000',
  ],
  [
    'what was held holds what leaves alongside it',
    { absent: [...rows(2, () => held), row({ id: 'k9' })], guard },
    'before',
    '3 of 40',
  ],
  ['what was held is back', { ...leaving(5), guard }, '-', '-'],
  ['another hold asked about it', { ...leaving(5, 0, { heldSince: 999 }), guard }, '-', '-'],
  ['what a doubt held continues without it', { ...leaving(5, 0, held), guard: doubtful }, '-', '-'],
  [
    'what a doubt held stays with it',
    { ...leaving(5, 0, held), guard: doubtful, doubt: 'Why' },
    'Why (doubt)',
    '5 of 40',
  ],
  ['the only one left, and it was held', { ...leaving(1, 0, held), guard, live: 1 }, 'before', '1 of 1'],
  ['confirmed', { ...leaving(16, 4, held), guard, isConfirmed: true }, '-', '-', 20],
  ['confirmed before anyone was asked', { ...leaving(16), isConfirmed: true }, gone(16, 40), '16 of 40'],
  [
    'confirmed, and a few more are gone by now',
    { absent: [...rows(16, () => held), row({ id: 'k90' })], guard, isConfirmed: true },
    '-',
    '-',
    16,
  ],
  [
    'confirmed, and many more are gone by now',
    {
      absent: [...rows(16, () => held), ...rows(24).map((one) => ({ ...one, id: `m${one.id}` }))],
      guard,
      isConfirmed: true,
    },
    gone(24, 24),
    '24 of 24',
    16,
  ],
  [
    'confirmed, and all the others are gone',
    {
      absent: [...rows(16, () => held), ...rows(24).map((one) => ({ ...one, id: `m${one.id}` }))],
      guard,
      isConfirmed: true,
      items: 0,
    },
    'The feed is empty, and 24 of its listings are on offer',
    '24 of 24',
    16,
  ],
  [
    'a doubt that was confirmed',
    { ...leaving(3, 0, held), guard: doubtful, doubt: 'Why', isConfirmed: true },
    '-',
    '-',
    3,
  ],
  [
    'a doubt that was confirmed for others',
    { absent: [row({ id: 'k1', ...held }), row({ id: 'k2' })], guard: doubtful, doubt: 'Why', isConfirmed: true },
    'Why (doubt)',
    '1 of 39',
    1,
  ],
  [
    'confirmed, but sold by now',
    { absent: rows(3, () => ({ ...held, status: 'SOLD' })), guard, isConfirmed: true },
    '-',
    '-',
    0,
  ],
];

test('one guard counts missing listings and those withdrawn by name', (t) => {
  for (const [name, given, reason, counts, confirmed = 0] of cases) {
    const found = judged(given);
    t.deepEqual([found.reason, found.counts, found.confirmed], [reason, counts, confirmed], name);
    t.is(`${found.held} `, counts === '-' ? '0 ' : `${counts.split('of')[0]}`, name);
  }
});

test('a listing is held by the hold of its time', (t) => {
  t.true(isHeldBy(row(held), guard));
  t.false(isHeldBy(row(), guard));
  t.false(isHeldBy(row({ heldSince: 999 }), guard));
  t.false(isHeldBy(row(held), undefined));
});

test('the first complete run without a listing marks it, the next one withdraws it', (t) => {
  const [before, complete, killed] = [500, new Date(1000), 1500];
  const cases: readonly [string, Row, Date | undefined, ReturnType<typeof judgeAbsent>][] = [
    ['absent for the first time', row(), complete, 'mark'],
    ['absent in the last complete run', row({ missingSince: before }), complete, 'withdraw-absent'],
    ['absent when the last complete run began', row({ missingSince: +complete }), complete, 'withdraw-absent'],
    ['marked by a run that was killed', row({ missingSince: killed }), complete, 'leave'],
    ['marked, and no run was complete', row({ missingSince: before }), undefined, 'leave'],
    ['reserved', row({ status: 'RESERVED', missingSince: before }), complete, 'withdraw-absent'],
    ['sold', row({ status: 'SOLD' }), complete, 'mark'],
    ['sold, and marked', row({ status: 'SOLD', missingSince: before }), complete, 'leave'],
    ['a locked status', row({ isStatusLocked: true, missingSince: before }), complete, 'leave'],
    ['withdrawn', row({ status: 'WITHDRAWN', missingSince: before }), complete, 'leave'],
  ];
  for (const [name, listing, lastCompleteAt, what] of cases) t.is(judgeAbsent(listing, lastCompleteAt), what, name);
});
