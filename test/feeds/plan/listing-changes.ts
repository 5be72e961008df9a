import test from 'ava';
import fc from 'fast-check';
import { holdReason, judgeAbsent } from '../../../shared/feeds/removal-guard.ts';
import { SeenIds, keyOf } from '../../../shared/feeds/store/seen-ids.ts';
import { listingSlug } from '../../../shared/feeds/store/slug.ts';
import { listingHash } from '../../../shared/feeds/read/listing-hash.ts';

test('more than 20 % and more than 10 missing are held; either alone is not', (t) => {
  const absence = { items: 5, idsReplaced: false };
  t.is(holdReason({ ...absence, live: 100, missing: 20 }), undefined);
  t.truthy(holdReason({ ...absence, live: 100, missing: 21 }));
  t.is(holdReason({ ...absence, live: 20, missing: 10 }), undefined);
  t.truthy(holdReason({ ...absence, live: 20, missing: 11 }));
  t.truthy(holdReason({ live: 2, missing: 2, items: 0, idsReplaced: false }));
  t.is(holdReason({ live: 1, missing: 1, items: 0, idsReplaced: false }), undefined);
  t.truthy(holdReason({ live: 8, missing: 8, items: 8, idsReplaced: true }));
});

test('a mark that a killed run has left does not count as a complete run', (t) => {
  const [before, after] = [new Date('2026-11-01T00:00:00Z'), new Date('2026-11-02T00:00:00Z')];
  t.is(judgeAbsent({ status: 'ACTIVE' }, before, false), 'mark');
  t.is(judgeAbsent({ status: 'ACTIVE', missingSince: after }, before, false), 'leave');
  t.is(judgeAbsent({ status: 'ACTIVE', missingSince: before }, after, false), 'withdraw');
  t.is(judgeAbsent({ status: 'ACTIVE' }, before, true), 'withdraw');
  t.is(judgeAbsent({ status: 'SOLD', missingSince: before }, after, true), 'leave');
  t.is(judgeAbsent({ status: 'ACTIVE', missingSince: before, lockedFields: ['status'] }, after, false), 'leave');
});

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

test('slugs are Latin, stable, and differ between feeds and ids', (t) => {
  t.regex(listingSlug('Διαμέρισμα στη Λευκωσία', 'f', '1'), /^[a-z0-9-]+-[a-z0-9]{6}$/);
  t.regex(listingSlug('Вилла у моря', 'f', '1'), /^villa-u-mor/);
  t.is(listingSlug('Villa', 'f', '1'), listingSlug('Villa', 'f', '1'));
  t.is(
    new Set([
      listingSlug('Villa', 'f', '1'),
      listingSlug('Villa', 'f', '2'),
      listingSlug('Villa', 'g', '1'),
      listingSlug('Villa', 'f', '1', 1),
    ]).size,
    4,
  );
  t.regex(listingSlug('???', 'f', '1'), /^[a-z0-9]{6}$/);
});

test('query keys of images that the settings name, space and the order of features make no change; the order of images does', (t) => {
  const image = (version: number, name = 'a') => ({
    url: `https://i.example/${name}.jpg?w=5&v=${version}`,
    sortOrder: 0,
  });
  const values = (version: number) => ({ title: 'A house', features: ['Pool', 'View'], images: [image(version)] });
  t.is(listingHash(values(1), 'snapshot', ['v']), listingHash(values(2), 'snapshot', ['v']));
  t.not(listingHash(values(1), 'snapshot'), listingHash(values(2), 'snapshot'));
  t.is(
    listingHash(values(1), 'snapshot'),
    listingHash({ ...values(1), title: ' A \n house', features: ['View', 'Pool'], city: null }, 'snapshot'),
  );
  t.not(listingHash(values(1), 'delta'), listingHash({ ...values(1), city: null }, 'delta'));
  const two = [
    { ...image(1), sortOrder: 0 },
    { ...image(1, 'b'), sortOrder: 1 },
  ];
  t.not(
    listingHash({ images: two }, 'snapshot'),
    listingHash(
      {
        images: [
          { ...two[1]!, sortOrder: 0 },
          { ...two[0]!, sortOrder: 1 },
        ],
      },
      'snapshot',
    ),
  );
});
