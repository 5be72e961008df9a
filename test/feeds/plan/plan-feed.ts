import test from 'ava';
import type { Change } from '../../../shared/feeds/plan/change.ts';
import type { Item, Row } from '../../../shared/feeds/plan/facts.ts';
import { identify } from '../../../shared/feeds/plan/identity.ts';
import {
  isReused,
  lastingHold,
  planFeed,
  wentBack,
  withdrawsByName,
  type Plan,
  type RemovalFacts,
} from '../../../shared/feeds/plan/plan-feed.ts';
import { measure } from '../../../shared/feeds/plan/verdict.ts';
import type { RemovalGuard } from '../../../shared/models/property-feed.ts';
import { feedOf, item, row, rows, seenOf, storedOf } from '../../doubles/feed-plan.ts';

const now = new Date(10_000);
const guard: RemovalGuard = { heldAt: new Date(1_000), reason: 'before', count: 5, total: 20 };
const held = { heldSince: 1_000 };

interface Given extends Partial<RemovalFacts> {
  readonly stored: readonly Row[];
  readonly items?: never;
  readonly feed?: readonly Item[];
  /** Unchanged listings. */
  readonly same?: readonly string[];
  readonly isOldFile?: boolean;
  readonly takesHollow?: boolean;
  readonly isCut?: boolean;
}

function planned({
  stored,
  feed = [],
  same = [],
  isOldFile = false,
  takesHollow = true,
  isCut = false,
  ...more
}: Given): Plan {
  const items = feedOf(...feed);
  const known = storedOf(stored);
  const seen = seenOf({
    isWhole: !isCut,
    isCut,
    unchangedAt: (id) => (same.includes(id) ? 10_000 : undefined),
    unchanged: same.length,
    presentBefore: stored.filter(({ wasPresent }) => wasPresent).length,
  });
  const facts = measure(identify(items, known, seen), known);
  return planFeed(
    facts,
    { is: 'apply', isOldFile, takesHollow },
    {
      walked: stored.filter(({ id, heldSince }) => !same.includes(id) || heldSince !== undefined),
      live: stored.filter(({ status, isTrashed }) => !isTrashed && status !== 'WITHDRAWN' && status !== 'SOLD').length,
      items: items.length + same.length,
      contents: undefined,
      unknown: isCut ? 'cut' : isOldFile ? 'old' : undefined,
      doubt: undefined,
      guard: undefined,
      isConfirmed: false,
      lastCompleteAt: new Date(5_000),
      now,
      ...more,
    },
  );
}

function told(changes: readonly Change[]): string[] {
  return changes.map((change) => {
    const about = 'row' in change && change.row ? change.row.id : 'item' in change ? change.item.id : '';
    const because = 'because' in change ? ` (${change.because})` : '';
    return change.do === 'rename' ? `rename ${about} to ${change.id}${because}` : `${change.do} ${about}${because}`;
  });
}

const ids = (some: readonly Row[]): string[] => some.map(({ id }) => id);
const withdrawn = { status: 'WITHDRAWN', wasWithdrawn: true, hash: undefined } as const;
const bare = { told: 0, hash: 'b' } as const;
const word = { hash: 'b', status: 'WITHDRAWN' } as const;

