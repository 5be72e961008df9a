import test from 'ava';
import { hidesAddress, storedPoint, withoutAddress } from '../../../shared/feeds/plan/hidden-address.ts';
import type { ListingValues } from '../../../shared/feeds/formats/feed-format.ts';
import type { StoredListing } from '../../../shared/models/feed-listings.ts';

const stored = (more: Partial<StoredListing> = {}): StoredListing => ({ lockedFields: [], ...more }) as StoredListing;

test('a listing hides its address when its item says so, or said so and a delta does not speak of it', (t) => {
  const cases: readonly [string, ListingValues, Partial<StoredListing>, 'snapshot' | 'delta', boolean][] = [
    ['said', { addressHidden: true }, {}, 'snapshot', true],
    ['said of no', { addressHidden: false }, { addressHidden: true }, 'snapshot', false],
    ['not said', {}, { addressHidden: true }, 'snapshot', false],
    ['not said in a delta', {}, { addressHidden: true }, 'delta', true],
    ['not said in a delta, nor before', {}, {}, 'delta', false],
    ['taken back in a delta', { addressHidden: null }, { addressHidden: true }, 'delta', false],
    [
      'locked by staff',
      { addressHidden: false },
      { addressHidden: true, lockedFields: ['addressHidden'] },
      'snapshot',
      true,
    ],
    [
      'locked open by staff',
      { addressHidden: true },
      { addressHidden: false, lockedFields: ['addressHidden'] },
      'snapshot',
      false,
    ],
  ];
  for (const [name, values, before, mode, hides] of cases)
    t.is(hidesAddress(values, stored(before), mode), hides, name);
});

test('the street goes and the point is blurred, each half of it', (t) => {
  const cases: readonly [string, ListingValues, ListingValues, ListingValues][] = [
    [
      'all of it',
      { address: 'Calle 1', latitude: 36.73456, longitude: -4.42789 },
      {},
      { latitude: 36.73, longitude: -4.43 },
    ],
    ['no point', { address: 'Calle 1' }, {}, {}],
    [
      'a point that is taken back',
      { latitude: null, longitude: null },
      { latitude: 36.73456 },
      { latitude: null, longitude: null },
    ],
    ['the stored point', {}, { latitude: 36.73456, longitude: -4.42789 }, { latitude: 36.73, longitude: -4.43 }],
    [
      'half of the stored point',
      { latitude: 1.23456 },
      { latitude: 36.73456, longitude: -4.42789 },
      { latitude: 1.23, longitude: -4.43 },
    ],
  ];
  for (const [name, values, before, point] of cases)
    t.deepEqual(withoutAddress({ city: 'Altea', ...values }, before), { city: 'Altea', address: null, ...point }, name);
});

test('the stored point is the feed’s, also where staff have locked another', (t) => {
  t.deepEqual(storedPoint(stored({ latitude: 1, longitude: 2 })), { latitude: 1, longitude: 2 });
  const locked = { latitude: 1, longitude: 2, lockedFields: ['latitude'], feedValues: { latitude: 3 } };
  t.deepEqual(storedPoint(stored(locked)), { latitude: 3, longitude: 2 });
});
