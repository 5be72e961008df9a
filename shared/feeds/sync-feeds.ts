import { Location, type LocationDoc } from '../models/location.ts';
import { countDue, findClaimed, findSetAside, hasUnattempted, type UnitKind } from '../models/claim.ts';
import {
  dueFeeds,
  findActiveFeeds,
  PropertyFeed,
  putBehind,
  saveFeed,
  type PropertyFeedDoc,
} from '../models/property-feed.ts';
import { EstioError, UsageError } from '../platform/errors.ts';
import { removeAbandonedFolders } from '../platform/scratch-folder.ts';
import { beginDue } from '../runs/begin-due.ts';
import type { RunContext } from '../runs/run-context.ts';
import { setAsideError } from '../runs/set-aside.ts';
import type { DueTime } from '../runs/tick.ts';
import { UnitClaims, type HeldUnit } from '../runs/unit-claims.ts';
import { workInLanes } from '../runs/work-in-lanes.ts';
import { feedTurn, type FeedTurn } from './fetch/feed-turn.ts';
import { maskUrl } from '../platform/mask-url.ts';
import { failureValues } from './feed-record.ts';
import { scopeOf } from './read/feed-run.ts';
import { syncFeed } from './sync-feed.ts';

/**
 * Syncs due feeds in parallel, longest waiting first, each claimed before it is read. One that fails stops no other. A
 * dry run claims none.
 *
 * @throws {UsageError} `feedId` names no active feed
 */
export async function syncFeeds(context: RunContext): Promise<void> {
  const { feedId, dryRun } = context.parameters;
  if (feedId !== undefined && (await findActiveFeeds(context.parameters).countDocuments()) === 0)
    throw new UsageError(`No active feed has the id ${feedId}`);
  await removeAbandonedFolders('feed');
  for (const name of ['feeds', 'items', 'new', 'changed', 'same', 'withdrawn']) context.count(name, 0);
  const endsAt = context.clock.now().getTime() + context.config.cronBudget;
  const leftMs = () => endsAt - context.clock.now().getTime();
  await (dryRun ? planFeeds(context, leftMs) : readDueFeeds(context, leftMs));
}

async function planFeeds(context: RunContext, leftMs: () => number): Promise<void> {
  const waiting = await findActiveFeeds(context.parameters).lean<PropertyFeedDoc[]>();
  await workInLanes<PropertyFeedDoc>({
    width: context.config.feedConcurrency,
    claim: () => Promise.resolve(waiting.shift()),
    async work(feed) {
      context.count('feeds');
      const turn = feedTurn(leftMs(), waiting.length > 0, context.config.feedTimeout);
      await context.attempt(scopeOf(feed), () => syncOne(feed, context, turn));
    },
    dueInMs: () => undefined,
    signal: context.signal,
  });
}

async function readDueFeeds(context: RunContext, leftMs: () => number): Promise<void> {
  const claims = await UnitClaims.begin(PropertyFeed, context);
  try {
    const due = await beginDue(context);
    const query = () => dueFeeds(context.parameters, due.before());
    const seen = new Set<string>();
    const stopped: PropertyFeedDoc['_id'][] = [];
    await workInLanes<HeldUnit<PropertyFeedDoc>>({
      width: context.config.feedConcurrency,
      async claim(turn) {
        const kind: UnitKind = context.parameters.feedId ? 'named' : turn === 'alone' ? 'suspect' : 'sound';
        return context.shortage() ? undefined : claims.next(query(), kind);
      },
      async work(held) {
        const id = String(held.unit._id);
        if (!seen.has(id)) context.count('feeds');
        seen.add(id);
        const othersWait = await hasUnattempted(PropertyFeed, query());
        const turn = feedTurn(leftMs(), othersWait, context.config.feedTimeout);
        if ((await takeTurn(held, claims, context, turn)) === 'stopped' || context.signal.aborted)
          stopped.push(held.unit._id);
      },
      dueInMs: () => due.againInMs(),
      signal: context.signal,
    });
    // Behind those read in this run: next time fewer feeds wait, and they have more time.
    await putBehind(stopped);
    await tellWhatIsLeft(context, due, seen.size > 0);
  } finally {
    claims.close();
  }
}

async function takeTurn(
  held: HeldUnit<PropertyFeedDoc>,
  claims: UnitClaims<PropertyFeedDoc>,
  context: RunContext,
  turn: FeedTurn,
): Promise<'stopped' | void> {
  const { unit: feed, isLost } = held;
  const outcome = await context.attempt(scopeOf(feed), async () => {
    try {
      return await syncOne(feed, held.context, turn);
    } catch (thrown) {
      if (!isLost()) throw thrown;
      context.count('claimsLost');
    }
  });
  await claims.release(held, context.signal.aborted ? 'paused' : 'done');
  return outcome;
}

async function tellWhatIsLeft(context: RunContext, due: DueTime, hasWorked: boolean): Promise<void> {
  const query = dueFeeds(context.parameters, due.before());
  context.waiting(await countDue(PropertyFeed, query));
  const { feedId, locationId } = context.parameters;
  if (!hasWorked && (feedId ?? locationId)) {
    const feed = await findClaimed(PropertyFeed, query);
    if (feed) context.claimedElsewhere(scopeOf(feed), feed.claim);
  }
  for (const feed of await findSetAside(PropertyFeed, query)) {
    context.problem(scopeOf(feed), setAsideError(feed, context.job, 'feed-id'));
    context.unfinished(scopeOf(feed));
  }
}

async function syncOne(feed: PropertyFeedDoc, context: RunContext, turn: FeedTurn): Promise<'stopped' | void> {
  const { dryRun } = context.parameters;
  if (!dryRun) await saveFeed(feed._id, { lastSyncAt: context.clock.now() });
  const location = await Location.findById(feed.locationId).lean<LocationDoc>();
  if (location) return syncFeed(feed, location, context, turn);
  const error = new EstioError("The feed's location does not exist", { code: 'no-location' });
  if (!dryRun)
    await saveFeed(feed._id, {
      lastSyncAt: context.clock.now(),
      ...failureValues(feed, { error, address: maskUrl(feed.url), holds: feed }),
    });
  throw error;
}