const oneItem: readonly [name: string, stored: Row, said: Item, more: Partial<Given>, expected: string][] = [
  ['the same in other bytes', row(), item(), {}, 'refresh k1'],
  ['changed', row(), item({ hash: 'b' }), {}, 'update k1'],
  ['back', row(withdrawn), item(), {}, 'restore k1'],
  ['removed', row(), item({ removes: true }), {}, 'withdraw k1'],
  ['removed once more', row(withdrawn), item({ removes: true }), {}, 'refresh k1'],
  ['removed, of a locked status', row({ isStatusLocked: true }), item({ removes: true }), {}, 'withdraw k1'],
  ['withdrawn by a word', row(), item(word), {}, 'withdraw k1'],
  ['withdrawn by a word, of a locked status', row({ isStatusLocked: true }), item(word), {}, 'update k1'],
  ['withdrawn by a word, and it was', row({ status: 'WITHDRAWN' }), item(word), {}, 'update k1'],
  ['withdrawn by a word, and nothing is new', row(), item({ status: 'WITHDRAWN' }), {}, 'refresh k1'],
  ['withdrawn by a word after staff put it back', row({ wasWithdrawn: true }), item(word), {}, 'withdraw k1'],
  ['sold', row(), item({ hash: 'b', status: 'SOLD' }), {}, 'update k1'],
  ['another id', row({ reference: 'R-1' }), item({ id: 'n1', reference: 'R-1' }), {}, 'rename k1 to n1 (reference)'],
  ['without its id', row({ reference: 'R-1' }), item({ reference: 'R-1', hash: 'b' }), { same: ['x'] }, 'update k1'],
  ['new', row({ id: 'k9', isTrashed: true }), item(), {}, 'insert k1'],
  ['nothing to remove', row({ id: 'k9', isTrashed: true }), item({ removes: true }), {}, 'leave k1 (unknown)'],
  ['in the trash', row({ isTrashed: true }), item({ hash: 'b' }), {}, 'leave k1 (trashed)'],
  ['in the trash, removed', row({ isTrashed: true }), item({ removes: true }), {}, 'leave k1 (trashed)'],
  [
    'in the trash, another id',
    row({ reference: 'R-1', isTrashed: true }),
    item({ id: 'n1', reference: 'R-1' }),
    {},
    'rename k1 to n1 (reference)',
  ],
  [
    'in the trash, without its id',
    row({ reference: 'R-1', isTrashed: true }),
    item({ reference: 'R-1' }),
    { same: ['x'] },
    'leave k1 (trashed)',
  ],
  ['hollow', row(), item(bare), { takesHollow: false }, 'leave k1 (hollow)'],
  ['hollow, and taken', row(), item(bare), {}, 'update k1'],
  [
    'hollow under another id',
    row({ reference: 'R-1' }),
    item({ id: 'n1', reference: 'R-1', ...bare }),
    { takesHollow: false },
    'leave k1 (hollow)',
  ],
  ['hollow and back', row(withdrawn), item(bare), { takesHollow: false }, 'leave k1 (hollow)'],
  ['a notice of a sale', row(), item({ ...bare, status: 'SOLD' }), { takesHollow: false }, 'update k1'],
  [
    'older in an old file',
    row({ modifiedAt: 9 }),
    item({ hash: 'b', modifiedAt: 5 }),
    { isOldFile: true },
    'leave k1 (older)',
  ],
  ['older in no old file', row({ modifiedAt: 9 }), item({ hash: 'b', modifiedAt: 5 }), {}, 'update k1'],
  ['back in an old file', row(withdrawn), item(), { isOldFile: true }, 'leave k1 (older)'],
  [
    'another id in an old file',
    row({ reference: 'R-1' }),
    item({ id: 'n1', reference: 'R-1' }),
    { isOldFile: true },
    'leave k1 (older)',
  ],
  ['the same in an old file', row(), item(), { isOldFile: true }, 'refresh k1'],
  [
    'new in a feed that was cut, or not',
    row({ reference: 'R-1' }),
    item({ id: 'n1', reference: 'R-1' }),
    { isCut: true },
    'leave n1 (unsure)',
  ],
];

test('the change that each kind of item makes', (t) => {
  for (const [name, stored, said, more, expected] of oneItem) {
    const { changes } = planned({ stored: [stored], feed: [said], live: 1, ...more });
    t.deepEqual(told(changes), [expected], name);
  }
});

const all = rows(40);
const sameBut = (...away: readonly number[]): string[] => ids(all).filter((_, i) => !away.includes(i + 1));
const fewAbsent = { stored: all, same: sameBut(1, 2) };
const marked = (n: number, more = {}): Row =>
  row({ id: `k${n}`, reference: `R-${n}`, missingSince: 4_000, wasPresent: false, ...more });
const manyAbsent = { stored: all, same: ids(all).slice(16) };
const byWord = (count: number, from = 0): Item[] =>
  all.slice(from, from + count).map(({ id }) => item({ id, ...word }));
const heldRows = all.map((one, i) => (i < 5 ? { ...one, ...held } : one));

