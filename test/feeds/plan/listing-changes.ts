import test from 'ava';
import { Types } from 'mongoose';
import type { ImagePlace, KeptSource, ListingValues, MappedItem } from '../../../shared/feeds/formats/feed-format.ts';
import {
  changesOf,
  changesOfUnlocked,
  newListing,
  withoutGaps,
  type Compared,
} from '../../../shared/feeds/plan/listing-changes.ts';
import type { Candidate } from '../../../shared/feeds/read/candidate.ts';
import { packSource } from '../../../shared/feeds/read/kept-source.ts';
import type { StoredListing } from '../../../shared/models/feed-listings.ts';

function said(values: ListingValues, mapped: Partial<MappedItem> = {}): Candidate {
  return {
    id: 'k1',
    mapped: { id: 'k1', idSource: 'id', action: 'upsert', values, warnings: [], ...mapped },
    itemHash: 'bytes',
    listingHash: 'content',
    offset: 0,
  };
}

function stored(fields: Readonly<Record<string, unknown>> = {}): StoredListing {
  const { lockedFields = [], ...own } = fields;
  const listing = {
    _id: new Types.ObjectId(),
    status: 'ACTIVE',
    publicationStatus: 'PUBLISHED',
    feedHash: 'before',
    lockedFields,
  };
  return { ...listing, feedFields: Object.keys(own), ...own } as unknown as StoredListing;
}

interface Given extends Partial<Omit<Compared, 'candidate' | 'stored'>> {
  readonly values?: ListingValues;
  readonly mapped?: Partial<MappedItem>;
}

/** Without what all have. */
function changed(listing: StoredListing, { values = {}, mapped = {}, ...more }: Given = {}): Record<string, unknown> {
  const compared = { meaning: 'changed', mode: 'snapshot', isReused: false, isOlder: false, ...more } as const;
  const { set, unset } = changesOf({ candidate: said(values, mapped), stored: listing, ...compared });
  const { feedItemHash, feedHash, feedFields, ...rest } = set;
  if (compared.meaning === 'changed' || compared.meaning === 'restored')
    if (feedHash !== 'content' || !Array.isArray(feedFields)) throw new Error('Expected the content to be noted');
  if (feedItemHash !== 'bytes') throw new Error('Expected the bytes to be noted');
  return { ...rest, ...(unset.length > 0 ? { unset: unset.toSorted() } : {}) };
}

type Case = readonly [name: string, listing: StoredListing, given: Given, expected: Record<string, unknown>];

function check(title: string, cases: readonly Case[]): void {
  test(title, (t) => {
    for (const [name, listing, given, expected] of cases) t.deepEqual(changed(listing, given), expected, name);
  });
}

check('a field becomes what the item says; what a full list does not have any more is cleared if the feed had set it', [
  ['a value', stored({ price: 1 }), { values: { price: 2 } }, { price: 2 }],
  ['a new field', stored(), { values: { bedrooms: 3 } }, { bedrooms: 3 }],
  ['a field that is gone', stored({ bedrooms: 3 }), {}, { unset: ['bedrooms'] }],
  ['a field that the item denies', stored({ bedrooms: 3 }), { values: { bedrooms: null } }, { unset: ['bedrooms'] }],
  ['a field that only staff have filled', stored({ bedrooms: 3, feedFields: [] }), {}, {}],
  [
    'a field that only staff have filled, and the item denies',
    stored({ bedrooms: 3, feedFields: [] }),
    { values: { bedrooms: null } },
    { unset: ['bedrooms'] },
  ],
  ['a field that is gone from a delta', stored({ bedrooms: 3 }), { mode: 'delta' }, {}],
  [
    'a field that a delta denies',
    stored({ bedrooms: 3 }),
    { mode: 'delta', values: { bedrooms: null } },
    { unset: ['bedrooms'] },
  ],
  [
    'a price that is not told stays as none',
    stored({ price: 1 }),
    { values: { price: null, priceOnRequest: true } },
    { price: null, priceOnRequest: true },
  ],
  ['lists become empty', stored({ features: ['Pool'], images: [{ url: 'x' }] }), {}, { features: [], images: [] }],
  ['a title is never gone', stored({ title: 'Villa' }), {}, {}],
  [
    'a title that the item denies is made',
    stored({ title: 'Villa', type: 'Villa', city: 'Altea', feedFields: ['title'] }),
    { values: { title: null } },
    { title: 'Villa, Altea' },
  ],
  [
    'a title that staff have locked',
    stored({ title: 'Ours', lockedFields: ['title'], feedFields: ['title'] }),
    { values: { title: null } },
    { feedValues: { title: null } },
  ],
]);

