/** The stub of a purged listing keeps its feed from bringing it back. */

import { alive } from '../models/deletion.ts';
import { Property } from '../models/property.ts';
import { PropertyFeed } from '../models/property-feed.ts';
import { idSpellings } from '../models/stored-value.ts';

export const noStub = { purgedAt: null } as const;

/**
 * Empties these listings, except those of deleted feeds.
 *
 * @returns how many
 */
export async function leaveStubs(filter: Readonly<Record<string, unknown>>, now: Date): Promise<number> {
  const fromFeeds = { ...filter, feedReferenceId: { $type: 'string' } };
  const feedIds = await Property.collection.distinct('feedId', fromFeeds as never);
  if (feedIds.length === 0) return 0;
  const feeds = await PropertyFeed.collection.distinct('_id', {
    _id: { $in: idSpellings(...feedIds) },
    ...alive,
  } as never);
  if (feeds.length === 0) return 0;
  const kept = Object.fromEntries(
    [
      '_id',
      'locationId',
      'slug',
      'status',
      'source',
      'feedId',
      'feedReferenceId',
      'reference',
      'city',
      'type',
      'goal',
      'deletedAt',
    ].map((field) => [field, `$${field}`]),
  );
  const { modifiedCount } = await Property.collection.updateMany(
    { ...fromFeeds, feedId: { $in: idSpellings(...feeds) } } as never,
    [{ $replaceWith: { ...kept, publicationStatus: 'PENDING', purgedAt: now } }],
  );
  return modifiedCount;
}
