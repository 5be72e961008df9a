import test from 'ava';
import type { Change } from '../../../shared/feeds/plan/change.ts';
import { describeChange } from '../../../shared/feeds/plan/describe-change.ts';
import { reportPlan, type Reporting } from '../../../shared/feeds/plan/report-plan.ts';
import type { Identity } from '../../../shared/feeds/plan/identity.ts';
import { FeedReport } from '../../../shared/feeds/feed-report.ts';
import { item, row, rows } from '../../doubles/feed-plan.ts';

type Found = Pick<Identity, 'ambiguous' | 'duplicates' | 'replacing'>;
const none: Found = { ambiguous: [], duplicates: [], replacing: [] };

function reported(
  changes: readonly Change[],
  found: Partial<Found> = {},
  how?: Reporting,
): [Record<string, number>, string] {
  const report = new FeedReport();
  reportPlan(changes, { ...none, ...found }, report, how);
  const { warnings } = report.toRecord() as { warnings: { code: string }[] };
  return [report.counts, [...report.problems, ...warnings].map(({ code }) => code).join()];
}

const known = (what: 'refresh' | 'update' | 'restore' | 'withdraw', more = {}, stored = row()): Change => ({
  do: what,
  item: item({ hash: 'b', ...more }),
  row: stored,
  id: 'k1',
  hasMoved: false,
});
type Left = Extract<Change, { do: 'leave' }>['because'];

const left = (because: Left, stored = row()): Change => ({
  do: 'leave',
  item: item({ modifiedAt: 1 }),
  row: stored,
  because,
});
const renamed = (more = {}, stored = row()): Change => ({
  do: 'rename',
  item: item(more),
  row: stored,
  id: 'n1',
  because: 'reference',
});
const of = (what: 'mark' | 'withdraw-absent' | 'hold' | 'release'): Change => ({
  do: what,
  row: row(),
  because: 'absent',
});
const older = row({ modifiedAt: 9 });

const cases: readonly [name: string, change: Change, counts: Record<string, number>, codes: string, how?: Reporting][] =
  [
    ['new', { do: 'insert', item: item(), id: 'k1' }, { new: 1 }, ''],
    ['the same', known('refresh'), { same: 1 }, ''],
    ['changed', known('update'), { changed: 1 }, ''],
    ['back', known('restore'), { restored: 1 }, ''],
    ['removed by name', known('withdraw', { removes: true }), { removed: 1 }, ''],
    ['withdrawn by a word', known('withdraw', { status: 'WITHDRAWN' }), { changed: 1, withdrawn: 1 }, ''],
    ['another id', renamed(), { migrated: 1 }, ''],
    ['another id, withdrawn by a word', renamed({ status: 'WITHDRAWN' }), { migrated: 1, withdrawn: 1 }, ''],
    ['another id, in the trash', renamed({}, row({ isTrashed: true })), { trashed: 1 }, ''],
    ['marked', of('mark'), { missing: 1 }, ''],
    ['withdrawn after it was absent', of('withdraw-absent'), { withdrawn: 1 }, ''],
    ['held', of('hold'), {}, ''],
    ['released', of('release'), {}, ''],
    ['a second item', left('duplicate'), { duplicates: 1 }, ''],
    ['older', left('older', older), { older: 1 }, 'older'],
    ['in the trash', left('trashed'), { trashed: 1 }, ''],
    ['ambiguous', left('ambiguous'), {}, ''],
    ['postponed to the next run', left('unsure'), { unsure: 1 }, ''],
    ['nothing to remove', left('unknown'), { unknown: 1 }, 'unknown-removal'],
    ['waits for a person', left('held'), {}, ''],
    ['lost its fields', left('hollow'), { hollow: 1 }, 'fields-lost'],
    ['an id that moved', { ...known('update'), hasMoved: true } as Change, { changed: 1 }, 'id-reused'],
    [
      'an id that moved, in a first import',
      { ...known('update'), hasMoved: true } as Change,
      { duplicates: 1 },
      '',
      { isFirstImport: true },
    ],
    ['a date that went back', known('update', { modifiedAt: 5 }, older), { changed: 1 }, 'date-went-back'],
    [
      'a date that went back in a delta',
      known('update', { modifiedAt: 5 }, older),
      { changed: 1 },
      '',
      { saysWentBack: false },
    ],
    ['a second item in a first import', known('update'), { duplicates: 1 }, '', { isFirstImport: true }],
    ['a new one in a first import', { do: 'insert', item: item(), id: 'k1' }, { new: 1 }, '', { isFirstImport: true }],
  ];