check('locked fields stay the staff’s, and what the feed says is kept alongside', [
  ['a value', stored({ price: 1, lockedFields: ['price'] }), { values: { price: 2 } }, { feedValues: { price: 2 } }],
  ['a value that is gone', stored({ price: 1, lockedFields: ['price'] }), {}, { feedValues: { price: null } }],
  [
    'alongside another one',
    stored({ price: 1, city: 'Altea', lockedFields: ['price'] }),
    { values: { price: 2, city: 'Ronda' } },
    { city: 'Ronda', feedValues: { price: 2 } },
  ],
  [
    'a delta that does not speak of it',
    stored({ price: 1, lockedFields: ['price'], feedFields: ['price'], feedValues: { price: 5 } }),
    { mode: 'delta', values: { city: 'Ronda' } },
    { city: 'Ronda', feedValues: { price: 5 } },
  ],
  [
    'a lock that is gone',
    stored({ price: 1, feedFields: ['price'], feedValues: { price: 5 } }),
    { values: { price: 2 } },
    { price: 2, unset: ['feedValues'] },
  ],
  [
    'an unlocked one alongside a locked one',
    stored({ feedFields: ['price'], feedValues: { price: 5, city: 'Altea' }, lockedFields: ['city'] }),
    { values: { price: 2, city: 'Ronda' } },
    { price: 2, feedValues: { city: 'Ronda' } },
  ],
]);

const unread = { warnings: [{ code: 'unknown-status', message: '' }] };
check('a status is the feed’s until staff change it', [
  ['given', stored(), { values: { status: 'SOLD' } }, { status: 'SOLD', feedStatus: 'SOLD' }],
  [
    'another one',
    stored({ status: 'RESERVED', feedStatus: 'RESERVED', feedFields: ['status'] }),
    { values: { status: 'SOLD' } },
    { status: 'SOLD', feedStatus: 'SOLD' },
  ],
  [
    'not given any more',
    stored({ status: 'SOLD', feedStatus: 'SOLD', feedFields: ['status'] }),
    {},
    { status: 'ACTIVE', feedStatus: 'ACTIVE' },
  ],
  [
    'not given any more, of a listing that was stored before that was noted',
    stored({ status: 'SOLD', feedFields: ['status'] }),
    {},
    { status: 'ACTIVE', feedStatus: 'ACTIVE' },
  ],
  [
    'not given any more, and staff have set another',
    stored({ status: 'RENTED', feedStatus: 'SOLD', feedFields: ['status'] }),
    {},
    {},
  ],
  [
    'given, and staff have set another',
    stored({ status: 'RENTED', feedStatus: 'SOLD', feedFields: ['status'] }),
    { values: { status: 'RESERVED' } },
    { status: 'RESERVED', feedStatus: 'RESERVED' },
  ],
  ['never given, and staff have set one', stored({ status: 'SOLD', feedFields: [] }), {}, {}],
  [
    'a word that no one knows',
    stored({ status: 'SOLD', feedStatus: 'SOLD', feedFields: ['status'] }),
    { mapped: unread },
    {},
  ],
  [
    'locked',
    stored({ status: 'SOLD', lockedFields: ['status'], feedFields: [] }),
    { values: { status: 'ACTIVE' } },
    { feedValues: { status: 'ACTIVE' } },
  ],
]);

const date = new Date('2026-11-01');
const away = { missingSince: date, heldSince: date, feedFields: [] };
const unmarked = { unset: ['heldSince', 'missingSince'] };
const removed = stored({ status: 'WITHDRAWN', statusBeforeRemoval: 'RESERVED', feedFields: [], feedHash: undefined });
check('what else an item changes goes by what it means', [
  ['the same', stored(), { meaning: 'same' }, {}],
  ['the same, and it was away', stored(away), { meaning: 'same' }, unmarked],
  ['changed, and it was away', stored(away), { values: { price: 2 } }, { price: 2, ...unmarked }],
  ['the same with another date', stored(), { meaning: 'same', mapped: { modifiedAt: date } }, { feedModifiedAt: date }],
  ['an older date that counts', stored(), { isOlder: true, mapped: { modifiedAt: date } }, { feedModifiedAt: date }],
  ['an older date in a delta', stored(), { isOlder: true, mode: 'delta', mapped: { modifiedAt: date } }, {}],
  [
    'removed',
    stored({ status: 'RESERVED', feedFields: [] }),
    { meaning: 'removed' },
    { status: 'WITHDRAWN', statusBeforeRemoval: 'RESERVED', unset: ['feedHash'] },
  ],
  [
    'removed, of a locked status',
    stored({ feedFields: [], lockedFields: ['status'] }),
    { meaning: 'removed' },
    { statusBeforeRemoval: 'ACTIVE', unset: ['feedHash'] },
  ],
  [
    'removed: its values say nothing',
    stored({ feedFields: ['price'] }),
    { meaning: 'removed', values: { price: 2 } },
    { status: 'WITHDRAWN', statusBeforeRemoval: 'ACTIVE', unset: ['feedHash'] },
  ],
  [
    'restored',
    removed,
    { meaning: 'restored', values: { price: 2 } },
    { price: 2, status: 'RESERVED', unset: ['statusBeforeRemoval'] },
  ],
  [
    'restored with a status',
    removed,
    { meaning: 'restored', values: { status: 'SOLD' } },
    { status: 'SOLD', feedStatus: 'SOLD', unset: ['statusBeforeRemoval'] },
  ],
  [
    'restored after staff put it back',
    { ...removed, status: 'ACTIVE' },
    { meaning: 'restored' },
    { unset: ['statusBeforeRemoval'] },
  ],
  [
    'restored, of a locked status',
    { ...removed, lockedFields: ['status'] },
    { meaning: 'restored' },
    { unset: ['statusBeforeRemoval'] },
  ],
]);

