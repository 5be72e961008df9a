import test from 'ava';
import fc from 'fast-check';
import { withoutDuplicates, type Distinct } from '../../../shared/feeds/plan/duplicates.ts';
import type { Item, Row } from '../../../shared/feeds/plan/facts.ts';
import { feedOf, item, row } from '../../doubles/feed-plan.ts';

interface Known {
  readonly stored?: Row;
  readonly isUnchanged?: boolean;
  readonly isFirstImport?: boolean;
}

function chosen(items: readonly Item[], { stored, isUnchanged = false, isFirstImport = false }: Known): Distinct {
  return withoutDuplicates(items, {
    idOf: ({ id }) => id,
    byId: (id) => (id === stored?.id ? stored : undefined),
    unchangedAt: (id) => (isUnchanged && id === stored?.id ? 10_000 : undefined),
    isFirstImport,
  });
}

const stored = row({ hash: 'm' });
const dated = row({ hash: 'm', modifiedAt: 5 });
const gone = row({ hash: undefined, status: 'WITHDRAWN', wasWithdrawn: true });
const [a, b, same] = [item({ hash: 'a' }), item({ hash: 'b' }), item({ hash: 'm' })];
const at = (modifiedAt: number, one: Item): Item => ({ ...one, modifiedAt });
const removal = item({ removes: true, hash: 'm' });

/** Content that counts (`stored`: none); number of others; how many differ. */
type Case = readonly [
  name: string,
  items: readonly Item[],
  known: Known,
  counts: string,
  others: number,
  differ: number,
];

const cases: readonly Case[] = [
  ['one', [a], {}, 'a', 0, 0],
  ['identical ones', [a, a, a], {}, 'a', 2, 0],
  ['different ones without a date: by their content', [b, a], {}, 'a', 1, 1],
  ['the later one', [at(1, a), at(2, b)], {}, 'b', 1, 1],
  ['the latest of three', [at(2, b), at(3, a), at(1, same)], {}, 'a', 2, 2],
  ['a date alongside none tells nothing', [a, at(9, b)], {}, 'a', 1, 1],
  ['an equal date tells nothing', [at(1, b), at(1, a)], {}, 'a', 1, 1],
  ['what is stored', [a, same], { stored }, 'm', 1, 1],
  ['what is stored and unchanged', [a], { stored, isUnchanged: true }, 'stored', 1, 1],
  ['what is stored and unchanged, in other bytes', [same], { stored, isUnchanged: true }, 'stored', 1, 0],
  ['what is later than what is stored', [at(6, a)], { stored: dated, isUnchanged: true }, 'a', 0, 0],
  ['what is earlier than what is stored', [at(4, a)], { stored: dated, isUnchanged: true }, 'stored', 1, 1],
  ['what is undated alongside what is stored', [a], { stored: dated, isUnchanged: true }, 'stored', 1, 1],
  ['a changed one, and what is stored has gone', [a, b], { stored }, 'a', 1, 1],
  ['a removal alongside what is on offer', [removal, a], {}, 'a', 1, 1],
  ['a removal of what another item offers as it is', [removal, same], {}, 'm', 1, 1],
  ['a removal that says what is stored', [removal, a], { stored }, 'a', 1, 1],
  ['a removal alongside what is unchanged', [removal], { stored, isUnchanged: true }, 'stored', 1, 1],
  ['a later removal', [at(1, a), at(2, removal)], {}, 'removed', 1, 1],
  [
    'a later removal alongside what is unchanged',
    [at(6, removal)],
    { stored: dated, isUnchanged: true },
    'removed',
    0,
    0,
  ],
  ['a removal that came before', [a, removal], { stored: gone }, 'removed', 1, 1],
  ['a removal that came before and is unchanged', [a], { stored: gone, isUnchanged: true }, 'stored', 1, 1],
  ['two removals say the same', [removal, item({ removes: true, hash: 'a' })], {}, 'removed', 1, 0],
  [
    'first import: by content, whatever was inserted',
    [a],
    { stored, isUnchanged: true, isFirstImport: true },
    'a',
    0,
    0,
  ],
  [
    'first import: what was inserted goes before',
    [item({ hash: 'z' })],
    { stored, isUnchanged: true, isFirstImport: true },
    'stored',
    1,
    1,
  ],
  [
    'first import: the later one',
    [at(6, item({ hash: 'z' }))],
    { stored: dated, isUnchanged: true, isFirstImport: true },
    'z',
    0,
    0,
  ],
  [
    'first import: not the earlier one',
    [at(4, a)],
    { stored: dated, isUnchanged: true, isFirstImport: true },
    'stored',
    1,
    1,
  ],
  ['first import: a removal', [removal], { stored, isUnchanged: true, isFirstImport: true }, 'stored', 1, 1],
];

test('of several items with one id one counts', (t) => {
  for (const [name, items, known, counts, others, differ] of cases) {
    const { items: left, duplicates } = chosen(feedOf(...items), known);
    const said = left.map(({ hash, removes }) => (removes ? 'removed' : hash));
    const differing = duplicates.filter(({ differs }) => differs).length;
    t.deepEqual([said.join() || 'stored', duplicates.length, differing], [counts, others, differ], name);
  }
});

test('where the items stand is reported, the one that counts first', (t) => {
  const [early, late] = feedOf(b, a) as [Item, Item];
  t.deepEqual(chosen([early, late], {}).duplicates, [{ item: early, offsets: [100, 0], differs: true }]);
  t.deepEqual(chosen([early], { stored, isUnchanged: true }).duplicates, [
    { item: early, offsets: [10_000, 0], differs: true },
  ]);
  const newer = { ...early, modifiedAt: 6 };
  t.deepEqual(chosen([newer], { stored: dated, isUnchanged: true }).replacing, [
    { item: newer, offsets: [0, 10_000], differs: true },
  ]);
});

test('items with other ids are not duplicates, and stay in the order of the feed', (t) => {
  const items = feedOf(
    item({ id: 'k2' }),
    item({ id: 'k1', hash: 'b' }),
    item({ id: 'k3' }),
    item({ id: 'k1', hash: 'a' }),
  );
  t.deepEqual(
    chosen(items, {}).items.map(({ id, hash }) => `${id} ${hash}`),
    ['k2 as stored', 'k3 as stored', 'k1 a'],
  );
});

test('the order of the feed decides nothing', (t) => {
  const one = fc.record({
    hash: fc.constantFrom('a', 'b', 'm'),
    modifiedAt: fc.constantFrom(undefined, 1, 5, 6),
    removes: fc.boolean(),
  });
  const known = fc.record({
    stored: fc.constantFrom(stored, dated, gone),
    isUnchanged: fc.boolean(),
    isFirstImport: fc.boolean(),
  });
  const said = ({ items }: Distinct): string =>
    items.map(({ hash, modifiedAt, removes }) => [removes || hash, modifiedAt].join()).join();
  fc.assert(
    fc.property(fc.array(one, { minLength: 1, maxLength: 5 }), known, (some, others) => {
      const items = feedOf(...some.map((each) => item(each)));
      t.is(said(chosen(items, others)), said(chosen(feedOf(...items.toReversed()), others)));
    }),
    { numRuns: 300, seed: 16 },
  );
});