test('each change has its count, and what a person should see is named', (t) => {
  for (const [name, change, counts, codes, how] of cases)
    t.deepEqual(reported([change], {}, how), [counts, codes], name);
});

test('what may be one of several listings is refused, or a removal of something unknown', (t) => {
  const may = (removes: boolean) => ({ ambiguous: [{ item: item({ reference: 'R-1', removes }), rows: rows(2) }] });
  t.deepEqual(reported([], may(false)), [{ refused: 1 }, 'ambiguous-reference']);
  t.deepEqual(reported([], may(true)), [{ unknown: 1 }, 'ambiguous-removal']);
  t.deepEqual(reported([], may(true), { countsAmbiguous: false }), [{}, 'ambiguous-removal']);
});

test('duplicates that differ are named', (t) => {
  const duplicate = (differs: boolean) => ({ item: item(), offsets: [0, 1], differs }) as const;
  t.deepEqual(reported([], { duplicates: [duplicate(false)] }), [{}, '']);
  t.deepEqual(reported([], { duplicates: [duplicate(true)], replacing: [duplicate(true)] }), [
    {},
    'duplicate-id,duplicate-id',
  ]);
});

test('a change is described by what is done, with which listing, and why', (t) => {
  const stored = row({ reference: 'R-1' });
  const described: readonly [Change, string][] = [
    [{ do: 'insert', item: item({ id: 'k1', reference: 'R-9' }), id: 'k1' }, 'insert R-9: new'],
    [{ do: 'insert', item: item(), id: 'k1' }, 'insert k1: new'],
    [known('refresh'), 'refresh k1: same values, written differently'],
    [known('update'), 'update k1: changed'],
    [known('restore'), 'restore k1: back in the feed'],
    [known('withdraw'), 'withdraw k1: withdrawn by the feed'],
    [renamed(), 'rename k1: same reference under a new id'],
    [{ ...renamed(), because: 'place' } as Change, 'rename k1: same place and description under a new id'],
    [{ ...renamed(), because: 'stand-in' } as Change, 'rename k1: same listing, which had no id'],
    [{ do: 'mark', row: stored, because: 'absent' }, 'mark R-1: not in the feed'],
    [{ do: 'withdraw-absent', row: stored, because: 'confirmed' }, 'withdraw-absent R-1: confirmed'],
    [{ do: 'hold', row: stored, because: 'by-name' }, 'hold R-1: withdrawn by the feed'],
    [{ do: 'release', row: row(), because: 'there' }, 'release k1: back in the feed'],
    ...(['duplicate', 'older', 'trashed', 'ambiguous', 'unsure', 'unknown', 'held', 'hollow'] as const).map(
      (because): [Change, string] => [left(because), `leave k1: ${reasons[because]}`],
    ),
  ];
  for (const [change, expected] of described) {
    const { scope, do: what, reference, because } = describeChange(change, 'feed:1');
    t.deepEqual([scope, `${what} ${reference}: ${because}`], ['feed:1', expected]);
  }
});

const reasons: Readonly<Record<Left, string>> = {
  duplicate: 'a second item with the same id',
  older: 'older than what is stored',
  trashed: 'in the trash',
  ambiguous: 'may be one of several listings',
  unsure: 'the feed ended too early to tell',
  unknown: 'withdraws an unknown listing',
  held: 'waits for confirmation',
  hollow: 'lost most of its fields',
};