check('an id that another listing has got waits to be published', [
  ['published', stored(), { isReused: true }, { publicationStatus: 'PENDING' }],
  ['not published', stored({ publicationStatus: 'DRAFT', feedFields: [] }), { isReused: true }, {}],
  [
    'back',
    removed,
    { meaning: 'restored', isReused: true },
    { publicationStatus: 'PENDING', status: 'RESERVED', unset: ['statusBeforeRemoval'] },
  ],
  ['the same in other bytes', stored(), { meaning: 'same', isReused: true }, {}],
]);

const places: readonly ImagePlace[] = [{ key: 'b', url: 'https://i.example/2.jpg' }];
const first: ImagePlace = { key: 'a', url: 'https://i.example/1.jpg' };
const images = [{ url: 'https://i.example/1.jpg', sortOrder: 0 }];
check('a delta that numbers its images changes some places only', [
  ['the first one', stored(), { mode: 'delta', mapped: { imagePlaces: [first] } }, { feedImages: [first], images }],
  [
    'one more',
    stored({ feedImages: [first], feedFields: [] }),
    { mode: 'delta', mapped: { imagePlaces: places } },
    { feedImages: [first, ...places], images: [...images, { url: 'https://i.example/2.jpg', sortOrder: 1 }] },
  ],
  [
    'none is left',
    stored({ feedImages: [first], feedFields: ['images'] }),
    { mode: 'delta', mapped: { imagePlaces: [{ key: 'a', url: null }] } },
    { feedImages: [], images: [] },
  ],
  [
    'a delta that does not speak of them',
    stored({ feedImages: [first], feedFields: ['images'] }),
    { mode: 'delta' },
    {},
  ],
  [
    'a full list of images ends the places',
    stored({ feedImages: [first], feedFields: ['images'] }),
    { values: { images } },
    { images, unset: ['feedImages'] },
  ],
]);

const element = (name: string): KeptSource['whole'] =>
  ({ name, attributes: {}, children: [], text: '' }) as unknown as KeptSource['whole'];
const source: KeptSource = { whole: element('whole'), withoutAddress: element('bare') };
const [whole, bare] = [packSource(source.whole), packSource(source.withoutAddress)];
check('what a delta may complete is kept, without the street of a hidden address', [
  ['kept', stored(), { mapped: { source } }, { feedSource: whole }],
  ['kept already', stored({ feedSource: whole, feedFields: [] }), { mapped: { source } }, {}],
  [
    'of a hidden address',
    stored(),
    { values: { addressHidden: true }, mapped: { source } },
    { addressHidden: true, feedSource: bare, unset: ['address'] },
  ],
  [
    'the same keeps it, too',
    stored({ feedFields: [] }),
    { meaning: 'same', mapped: { source } },
    { feedSource: whole },
  ],
  [
    'a full list that keeps nothing ends it',
    stored({ feedSource: whole, feedFields: [] }),
    {},
    { unset: ['feedSource'] },
  ],
  ['a delta that keeps nothing does not', stored({ feedSource: whole, feedFields: [] }), { mode: 'delta' }, {}],
  [
    'a removal says nothing of it',
    stored({ feedSource: whole, feedFields: [] }),
    { meaning: 'removed' },
    { status: 'WITHDRAWN', statusBeforeRemoval: 'ACTIVE', unset: ['feedHash'] },
  ],
]);

