import test from 'ava';
import type { Item, Row } from '../../../shared/feeds/plan/facts.ts';
import { askedAbout } from '../../../shared/feeds/plan/asked-about.ts';
import {
  judgeDelta,
  planDelta,
  planUpdate,
  type DeltaPlan,
  type DeltaPolicy,
} from '../../../shared/feeds/plan/plan-delta.ts';
import type { FormHold } from '../../../shared/models/property-feed.ts';
import { feedOf, item, row, rows, storedOf } from '../../doubles/feed-plan.ts';

const six = rows(6);

function planned(
  items: readonly Item[],
  stored: readonly Row[] = six,
  last: Readonly<Record<string, number>> = {},
): DeltaPlan {
  return planDelta(feedOf(...items), storedOf(stored), (id) => last[id]);
}

function told({ turns }: DeltaPlan): string[] {
  return turns.map((turn) => turn.map(({ item: { hash }, id }) => `${hash} for ${id}`).join(', '));
}

const a = (more: Partial<Item> = {}) => item({ id: 'k1', hash: 'a', ...more });
const b = (more: Partial<Item> = {}) => item({ id: 'k1', hash: 'b', ...more });
const c = (more: Partial<Item> = {}) => item({ id: 'k1', hash: 'c', ...more });

test('updates of one listing follow one another', (t) => {
  const cases: readonly [name: string, items: readonly Item[], turns: readonly string[]][] = [
    ['one', [a()], ['a for k1']],
    ['of two listings together', [a(), b({ id: 'k2' })], ['a for k1, b for k2']],
    ['in the order of the feed', [b(), a(), c()], ['b for k1', 'a for k1', 'c for k1']],
    ['by their dates', [b({ modifiedAt: 2 }), a({ modifiedAt: 1 })], ['a for k1', 'b for k1']],
    ['equal dates as they stand', [b({ modifiedAt: 1 }), a({ modifiedAt: 1 })], ['b for k1', 'a for k1']],
    [
      'as they stand when one has no date',
      [b({ modifiedAt: 2 }), c(), a({ modifiedAt: 1 })],
      ['b for k1', 'c for k1', 'a for k1'],
    ],
    ['a longer row alongside a shorter one', [a(), b({ id: 'k2' }), c()], ['a for k1, b for k2', 'c for k1']],
  ];
  for (const [name, items, turns] of cases) t.deepEqual(told(planned(items)), turns, name);
  const twice = [a(), b()].map((one, at) => ({ ...one, at, offset: 70 }));
  t.deepEqual(told(planDelta(twice, storedOf(six), () => undefined)), ['a for k1'], 'what one element says twice');
});

test('what an earlier run has applied is not applied again', (t) => {
  const dated = six.map((one) => ({ ...one, modifiedAt: 5 }));
  const cases: readonly [string, readonly Item[], readonly Row[], Record<string, number>, readonly string[], number][] =
    [
      ['nothing was', [a(), b()], six, {}, ['a for k1', 'b for k1'], 0],
      ['what stands before the last that was', [a(), b()], six, { k1: 300 }, [], 2],
      ['what stands behind it', [a(), b()], six, { k1: 50 }, ['b for k1'], 1],
      ['of another listing', [a(), b()], six, { k2: 300 }, ['a for k1', 'b for k1'], 0],
      ['before it, but with a later date', [a({ modifiedAt: 6 })], dated, { k1: 300 }, ['a for k1'], 0],
      ['before it, with the same date', [a({ modifiedAt: 5 })], dated, { k1: 300 }, [], 1],
      ['behind it, but older', [a({ modifiedAt: 4 })], dated, { k1: 0 }, [], 1],
      ['of a listing that is gone', [a({ id: 'k9' })], six, { k9: 300 }, ['a for k9'], 0],
    ];
  for (const [name, items, stored, last, turns, applied] of cases) {
    const plan = planned(items, stored, last);
    t.deepEqual([told(plan), plan.applied], [turns, applied], name);
  }
});

