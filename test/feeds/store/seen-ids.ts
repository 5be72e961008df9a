import test from 'ava';
import fc from 'fast-check';
import { SeenIds, keyOf } from '../../../shared/feeds/store/seen-ids.ts';

test('ids that were met are known with the place of the first time, however many', (t) => {
  fc.assert(
    fc.property(fc.array(fc.string(), { maxLength: 3000 }), (ids) => {
      const [seen, first] = [new SeenIds(), new Map<string, number>()];
      for (const [place, id] of ids.entries()) {
        t.is(seen.add(id, place), first.get(id));
        if (!first.has(id)) first.set(id, place);
      }
      t.is(seen.size, first.size);
      for (const id of ids) t.true(seen.has(id));
      t.false(seen.has('never met \u0001'));
      const [id] = ids;
      if (id === undefined) return;
      seen.moveKey(keyOf(id), 5000);
      t.deepEqual([seen.offsetOf(id), seen.size, seen.offsetOf('never met \u0001')], [5000, first.size, undefined]);
    }),
    { numRuns: 30 },
  );
});
