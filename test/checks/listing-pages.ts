import test from 'ava';
import { Types } from 'mongoose';
import { keyOfPage, listingPages } from '../../shared/checks/listing-pages.ts';

const listing = { _id: new Types.ObjectId(), title: 'A villa' };
const propertyId = listing._id.toHexString();

function found(count: number, leftOut = 0) {
  return {
    matches: Array.from({ length: count }, (_, i) => ({ contactId: `c${i}`, score: 90, reasons: [] })),
    leftOut,
  };
}

test('without matches or a readable id nothing is announced', (t) => {
  t.deepEqual(listingPages(listing, undefined), []);
  t.deepEqual(listingPages(listing, found(0)), []);
  t.deepEqual(listingPages({ ...listing, _id: 'x y' as never }, found(3)), []);
});

test('a single page does not mention pages', (t) => {
  t.deepEqual(listingPages(listing, found(500)), [{ propertyId, title: 'A villa', matches: found(500).matches }]);
});

test('several pages name each contact once, and the last says how many are left out', (t) => {
  const pages = listingPages(listing, found(1001, 7));
  t.deepEqual(
    pages.map(({ matches, page, pages: all, matchesLeftOut }) => [matches.length, page, all, matchesLeftOut]),
    [
      [500, 1, 3, undefined],
      [500, 2, 3, undefined],
      [1, 3, 3, 7],
    ],
  );
  t.deepEqual(
    pages.flatMap(({ matches }) => matches),
    [...found(1001).matches],
  );
  t.deepEqual(
    pages.map((page) => keyOfPage('k', page)),
    ['k', 'k:page-2', 'k:page-3'],
  );
});

test('a text too long for a title is cut, and an unusable title is empty', (t) => {
  t.is(listingPages({ ...listing, title: 'x'.repeat(5000) }, found(1))[0]?.title.length, 1000);
  t.is(listingPages({ ...listing, title: 5 as never }, found(1))[0]?.title, '');
});