const lost = (more: Partial<Item> = {}) => item({ reference: 'R-1', hash: 'a', ...more });
const twins = [row({ id: 'k1', reference: 'R-1' }), row({ id: 'k2', reference: 'R-1' })];
const left = { status: 'WITHDRAWN' } as const;
const comes = item({ id: 'n9', reference: 'R-9', hash: 'b' });
const lostIds: readonly [string, readonly Item[], readonly Row[], readonly string[], string][] = [
  ['stored', [lost()], six, ['a for k1'], ''],
  ['stored in the trash', [lost()], [row({ id: 'k1', reference: 'R-1', isTrashed: true })], ['a for k1'], ''],
  ['one of two that are on offer', [lost()], twins, [], 'R-1 may be k1,k2'],
  ['the one on offer', [lost()], [twins[0]!, row({ id: 'k2', reference: 'R-1', ...left })], ['a for k1'], ''],
  ['a removal of one of two', [lost({ removes: true })], twins, ['a for R-1'], 'R-1 may be k1,k2'],
  [
    'a removal of what is withdrawn',
    [lost({ removes: true })],
    twins.map((one) => ({ ...one, ...left })),
    ['a for R-1'],
    '',
  ],
  ['unknown', [lost({ id: 'R-9', byReference: true, reference: 'R-9' })], six, ['a for R-9'], ''],
  [
    'known by its reference',
    [item({ reference: 'R-9', hash: 'a' })],
    [row({ id: 'R-9', reference: 'R-9' })],
    ['a for R-9'],
    '',
  ],
  ['coming in the same batch', [comes, item({ reference: 'R-9', hash: 'a' })], six, ['b for n9', 'a for n9'], ''],
  [
    'before it comes in the same batch',
    [item({ reference: 'R-9', hash: 'a' }), comes],
    six,
    ['a for n9', 'b for n9'],
    '',
  ],
  [
    'two come',
    [comes, { ...comes, id: 'n8' }, item({ reference: 'R-9', hash: 'a' })],
    six,
    ['b for n9, b for n8, a for R-9'],
    '',
  ],
  [
    'what comes is a removal',
    [{ ...comes, removes: true }, item({ reference: 'R-9', hash: 'a' })],
    six,
    ['b for n9, a for R-9'],
    '',
  ],
  [
    'what comes is of another provider',
    [{ ...comes, id: 'B/9', scope: 'B/' }, item({ scope: 'A/', reference: 'R-9', hash: 'a' })],
    six,
    ['b for B/9, a for A/R-9'],
    '',
  ],
  [
    'its reference is the id of another listing',
    [item({ reference: '117', hash: 'a' })],
    [row({ id: '117', reference: '127' })],
    ['a for ref:117'],
    '',
  ],
  [
    'and names its own',
    [item({ reference: '117', hash: 'a' })],
    [row({ id: '117', reference: '127' }), row({ id: 'k1', reference: '117' })],
    ['a for k1'],
    '',
  ],
  [
    'in another place and of another type',
    [lost({ city: 'ronda', type: 'garage' })],
    [row({ id: 'k1', reference: 'R-1', city: 'altea', type: 'villa' })],
    ['a for R-1'],
    '',
  ],
];

test('an item without an id is the listing of its reference, stored or coming', (t) => {
  for (const [name, items, stored, turns, ambiguous] of lostIds) {
    const plan = planned(items, stored);
    const may = plan.ambiguous.map(
      ({ item: { id }, rows: some }) => `${id} may be ${some.map((one) => one.id).join()}`,
    );
    t.deepEqual([told(plan), may.join()], [turns, ambiguous], name);
  }
});