/** Changes without an item. */
const listings: readonly [name: string, given: Given, expected: readonly string[], hold: string][] = [
  ['a few are absent', fewAbsent, ['mark k1 (absent)', 'mark k2 (absent)'], '-'],
  [
    'a few are absent again',
    { ...fewAbsent, stored: [marked(1), marked(2, { status: 'SOLD' }), ...all.slice(2)] },
    ['withdraw-absent k1 (absent)'],
    '-',
  ],
  [
    'what is sold is marked',
    { ...fewAbsent, stored: [row({ id: 'k1', status: 'SOLD' }), ...all.slice(1)], same: sameBut(1) },
    ['mark k1 (absent)'],
    '-',
  ],
  [
    'what is in the trash is not',
    { ...fewAbsent, stored: [row({ id: 'k1', isTrashed: true }), ...all.slice(1)], same: sameBut(1) },
    [],
    '-',
  ],
  [
    'many are absent',
    manyAbsent,
    ids(all)
      .slice(0, 16)
      .map((id) => `hold ${id} (absent)`),
    '16 of 40 at 10000',
  ],
  [
    'many are absent, and one is sold: it waits with them',
    { ...manyAbsent, stored: [row({ id: 'k1', status: 'SOLD' }), ...all.slice(1)] },
    ids(all)
      .slice(1, 16)
      .map((id) => `hold ${id} (absent)`),
    '15 of 39 at 10000',
  ],
  [
    'many are withdrawn by a word',
    { stored: all, feed: byWord(16), same: ids(all).slice(16) },
    ids(all)
      .slice(0, 16)
      .map((id) => `hold ${id} (by-name)`),
    '16 of 40 at 10000',
  ],
  [
    'both are many',
    { stored: all, feed: byWord(8, 8), same: ids(all).slice(16) },
    [
      ...ids(all)
        .slice(8, 16)
        .map((id) => `hold ${id} (by-name)`),
      ...ids(all)
        .slice(0, 8)
        .map((id) => `hold ${id} (absent)`),
    ],
    '16 of 40 at 10000',
  ],
  [
    'many under other ids are withdrawn by a word',
    {
      stored: all,
      feed: all.slice(0, 16).map(({ id, reference }) => item({ id: `n${id}`, reference, ...word })),
      same: ids(all).slice(16),
    },
    ids(all)
      .slice(0, 16)
      .map((id) => `hold ${id} (by-name)`),
    '16 of 40 at 10000',
  ],
  ['the feed cannot tell', { ...fewAbsent, unknown: 'Why' }, [], '-'],
  ['a doubt', { ...fewAbsent, doubt: 'Why' }, ['hold k1 (absent)', 'hold k2 (absent)'], '2 of 40 at 10000'],
  [
    'a doubt, and nothing on offer is absent',
    { ...fewAbsent, stored: [row({ id: 'k1', status: 'SOLD' }), ...all.slice(1)], same: sameBut(1), doubt: 'Why' },
    [],
    '-',
  ],
  [
    'a doubt, and a few are withdrawn by a word',
    { stored: all, feed: byWord(2), same: ids(all).slice(2), doubt: 'Why' },
    [],
    '-',
  ],
  ['a hold lasts', { stored: heldRows, same: ids(all).slice(5), guard }, [], '5 of 40 at 1000'],
  [
    'a hold lasts, and one more is away',
    { stored: heldRows, same: ids(all).slice(6), guard },
    ['hold k6 (absent)'],
    '6 of 40 at 1000',
  ],
  [
    'some are back as they were',
    { stored: heldRows, same: ids(all).slice(2), guard },
    ['release k3 (there)', 'release k4 (there)', 'release k5 (there)'],
    '2 of 40 at 1000',
  ],
  [
    'some are back, changed',
    { stored: heldRows, feed: [item({ id: 'k5', hash: 'b' })], same: ids(all).slice(5), guard },
    [],
    '4 of 40 at 1000',
  ],
  [
    'all are back as they were',
    { stored: heldRows, same: ids(all), guard },
    ids(all)
      .slice(0, 5)
      .map((id) => `release ${id} (there)`),
    '-',
  ],
  [
    'one is back without most of its fields',
    { stored: heldRows, feed: [item({ id: 'k5', ...bare })], same: ids(all).slice(5), guard, takesHollow: false },
    ['release k5 (there)'],
    '4 of 40 at 1000',
  ],
  [
    'confirmed',
    { stored: heldRows, same: ids(all).slice(5), guard, isConfirmed: true },
    ids(all)
      .slice(0, 5)
      .map((id) => `withdraw-absent ${id} (confirmed)`),
    '-',
  ],
  [
    'confirmed, and one more is away',
    { stored: heldRows, same: ids(all).slice(6), guard, isConfirmed: true },
    [
      'mark k6 (absent)',
      ...ids(all)
        .slice(0, 5)
        .map((id) => `withdraw-absent ${id} (confirmed)`),
    ],
    '-',
  ],
  [
    'confirmed, and many more are away',
    { stored: heldRows, same: ids(all).slice(20), guard, isConfirmed: true },
    [
      ...ids(all)
        .slice(5, 20)
        .map((id) => `hold ${id} (absent)`),
      ...ids(all)
        .slice(0, 5)
        .map((id) => `withdraw-absent ${id} (confirmed)`),
    ],
    '15 of 35 at 10000',
  ],
  [
    'confirmed, some of them withdrawn by a word',
    { stored: heldRows, feed: byWord(3), same: ids(all).slice(5), guard, isConfirmed: true },
    ['withdraw-absent k4 (confirmed)', 'withdraw-absent k5 (confirmed)'],
    '-',
  ],
  [
    'a doubt was confirmed, and something sold is absent',
    {
      stored: [{ ...all[0]!, ...held }, row({ id: 'k2', status: 'SOLD' }), ...all.slice(2)],
      same: ids(all).slice(2),
      guard: { ...guard, doubtful: true },
      doubt: 'Why',
      isConfirmed: true,
    },
    ['mark k2 (absent)', 'withdraw-absent k1 (confirmed)'],
    '-',
  ],
  ['cut: the hold lasts', { stored: heldRows, same: ids(all).slice(5), guard, isCut: true }, [], '5 of 40 at 1000'],
  [
    'cut: what has come is released',
    { stored: heldRows, same: ['k1'], feed: [item({ id: 'k2', hash: 'b' })], guard, isCut: true },
    ['release k1 (there)'],
    '3 of 40 at 1000',
  ],
  [
    'cut: a confirmation does nothing for what is away',
    { stored: heldRows, same: ids(all).slice(5), guard, isCut: true, isConfirmed: true },
    [],
    '5 of 40 at 1000',
  ],
  [
    'cut: all have come',
    { stored: heldRows, same: ids(all), guard, isCut: true },
    ids(all)
      .slice(0, 5)
      .map((id) => `release ${id} (there)`),
    '-',
  ],
  [
    'cut: what is withdrawn by a word stays held',
    { stored: heldRows, feed: byWord(5), guard, isCut: true },
    [],
    '5 of 40 at 1000',
  ],
  [
    'cut: what is withdrawn by a word is asked alongside what waits',
    { stored: heldRows, feed: byWord(16, 10), guard, isCut: true },
    ids(all)
      .slice(10, 26)
      .map((id) => `hold ${id} (by-name)`),
    '21 of 40 at 1000',
  ],
  [
    'cut: the same, confirmed: what waits keeps its time',
    { stored: heldRows, feed: byWord(16, 10), guard, isCut: true, isConfirmed: true },
    ids(all)
      .slice(10, 26)
      .map((id) => `hold ${id} (by-name)`),
    '21 of 40 at 1000',
  ],
  [
    'cut: what was asked and is withdrawn by a word, confirmed',
    { stored: heldRows, feed: byWord(2), guard, isCut: true, isConfirmed: true },
    [],
    '3 of 40 at 1000',
  ],
  [
    'an old file: what it has is not there for that',
    {
      stored: heldRows.map((one) => ({ ...one, modifiedAt: 9 })),
      feed: [item({ id: 'k1', hash: 'b', modifiedAt: 5 })],
      same: ['k2'],
      guard,
      isOldFile: true,
    },
    [],
    '5 of 40 at 1000',
  ],
];

