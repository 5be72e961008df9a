import test from 'ava';
import { normalise } from '../../../shared/matching/normalise.ts';
import { placeRegions } from '../../../shared/matching/places/place-regions.ts';

test('each region is listed once, and each place once in its region', (t) => {
  const regions = placeRegions.map(([region]) => normalise(region));
  t.deepEqual(regions, [...new Set(regions)]);
  for (const [region, places] of placeRegions) {
    const names = places.map(normalise);
    t.deepEqual(names, [...new Set(names)], region);
    t.false(names.includes(normalise(region)), region);
  }
});