test('the change that each kind of update makes to the current listing', (t) => {
  const withdrawn = row({ status: 'WITHDRAWN', wasWithdrawn: true, hash: undefined });
  const cases: readonly [string, Item, Row | undefined, string][] = [
    ['new', a(), undefined, 'insert'],
    ['nothing to remove', a({ removes: true }), undefined, 'leave: unknown'],
    ['the same', item(), row(), 'refresh'],
    ['changed', a(), row(), 'update'],
    ['removed', a({ removes: true }), row(), 'withdraw'],
    ['withdrawn by a word', item({ hash: 'a', status: 'WITHDRAWN' }), row(), 'withdraw'],
    [
      'withdrawn by a word, of a locked status',
      item({ hash: 'a', status: 'WITHDRAWN' }),
      row({ isStatusLocked: true }),
      'update',
    ],
    ['removed once more', a({ removes: true }), withdrawn, 'refresh'],
    ['back', a(), withdrawn, 'restore'],
    ['in the trash', a(), row({ isTrashed: true }), 'leave: trashed'],
    ['older', a({ modifiedAt: 4 }), row({ modifiedAt: 5 }), 'leave: older'],
    ['an older removal', a({ removes: true, modifiedAt: 4 }), row({ modifiedAt: 5 }), 'leave: older'],
    ['older and the same', item({ modifiedAt: 4 }), row({ modifiedAt: 5 }), 'refresh'],
    ['older, of what had left a full list', a({ modifiedAt: 4 }), row({ modifiedAt: 5, missingSince: 1 }), 'update'],
  ];
  for (const [name, said, stored, expected] of cases) {
    const change = planUpdate({ item: said, id: 'k1' }, stored);
    t.is(change.do === 'leave' ? `leave: ${change.because}` : change.do, expected, name);
  }
});

test('a delta is judged as a whole before any of it is applied', (t) => {
  const stored = rows(40, (n) => (n > 30 ? { status: 'SOLD' } : {}));
  const sold = (from: number, count: number) =>
    rows(count).map((_, i) => item({ id: `k${from + i}`, hash: 'b', status: 'SOLD' }));
  const moved = (from: number, count: number) =>
    rows(count).map((_, i) => item({ id: `k${from + i}`, hash: 'b', reference: `R-${from + i + 1}` }));
  const yes = { isConfirmed: true };
  const asked = (code: FormHold['code'], items: readonly Item[]): Partial<DeltaPolicy> => ({
    formHold: { heldAt: new Date(0), code, count: items.length, asked: askedAbout(items.map(({ id }) => id)) },
  });
  const cases: readonly [string, readonly Item[], Partial<DeltaPolicy>, string | undefined][] = [
    ['nothing', [], {}, undefined],
    ['ten are sold', sold(1, 10), {}, undefined],
    ['eleven of thirty are sold', sold(1, 11), {}, 'removals-held 11 of 30'],
    ['eleven of sixty', sold(1, 11), { live: 60 }, undefined],
    ['removed by name', sold(1, 11).map((one) => ({ ...one, removes: true })), {}, 'removals-held 11 of 30'],
    ['sold before', sold(31, 10), {}, undefined],
    ['sold, and on offer again at last', sold(1, 11).concat(rows(11).map(({ id }) => item({ id }))), {}, undefined],
    ['by older dates', sold(1, 11).map((one) => ({ ...one, modifiedAt: 1 })), { live: 30 }, 'removals-held 11 of 30'],
    ['confirmed before anyone was asked', sold(1, 11), yes, 'removals-held 11 of 30'],
    ['asked and confirmed', sold(1, 11), { ...asked('removals-held', sold(1, 11)), ...yes }, undefined],
    ['asked, not confirmed', sold(1, 11), asked('removals-held', sold(1, 11)), 'removals-held 11 of 30'],
    ['others were asked', sold(1, 11), { ...asked('removals-held', sold(12, 11)), ...yes }, 'removals-held 11 of 30'],
    [
      'another question was confirmed',
      sold(1, 11),
      { ...asked('ids-moved', sold(1, 11)), ...yes },
      'removals-held 11 of 30',
    ],
    ['two have the references of others', moved(1, 2), {}, undefined],
    ['three have', moved(1, 3), {}, 'ids-moved 3 of 3'],
    ['three have, confirmed', moved(1, 3), { ...asked('ids-moved', moved(1, 3)), ...yes }, undefined],
    ['a full list before', sold(1, 1), { formerList: 'KYERO' }, 'mode-changed 1 of 1'],
  ];
  for (const [name, items, policy, expected] of cases) {
    const known = storedOf(stored);
    const plan = planDelta(feedOf(...items), known, () => undefined);
    const hold = judgeDelta(plan, known, {
      live: 30,
      formHold: undefined,
      isConfirmed: false,
      formerList: undefined,
      format: 'REAXML',
      ...policy,
    });
    t.is(hold && `${hold.code} ${hold.count} of ${hold.of}`, expected, name);
  }
});