test('the change for listings that are missing or withdrawn by name', (t) => {
  for (const [name, given, expected, hold] of listings) {
    const plan = planned(given);
    t.deepEqual(told(plan.changes.filter((change) => !('item' in change))), expected, name);
    const { heldAt, count, total } = plan.hold ?? {};
    t.is(plan.hold ? `${count} of ${total} at ${heldAt?.getTime()}` : '-', hold, name);
  }
});

test('what is held by name is not applied, and is applied when it was confirmed', (t) => {
  const asked = planned({ stored: all, feed: byWord(16), same: ids(all).slice(16) });
  t.deepEqual(
    told(asked.changes.filter(({ do: what }) => what === 'leave')),
    ids(all)
      .slice(0, 16)
      .map((id) => `leave ${id} (held)`),
  );
  t.deepEqual([asked.heldByName, asked.held.length, asked.confirmed], [16, 16, 0]);
  const stored = all.map((one, i) => (i < 16 ? { ...one, ...held } : one));
  const confirmed = planned({ stored, feed: byWord(16), same: ids(all).slice(16), guard, isConfirmed: true });
  t.deepEqual(
    told(confirmed.changes),
    ids(all)
      .slice(0, 16)
      .map((id) => `withdraw ${id}`),
  );
  t.deepEqual([confirmed.heldByName, confirmed.confirmed], [0, 16]);
});

