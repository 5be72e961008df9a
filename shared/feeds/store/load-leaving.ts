import { countOffered, hasMarkedMissing } from '../../models/feed-listings.ts';
import type { Item, Row } from '../plan/facts.ts';
import type { Seen } from '../plan/identity.ts';
import type { FeedRun } from '../read/feed-run.ts';
import type { FeedContent } from '../read/read-feed.ts';
import { walkListings, type NamedListings } from './load-stored.ts';

export interface Leaving {
  readonly seen: Seen;
  readonly walked: readonly Row[];
  readonly live: number;
}

export async function loadLeaving(
  content: FeedContent,
  items: readonly Item[],
  stored: NamedListings,
  { feed }: FeedRun,
): Promise<Leaving> {
  const { intake, presentBefore, gap, ended, wasStreamed } = content;
  const isUnchanged = (id: string): boolean => intake.seen.has(id);
  const seen: Seen = {
    isWhole: gap === undefined && ended === undefined,
    isCut: ended !== undefined,
    unchangedAt: (id) => intake.seen.offsetOf(id),
    isRefused: (id) => intake.refused.has(id),
    // A killed first import remains one: its stored listings have no precedence.
    isFirstImport: wasStreamed || !feed.lastSuccessAt,
    unchanged: intake.seen.size,
    presentBefore,
    isMigrating: Boolean(feed.migratingSince),
    isMigrationHeld: Boolean(feed.removalGuard) && hasRunSince(feed, feed.migratingSince),
  };
  const mayMiss = seen.isWhole && !wasStreamed && (await mayMissListings(content, items, stored, feed._id));
  if (feed.removalGuard || mayMiss) return { seen, ...(await walkListings(feed._id, stored, isUnchanged)) };
  const live = items.some(({ leaves }) => leaves) ? await countOffered(feed._id) : 0;
  return { seen, walked: [], live };
}

/** A killed run has not ended. */
function hasRunSince({ lastSuccessAt }: FeedRun['feed'], began: Date | null | undefined): boolean {
  return Boolean(began && lastSuccessAt && lastSuccessAt >= began);
}

/** Only absent or marked listings require walking all. */
async function mayMissListings(
  { intake, presentBefore }: FeedContent,
  items: readonly Item[],
  stored: NamedListings,
  feedId: FeedRun['feed']['_id'],
): Promise<boolean> {
  const known = new Set<string>();
  for (const { id } of items) if (!intake.seen.has(id) && stored.byId(id)?.wasPresent) known.add(id);
  if (intake.seen.size + known.size !== presentBefore || intake.refused.haveNames) return true;
  return hasMarkedMissing(feedId);
}
