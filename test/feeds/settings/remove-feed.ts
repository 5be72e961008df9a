import test from 'ava';
import { Types } from 'mongoose';
import { removeFeed } from '../../../shared/feeds/settings/remove-feed.ts';
import { FeedTransfer } from '../../../shared/models/feed-transfer.ts';
import { Property } from '../../../shared/models/property.ts';
import { PropertyFeed } from '../../../shared/models/property-feed.ts';
import { useDatabase } from '../../doubles/database.ts';

useDatabase(test);

const now = new Date('2026-03-01T10:00:00Z');

test('a feed is removed; its listings are kept, or leave offer unless staff have locked their status', async (t) => {
  const locationId = new Types.ObjectId();
  const feed = await PropertyFeed.create({ locationId, url: 'https://a.example/x.xml' });
  const feedId = feed._id;
  const listings = [
    { status: 'ACTIVE' },
    { status: 'RESERVED' },
    { status: 'SOLD' },
    { status: 'ACTIVE', lockedFields: ['status'] },
    { status: 'ACTIVE', deletedAt: now },
  ].map((more, id) => ({
    locationId,
    feedId,
    feedReferenceId: String(id),
    feedItemHash: `h${id}`,
    title: 'Flat',
    slug: `${String(feedId)}-${id}`,
    lockedFields: [],
    ...more,
  }));
  await Property.collection.insertMany(listings as never);
  await FeedTransfer.create({
    feedId,
    locationId,
    transferId: feedId,
    index: 0,
    url: 'x',
    charset: 'x',
    bytes: 'x',
    createdAt: now,
  });
  const statuses = async () =>
    (await Property.find({ feedId }).sort({ feedReferenceId: 1 }).lean()).map((one) => one.status);

  t.deepEqual(await removeFeed(feed, 'keep', now), { withdrawn: 0 });
  const removed = await PropertyFeed.findById(feedId).lean();
  t.like(removed, { isActive: false, deletedAt: now });
  t.is(await FeedTransfer.countDocuments({ feedId }), 0);
  t.deepEqual(await statuses(), ['ACTIVE', 'RESERVED', 'SOLD', 'ACTIVE', 'ACTIVE']);

  // Kept listings can still be withdrawn.
  const later = new Date('2026-03-02T10:00:00Z');
  t.deepEqual(await removeFeed(removed!, 'withdraw', later), { withdrawn: 2 });
  t.deepEqual(await statuses(), ['WITHDRAWN', 'WITHDRAWN', 'SOLD', 'ACTIVE', 'ACTIVE']);
  t.like(await Property.findOne({ feedId, feedReferenceId: '1' }).lean(), { statusBeforeRemoval: 'RESERVED' });
  t.deepEqual((await PropertyFeed.findById(feedId).lean())?.deletedAt, now);
  t.deepEqual(await removeFeed(removed!, 'withdraw', later), { withdrawn: 0 });
});