test('an item that says the same notes what it has for fields that were locked since', (t) => {
  const note = (listing: StoredListing, values: ListingValues, mode: 'snapshot' | 'delta' = 'snapshot') =>
    changesOf({
      candidate: said(values),
      stored: { ...listing, feedHash: 'content' },
      meaning: 'same',
      mode,
      isReused: false,
      isOlder: false,
    }).set;
  const locked = stored({ price: 1, lockedFields: ['price'], feedFields: ['price', 'city'] });
  t.deepEqual(note(locked, { price: 2 }), { feedItemHash: 'bytes', feedValues: { price: 2 } });
  t.deepEqual(note({ ...locked, feedValues: { price: 9 } }, { price: 2 }), { feedItemHash: 'bytes' }, 'it is noted');
  t.deepEqual(
    note(locked, {}),
    { feedItemHash: 'bytes', feedFields: ['city'] },
    'the feed does not speak of it any more',
  );
  t.deepEqual(note(stored({ feedFields: ['price'] }), { price: 2 }), { feedItemHash: 'bytes' }, 'nothing is locked');
  const imagesLocked = stored({ lockedFields: ['images'], feedFields: ['images'] });
  t.deepEqual(note(imagesLocked, { images }, 'delta'), { feedItemHash: 'bytes' }, 'a delta says some places only');
  const before = { ...locked, feedHash: 'before' };
  t.deepEqual(
    changesOf({
      candidate: said({ price: 2 }),
      stored: before,
      meaning: 'same',
      mode: 'snapshot',
      isReused: false,
      isOlder: false,
    }).set,
    { feedItemHash: 'bytes' },
    'a removal once more',
  );
});

test('fields that were given back take what the feed said in the meantime', (t) => {
  t.is(changesOfUnlocked(stored()), undefined);
  t.is(changesOfUnlocked(stored({ feedValues: { price: 2 }, lockedFields: ['price'] })), undefined);
  t.deepEqual(
    changesOfUnlocked(stored({ feedValues: { price: 2, bedrooms: null, city: 'Ronda' }, lockedFields: ['city'] })),
    {
      set: { price: 2, feedValues: { city: 'Ronda' } },
      unset: ['bedrooms'],
    },
  );
  t.deepEqual(changesOfUnlocked(stored({ feedValues: { status: 'SOLD' } })), {
    set: { status: 'SOLD', feedStatus: 'SOLD' },
    unset: ['feedValues'],
  });
});

test('a new listing has what its item says, and a title', (t) => {
  const fresh = newListing(
    said(
      { price: null, priceOnRequest: true, bedrooms: null, city: 'Altea', type: 'Villa', status: 'SOLD' },
      { modifiedAt: date },
    ),
  );
  t.deepEqual(fresh, {
    title: 'Villa, Altea',
    status: 'SOLD',
    values: {
      features: [],
      images: [],
      price: null,
      priceOnRequest: true,
      city: 'Altea',
      type: 'Villa',
      status: 'SOLD',
      feedReferenceId: 'k1',
      feedItemHash: 'bytes',
      feedHash: 'content',
      feedFields: ['priceOnRequest', 'city', 'type', 'status'],
      feedStatus: 'SOLD',
      feedModifiedAt: date,
    },
  });
  t.deepEqual(
    [{ title: 'House' }, { reference: 'R-1' }, { city: 'Altea' }, {}].map((values) => newListing(said(values)).title),
    ['House', 'R-1', 'Altea', 'k1'],
  );
  t.is(newListing(said({})).status, 'ACTIVE');
  t.like(newListing(said({}, { imagePlaces: [...places, first, { key: 'c', url: null }] })).values, {
    feedImages: [first, ...places],
  });
  const hidden = newListing(said({ addressHidden: true, address: 'Calle 1', latitude: 36.73456 }, { source })).values;
  t.deepEqual([hidden['address'], hidden['latitude'], hidden['feedSource']], [undefined, 36.73, bare]);
});

test('a notice of a sale says nothing about what it leaves empty', (t) => {
  const notice = said(
    { status: 'SOLD', price: null, images: [], features: [], bedrooms: 0, city: 'Altea' },
    { source },
  );
  t.deepEqual(withoutGaps(notice).mapped.values, { status: 'SOLD', bedrooms: 0, city: 'Altea' });
  t.false('source' in withoutGaps(notice).mapped);
  t.deepEqual(
    changed(stored({ price: 1, city: 'Altea' }), { mode: 'delta', values: withoutGaps(notice).mapped.values }),
    { status: 'SOLD', feedStatus: 'SOLD', bedrooms: 0, city: 'Altea' },
  );
});