test('a hold comes first, then what items change, then marks and withdrawals', (t) => {
  const stored = [
    ...rows(3),
    marked(4),
    row({ id: 'k5', ...withdrawn }),
    row({ id: 'k6', ...held }),
    row({ id: 'k7', reference: 'R-7' }),
    row({ id: 'k8' }),
  ];
  const { changes } = planned({
    stored,
    same: ['k6'],
    guard,
    feed: [
      item({ id: 'k9' }),
      item({ id: 'k1', removes: true }),
      item({ id: 'k5' }),
      item({ id: 'k2', hash: 'b' }),
      item({ id: 'k2', hash: 'c' }),
      item({ id: 'n7', reference: 'R-7' }),
      item({ id: 'k3' }),
    ],
  });
  t.deepEqual(told(changes), [
    'rename k7 to n7 (reference)',
    'refresh k3',
    'update k2',
    'restore k5',
    'withdraw k1',
    'insert k9',
    'mark k8 (absent)',
    'withdraw-absent k4 (absent)',
    'release k6 (there)',
    'leave k2 (duplicate)',
  ]);
  t.is(told(planned(manyAbsent).changes)[0], 'hold k1 (absent)');
});

test('another run has something to do when something waits, is marked, or was left for its fields', (t) => {
  const cases: readonly [string, Given, boolean][] = [
    ['nothing', { stored: all, same: ids(all) }, false],
    ['a change', { stored: all, feed: [item({ id: 'k1', hash: 'b' })], same: ids(all).slice(1) }, false],
    ['a mark', fewAbsent, true],
    [
      'a mark of what is sold',
      { stored: [row({ id: 'k1', status: 'SOLD' }), ...all.slice(1)], same: ids(all).slice(1) },
      false,
    ],
    ['a hold', manyAbsent, true],
    [
      'lost fields',
      { stored: all, feed: [item({ id: 'k1', ...bare })], same: ids(all).slice(1), takesHollow: false },
      true,
    ],
    ['a withdrawal', { stored: [marked(1), ...all.slice(1)], same: ids(all).slice(1) }, false],
  ];
  for (const [name, given, isPending] of cases) t.is(planned(given).isPending, isPending, name);
  t.is(planned(cases[5]![1]).hollow, 1);
});

test('a listing that was held, came back and leaves again is asked about again', (t) => {
  const stored = heldRows;
  const back = planned({ stored, same: ids(all).slice(4), guard });
  t.deepEqual(told(back.changes), ['release k5 (there)']);
  const released = stored.map((one) => (one.id === 'k5' ? { ...one, heldSince: undefined } : one));
  const again = planned({ stored: released, same: ids(all).slice(5), guard, isConfirmed: true });
  t.deepEqual(told(again.changes), [
    'mark k5 (absent)',
    ...ids(all)
      .slice(0, 4)
      .map((id) => `withdraw-absent ${id} (confirmed)`),
  ]);
});

