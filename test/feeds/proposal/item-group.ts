import test from 'ava';
import { isListingName } from '../../../shared/feeds/proposal/item-group.ts';

test('the last element of a path may be named like any listing', (t) => {
  for (const path of ['root/property', 'a/b/Offer', 'annuncio', 'homes/home']) t.true(isListingName(path), path);
  for (const path of ['root/apartment', 'property/photo', 'rentals/rental_ad']) t.false(isListingName(path), path);
});
