import test from 'ava';
import { Types } from 'mongoose';
import {
  apartId,
  differsInAll,
  isAtStake,
  isByReference,
  isHollow,
  isNotice,
  isOlder,
  toItem,
  toRow,
} from '../../../shared/feeds/plan/facts.ts';
import type { ListingValues, MappedItem } from '../../../shared/feeds/formats/feed-format.ts';
import type { Candidate } from '../../../shared/feeds/read/candidate.ts';
import type { ListingFacts } from '../../../shared/models/feed-listings.ts';
import { item, row } from '../../doubles/feed-plan.ts';

const house: ListingValues = {
  reference: 'R-1',
  city: ' Altea ',
  type: 'Villa',
  goal: 'SALE',
  price: 100_000,
  areaSqm: 80,
  bedrooms: 3,
  images: [{ url: 'https://i.example/1.jpg', sortOrder: 0 }],
};

function candidate(values: ListingValues, mapped: Partial<MappedItem> = {}): Candidate {
  return {
    id: mapped.id ?? 'k1',
    mapped: { id: 'k1', idSource: 'id', action: 'upsert', values, warnings: [], ...mapped },
    itemHash: 'bytes',
    listingHash: 'content',
    offset: 70,
  };
}

function listing(more: Partial<ListingFacts> = {}): ListingFacts {
  return {
    _id: new Types.ObjectId('a'.repeat(24)),
    feedReferenceId: 'k1',
    feedItemHash: 'bytes',
    feedHash: 'content',
    status: 'ACTIVE',
    lockedFields: [],
    reference: 'R-1',
    city: 'Altea',
    type: 'Villa',
    goal: 'SALE',
    price: 100_000,
    areaSqm: 80,
    bedrooms: 3,
    images: [{ url: 'https://i.example/1.jpg' }],
    ...more,
  };
}

test('facts of an item are what a plan needs', (t) => {
  const modifiedAt = new Date(5);
  t.deepEqual(toItem(candidate(house, { standIn: 'hash-a', modifiedAt }), 3), {
    at: 3,
    offset: 70,
    id: 'k1',
    byReference: false,
    scope: '',
    standIn: 'hash-a',
    reference: 'R-1',
    city: 'altea',
    type: 'villa',
    goal: 'SALE',
    place: toRow(listing({ city: 'altea' })).place,
    told: 0b11_1111,
    removes: false,
    withdraws: false,
    leaves: false,
    isOffMarket: false,
    hash: 'content',
    modifiedAt: 5,
  });
});

test('an item without an id is known by its reference, in the scope of its provider', (t) => {
  const cases: readonly [string, Partial<MappedItem>, boolean, string][] = [
    ['its id', { id: 'k1' }, false, ''],
    ['its id among several providers', { id: 'A/k1' }, false, 'A/'],
    ['its reference', { id: 'R-1', idSource: 'reference' }, true, ''],
    ['its reference among several providers', { id: 'A/R-1', idSource: 'reference' }, true, 'A/'],
    ['a reference that is too long to be the id', { id: 'R-1-cut', idSource: 'reference' }, false, ''],
    ['what it says', { id: 'hash-a', idSource: 'hash' }, false, ''],
  ];
  for (const [name, mapped, byReference, scope] of cases) {
    const said = candidate(house, mapped);
    t.is(isByReference(said), byReference, name);
    t.like(toItem(said, 0), { byReference, scope }, name);
  }
  t.is(apartId({ scope: 'A/', reference: 'R-1' }), 'A/ref:R-1');
});

test('an item withdraws its listing by name or by its status', (t) => {
  const cases: readonly [ListingValues, Partial<MappedItem>, string][] = [
    [{}, {}, 'on offer'],
    [{ status: 'ACTIVE' }, {}, 'on offer'],
    [{ status: 'RESERVED' }, {}, 'off the market'],
    [{ status: 'SOLD' }, {}, 'off the market'],
    [{ status: 'WITHDRAWN' }, {}, 'off the market, withdraws'],
    [{}, { action: 'remove' }, 'on offer, withdraws, removes'],
  ];
  for (const [values, mapped, expected] of cases) {
    const said = toItem(candidate(values, mapped), 0);
    const words = [
      said.isOffMarket ? 'off the market' : 'on offer',
      said.withdraws && 'withdraws',
      said.removes && 'removes',
    ];
    t.is(words.filter(Boolean).join(', '), expected);
  }
});

test('each field that tells of the form of a feed is reported or not', (t) => {
  const fields = ['price', 'city', 'type', 'bedrooms', 'reference', 'images'] as const;
  for (const [bit, field] of fields.entries()) {
    const { [field]: _, ...without } = house;
    t.is(toItem(candidate(without), 0).told, 0b11_1111 & ~(1 << bit), field);
    t.is(toItem(candidate({ ...house, [field]: null }), 0).told, 0b11_1111 & ~(1 << bit), field);
    const { [field]: __, ...stored } = listing();
    t.is(toRow(stored as ListingFacts).told, 0b11_1111 & ~(1 << bit), field);
    t.is(toRow(listing({ lockedFields: [field] })).told, 0b11_1111 & ~(1 << bit), `${field} is the staff's`);
  }
  t.is(toItem(candidate({ priceOnRequest: true }), 0).told, 1);
  t.is(toItem(candidate({ images: [] }), 0).told, 0);
});