test('what is left of a hold after a run that says nothing of absent listings', (t) => {
  const walked = [
    row({ id: 'k1', ...held }),
    row({ id: 'k2', ...held }),
    row({ id: 'k3', ...held, status: 'SOLD' }),
    row({ id: 'k4', heldSince: 999 }),
    row({ id: 'k5', ...held, isTrashed: true }),
    row({ id: 'k6' }),
  ];
  const cases: readonly [string, readonly string[], number | undefined, readonly string[]][] = [
    ['no one has come', [], 2, []],
    ['one has come', ['k1', 'k6'], 1, ['k1']],
    ['all on offer have come', ['k1', 'k2'], undefined, ['k1', 'k2']],
    ['what another hold asked about is not released', ['k4'], 2, []],
    ['what is in the trash or sold is released as well', ['k3', 'k5'], 2, ['k3', 'k5']],
  ];
  for (const [name, there, count, released] of cases) {
    const left = lastingHold({ walked, guard, live: 30 }, (id) => there.includes(id));
    t.deepEqual(left.guard, count === undefined ? undefined : { ...guard, count, total: 30 }, name);
    t.deepEqual(ids(left.released), released, name);
  }
  t.deepEqual(
    lastingHold({ walked, guard: undefined, live: 30 }, () => true),
    { guard: undefined, released: [] },
  );
});

test('an id is reused when its listing moved, or reference, place and type are others at once', (t) => {
  const before = row({ reference: 'R-1', city: 'altea', type: 'villa' });
  const other = { reference: 'R-2', city: 'berlin', type: 'garage' };
  const change = (
    what: 'update' | 'restore' | 'refresh' | 'withdraw',
    said: Partial<Item>,
    hasMoved = false,
    stored = before,
  ): Change => ({
    do: what,
    item: item({ id: 'k1', ...said }),
    row: stored,
    id: 'k1',
    hasMoved,
  });
  t.true(isReused(change('update', other)));
  t.true(isReused(change('restore', other)));
  t.true(isReused(change('update', {}, true)));
  t.false(isReused(change('refresh', {}, true)));
  t.false(isReused(change('withdraw', other, true)));
  for (const [field, value] of [
    ['reference', 'r-1'],
    ['city', 'altea'],
    ['type', 'villa'],
    ['city', undefined],
  ] as const)
    t.false(isReused(change('update', { ...other, [field]: value })), `${field} ${value}`);
  t.false(isReused(change('update', other, false, row({ city: 'altea', type: 'villa' }))));
});

test('a date went back when the older item counts, unless it is a notice of a sale', (t) => {
  const before = row({ modifiedAt: 9 });
  const update = (said: Partial<Item> & { status?: 'SOLD' }, stored = before): Change => ({
    do: 'update',
    item: item({ modifiedAt: 5, ...said }),
    row: stored,
    id: 'k1',
    hasMoved: false,
  });
  t.true(wentBack(update({})));
  t.false(wentBack(update({ modifiedAt: 9 })));
  t.false(wentBack(update({ modifiedAt: undefined })));
  t.false(wentBack(update({ ...bare, status: 'SOLD' })));
  t.false(wentBack(update({}, row({ modifiedAt: 9, missingSince: 1 }))));
  t.false(wentBack({ do: 'leave', item: item({ modifiedAt: 5 }), row: before, because: 'older' }));
  t.false(wentBack({ do: 'insert', item: item({ modifiedAt: 5 }), id: 'k1' }));
});

test('a listing is withdrawn by name when it is on offer and its status is not locked', (t) => {
  const withdraw = (stored: Row, said = item({ removes: true })): Change => ({
    do: 'withdraw',
    item: said,
    row: stored,
    id: 'k1',
    hasMoved: false,
  });
  t.true(withdrawsByName(withdraw(row())));
  t.true(withdrawsByName(withdraw(row(), item(word))));
  t.true(withdrawsByName({ do: 'rename', item: item(word), row: row(), id: 'n1', because: 'reference' }));
  t.false(withdrawsByName({ do: 'rename', item: item(), row: row(), id: 'n1', because: 'reference' }));
  t.false(withdrawsByName(withdraw(row({ isStatusLocked: true }))));
  t.false(withdrawsByName(withdraw(row({ status: 'SOLD' }))));
  t.false(withdrawsByName({ do: 'update', item: item(word), row: row(), id: 'k1', hasMoved: false }));
});
