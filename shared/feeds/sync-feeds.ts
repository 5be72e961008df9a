/** All active feeds, some side by side: one that fails stops no other. */

import { Location, type LocationDoc } from '../models/location.ts';
import { findActiveFeeds, saveFeed, type PropertyFeedDoc } from '../models/property-feed.ts';
import { EstioError, UsageError } from '../platform/errors.ts';
import { removeAbandonedFolders } from '../platform/scratch-folder.ts';
import type { RunContext } from '../runs/run-context.ts';
import { showUrl } from './feed-url.ts';
import { describeFailure } from './feed-words.ts';
import { syncFeed } from './sync-feed.ts';

/**
 * Syncs the feeds that the run's parameters name, those that waited longest first.
 *
 * @throws {UsageError} `feedId` names no active feed
 */
export async function syncFeeds(context: RunContext): Promise<void> {
  const feeds = await findActiveFeeds(context.parameters).lean<PropertyFeedDoc[]>();
  if (feeds.length === 0 && context.parameters.feedId !== undefined) {
    throw new UsageError(`Expected the id of an active feed, there is none with ${context.parameters.feedId}`);
  }
  await removeAbandonedFolders('feed');
  context.count('feeds', feeds.length);
  for (const name of ['items', 'new', 'changed', 'same', 'withdrawn']) context.count(name, 0);
  const locations = new Map(
    (await Location.find({ _id: { $in: feeds.map((feed) => feed.locationId) } }).lean<LocationDoc[]>()).map((location) => [location._id.toHexString(), location]),
  );
  const waiting = feeds.values();
  const lanes = Array.from({ length: Math.min(context.config.feedConcurrency, feeds.length) }, async () => {
    for (const feed of waiting) {
      await context.attempt(`feed:${feed._id.toHexString()}`, async () => {
        const location = locations.get(feed.locationId.toHexString());
        if (!location) {
          const error = new EstioError('The feed belongs to a location that is not there', { code: 'no-location' });
          if (!context.parameters.dryRun) await saveFeed(feed._id, { lastSyncAt: context.clock.now(), lastStatus: 'failed', lastError: describeFailure(error, showUrl(feed.url)) });
          throw error;
        }
        return syncFeed(feed, location, context);
      });
    }
  });
  await Promise.all(lanes);
}
