import test from 'ava';
import fc from 'fast-check';
import { askedAbout, wasAskedAbout } from '../../../shared/feeds/plan/asked-about.ts';

test('ids that were asked about are recognised, and no others', (t) => {
  const cases: readonly [asked: readonly string[], known: readonly string[], others: readonly string[]][] = [
    [[], [], ['', 'k1']],
    [['k1'], ['k1'], ['k2', 'K1', '']],
    [['k1', 'k2', 'k1'], ['k1', 'k2'], ['k3']],
    [[''], [''], ['k1']],
    [['Ä/1', 'a/1'], ['Ä/1', 'a/1'], ['A/1']],
  ];
  for (const [asked, known, others] of cases) {
    const wasAsked = wasAskedAbout(askedAbout(asked));
    for (const id of known) t.true(wasAsked(id), id);
    for (const id of others) t.false(wasAsked(id), id);
  }
  t.false(wasAskedAbout(undefined)('k1'));
});

test('they are kept alike whatever their order, four bytes each', (t) => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.string()), (ids) => {
      const kept = askedAbout(ids);
      t.is(kept, askedAbout(ids.toReversed()));
      t.is(Buffer.from(kept, 'base64').length, 4 * ids.length);
      t.true(ids.every(wasAskedAbout(kept)));
    }),
    { seed: 16 },
  );
});
