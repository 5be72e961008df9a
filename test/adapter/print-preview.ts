import test from 'ava';
import { isWhole } from '../../adapter/print-preview.ts';

test('a feed is whole when it was read to its end and has items', (t) => {
  for (const [complete, items, whole] of [
    [true, 3, true],
    [true, 0, false],
    [false, 3, false],
  ] as const)
    t.is(isWhole({ end: { complete, items } } as never), whole);
});