test('facts of a listing are what a plan needs', (t) => {
  t.deepEqual(toRow(listing()), {
    key: 'a'.repeat(24),
    id: 'k1',
    reference: 'R-1',
    hasFeedsReference: true,
    nameable: { reference: 'r-1', city: 'altea', type: 'villa' },
    goal: 'SALE',
    place: toItem(candidate({ ...house, city: 'Altea' }), 0).place,
    told: 0b11_1111,
    status: 'ACTIVE',
    isStatusLocked: false,
    isTrashed: false,
    wasPresent: true,
    hash: 'content',
    modifiedAt: undefined,
    missingSince: undefined,
    heldSince: undefined,
    wasWithdrawn: false,
  });
  const dates = {
    feedModifiedAt: new Date(1),
    missingSince: new Date(2),
    heldSince: new Date(3),
    deletedAt: new Date(4),
  };
  const { feedItemHash: _, ...absent } = listing({ ...dates, statusBeforeRemoval: 'ACTIVE' });
  t.like(toRow(absent), {
    modifiedAt: 1,
    missingSince: 2,
    heldSince: 3,
    isTrashed: true,
    wasPresent: false,
    wasWithdrawn: true,
  });
});

test('what staff have locked tells nothing of the feed', (t) => {
  t.like(toRow(listing({ lockedFields: ['reference'], feedValues: { reference: 'R-7' } })), {
    reference: 'R-7',
    hasFeedsReference: false,
    nameable: { city: 'altea', type: 'villa', reference: undefined },
  });
  t.like(toRow(listing({ lockedFields: ['reference'] })), { reference: 'R-1', hasFeedsReference: false });
  t.deepEqual(toRow(listing({ lockedFields: ['city', 'type'] })).nameable, { reference: 'r-1' });
  t.is(toRow(listing({ lockedFields: ['goal'] })).goal, undefined);
  t.true(toRow(listing({ lockedFields: ['status'] })).isStatusLocked);
});

test('a place is city or address, area, price and first image, when three of them are known', (t) => {
  const placeOf = (values: ListingValues) => toItem(candidate(values), 0).place;
  const { city, areaSqm, price, images } = house as Required<ListingValues>;
  t.truthy(placeOf({ city, areaSqm, price }));
  t.truthy(placeOf({ areaSqm, price, images }));
  t.truthy(placeOf({ address: 'Calle 1', price, images }));
  t.is(placeOf({ city, price }), undefined);
  t.is(placeOf({ city, price, bedrooms: 3, type: 'Villa' }), undefined);
  t.is(placeOf({ city, areaSqm, price }), placeOf({ city: 'ALTEA', areaSqm, price }));
  t.not(placeOf({ city, areaSqm, price }), placeOf({ city, areaSqm, price: 1 }));
  t.not(placeOf({ ...house, address: 'Calle 1' }), placeOf(house));
  t.is(placeOf({ ...house, address: 'Calle 1', addressHidden: true }), placeOf(house), 'the street is not stored');
});

test('a listing is at stake when it is on offer and its status is not the staff’s', (t) => {
  t.true(isAtStake(row()));
  t.true(isAtStake(row({ status: 'RESERVED' })));
  for (const status of ['SOLD', 'RENTED', 'WITHDRAWN'] as const) t.false(isAtStake(row({ status })));
  t.false(isAtStake(row({ isStatusLocked: true })));
  t.false(isAtStake(row({ isTrashed: true })));
});

test('most of what a listing had is more than half of it, and of two fields at least', (t) => {
  const cases: readonly [told: number, had: number, isHollowNow: boolean][] = [
    [0b111111, 0b111111, false],
    [0b000111, 0b111111, false],
    [0b000011, 0b111111, true],
    [0b000001, 0b000011, false],
    [0b000000, 0b000011, true],
    [0b000000, 0b000001, false],
    [0b000000, 0b000000, false],
  ];
  for (const [told, had, expected] of cases) t.is(isHollow(item({ told }), row({ told: had })), expected);
  t.true(isNotice(item({ told: 0, status: 'SOLD' }), row()));
  t.false(isNotice(item({ told: 0 }), row()));
  t.false(isNotice(item({ status: 'SOLD' }), row()));
});

test('an item is older by its date, unless its listing had left the feed', (t) => {
  t.true(isOlder(item({ modifiedAt: 4 }), row({ modifiedAt: 5 })));
  t.false(isOlder(item({ modifiedAt: 5 }), row({ modifiedAt: 5 })));
  t.false(isOlder(item(), row({ modifiedAt: 5 })));
  t.false(isOlder(item({ modifiedAt: 4 }), row()));
  t.false(isOlder(item({ modifiedAt: 4 }), row({ modifiedAt: 5, missingSince: 1 })));
});

test('fields differ when both sides are known and are not the same', (t) => {
  const stored = row({ reference: 'R-1', city: 'altea' });
  t.true(differsInAll(['reference', 'city'], item({ id: 'k1', reference: 'R-2', city: 'ronda' }), stored));
  t.false(differsInAll(['reference', 'city'], item({ id: 'k1', reference: 'r-1 ', city: 'ronda' }), stored));
  t.false(differsInAll(['city', 'type'], item({ city: 'ronda', type: 'villa' }), stored), 'the type was not known');
  t.false(differsInAll(['city'], item(), stored));
});
