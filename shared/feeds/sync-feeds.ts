/** All active feeds, some side by side: one that fails stops no other. */

import { Location, type LocationDoc } from '../models/location.ts';
import { findActiveFeeds, saveFeed, type PropertyFeedDoc } from '../models/property-feed.ts';
import { EstioError, UsageError } from '../platform/errors.ts';
import { removeAbandonedFolders } from '../platform/scratch-folder.ts';
import type { RunContext } from '../runs/run-context.ts';
import { feedTurn, type FeedTurn } from './fetch/feed-turn.ts';
import { showUrl } from './fetch/feed-address.ts';
import { failureValues } from './feed-record.ts';
import { scopeOf } from './read/feed-run.ts';
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
    (await Location.find({ _id: { $in: feeds.map((feed) => feed.locationId) } }).lean<LocationDoc[]>()).map(
      (location) => [location._id.toHexString(), location],
    ),
  );
  const endsAt = context.clock.now().getTime() + context.config.cronBudget;
  const waiting = [...feeds];
  const stopped: PropertyFeedDoc[] = [];
  const lanes = Array.from({ length: Math.min(context.config.feedConcurrency, feeds.length) }, async () => {
    for (let feed = waiting.shift(); feed; feed = waiting.shift()) {
      const turn = feedTurn(endsAt - context.clock.now().getTime(), waiting.length > 0, context.config.feedTimeout);
      if ((await context.attempt(scopeOf(feed), () => syncOne(feed, locations, context, turn))) === 'stopped')
        stopped.push(feed);
    }
  });
  await Promise.all(lanes);
  // Behind those that were read in this run: the next time fewer wait for them, and they have more of it.
  if (!context.parameters.dryRun)
    for (const { _id } of stopped) await saveFeed(_id, { lastSyncAt: context.clock.now() });
}

async function syncOne(
  feed: PropertyFeedDoc,
  locations: ReadonlyMap<string, LocationDoc>,
  context: RunContext,
  turn: FeedTurn,
): Promise<'stopped' | void> {
  // An attempt counts before the work: a feed that kills its run goes behind the others the next time.
  if (!context.parameters.dryRun) await saveFeed(feed._id, { lastSyncAt: context.clock.now() });
  const location = locations.get(feed.locationId.toHexString());
  if (location) return syncFeed(feed, location, context, turn);
  const error = new EstioError('The feed belongs to a location that is not there', { code: 'no-location' });
  if (!context.parameters.dryRun)
    await saveFeed(feed._id, {
      lastSyncAt: context.clock.now(),
      ...failureValues(feed, { error, address: showUrl(feed.url), holds: feed }),
    });
  throw error;
}
