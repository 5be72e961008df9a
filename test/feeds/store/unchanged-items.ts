import test from 'ava';
import fc from 'fast-check';
import { Types } from 'mongoose';
import { KnownItems } from '../../../shared/feeds/store/known-items.ts';
import { itemHash } from '../../../shared/feeds/read/listing-hash.ts';
import { keyOf } from '../../../shared/feeds/store/seen-ids.ts';
import { unchangedItems } from '../../../shared/feeds/store/unchanged-items.ts';
import { unreadItem } from '../../../shared/models/feed-listings.ts';
import { Property } from '../../../shared/models/property.ts';
import { useDatabase } from '../../doubles/database.ts';

useDatabase(test);

const hashOf = (item: string) => itemHash(Buffer.from(item), '');

test('the listings of an item are known by the hash of its bytes, however many items there are', (t) => {
  const rows = fc.array(
    fc.record({
      item: fc.nat({ max: 400 }),
      id: fc.oneof(
        fc.nat({ max: 400 }).map(String),
        fc.string(),
        fc.nat({ max: 9 }).map((n) => `hash-${n}`),
      ),
    }),
    { maxLength: 2000 },
  );
  fc.assert(
    fc.property(rows, (all) => {
      const known = new KnownItems();
      const expected = new Map<string, Map<string, boolean>>();
      for (const { item, id } of all) {
        const hash = hashOf(String(item));
        known.add(hash, id);
        const ids = expected.get(hash) ?? new Map<string, boolean>();
        expected.set(hash, ids.set(keyOf(id), id.startsWith('hash-')));
      }
      t.is(
        known.size,
        [...expected.values()].reduce((sum, ids) => sum + ids.size, 0),
      );
      for (const [hash, ids] of expected)
        t.deepEqual(
          Object.fromEntries(known.get(hash).map(({ key, isGuessed }) => [key, isGuessed])),
          Object.fromEntries(ids),
        );
      t.deepEqual(known.get(hashOf('never written')), []);
    }),
    { numRuns: 30 },
  );
});

test('what is known of a feed is the same read page by page, at once or batch by batch', async (t) => {
  const [feedId, other] = [new Types.ObjectId(), new Types.ObjectId()];
  await Property.createIndexes();
  const listings = Array.from({ length: 24 }, (_, i) => ({
    feedId,
    feedReferenceId: `l${i}`,
    feedItemHash: hashOf(`item ${i % 3 === 0 ? i % 9 : i}`),
  }));
  const unread = Array.from({ length: 3 }, (_, i) => ({ feedId, feedReferenceId: `u${i}`, feedItemHash: unreadItem }));
  const gone = [
    { feedId, feedReferenceId: 'gone', feedItemHash: '' },
    { feedId, feedReferenceId: 'left' },
    { feedId: other, feedReferenceId: 'l1', feedItemHash: hashOf('item 1') },
  ];
  await Property.collection.insertMany(
    [...listings, ...unread, ...gone].map((listing, i) => ({
      ...listing,
      locationId: feedId,
      slug: `s${i}`,
    })) as never[],
  );
  const hashes = [...new Set(listings.map(({ feedItemHash }) => feedItemHash)), hashOf('new')];
  const expected = hashes.map((hash) =>
    listings
      .filter(({ feedItemHash }) => feedItemHash === hash)
      .map(({ feedReferenceId }) => keyOf(feedReferenceId))
      .sort(),
  );
  for (const [mode, limits] of [
    ['delta', undefined],
    ['snapshot', undefined],
    ['snapshot', { maxAtOnce: 1000, pageSize: 4 }],
    ['snapshot', { maxAtOnce: 1000, pageSize: 24 }],
    ['snapshot', { maxAtOnce: 8, pageSize: 4 }],
    ['snapshot', { maxAtOnce: 1000, pageSize: 2 }],
  ] as const) {
    const items = unchangedItems(feedId, mode, 10, limits);
    const unchanged = await items.find(hashes);
    t.deepEqual([await items.presentBefore, items.isReady], [27, true]);
    t.deepEqual(
      hashes.map((hash) =>
        unchanged(hash)
          .map(({ key }) => key)
          .sort(),
      ),
      expected,
      JSON.stringify([mode, limits]),
    );
    t.deepEqual(unchanged(unreadItem), []);
  }
});
