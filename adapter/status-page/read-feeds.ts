import { PropertyFeed, type PropertyFeedDoc } from '../../shared/models/property-feed.ts';
import { readCounts } from '../../shared/models/read-run.ts';
import { storedDate, storedId, storedNumber } from '../../shared/models/stored-value.ts';
import { maskUrl } from '../../shared/platform/mask-url.ts';
import type { Feed } from './status.ts';
import { partOf, shownText, type NameOf, type StoredRecord } from './stored-record.ts';

/** Without removed ones and secrets. */
export async function readFeeds(nameOf: NameOf): Promise<Feed[]> {
  const shown = {
    name: 1,
    url: 1,
    locationId: 1,
    isActive: 1,
    format: 1,
    detectedFormat: 1,
    lastSyncAt: 1,
    lastStatus: 1,
    lastError: 1,
    itemCount: 1,
    'lastReport.counts': 1,
    removalGuard: 1,
    formHold: 1,
  };
  const feeds = await PropertyFeed.find({ deletedAt: null }, shown).lean<StoredRecord<PropertyFeedDoc>[]>();
  return feeds.map((feed) => readFeed(feed, nameOf)).sort((a, b) => a.name.localeCompare(b.name));
}

/** Without values of the wrong kind. Pure. */
export function readFeed(feed: StoredRecord<PropertyFeedDoc>, nameOf: NameOf): Feed {
  return {
    id: storedId(feed._id)?.toHexString() ?? String(feed._id),
    name: shownText(feed.name) ?? hostOf(feed.url),
    address: maskUrl(shownText(feed.url) ?? ''),
    location: nameOf(feed.locationId),
    isActive: feed.isActive !== false,
    format: shownText(feed.detectedFormat) ?? shownText(feed.format) ?? 'unknown format',
    lastSyncAt: storedDate(feed.lastSyncAt),
    lastStatus: shownText(feed.lastStatus),
    lastError: shownText(feed.lastError),
    itemCount: storedNumber(feed.itemCount),
    counts: readCounts(partOf(feed.lastReport, 'counts')),
    removalGuard: readGuard(feed.removalGuard),
    isFormHeld: (feed.formHold ?? null) !== null && feed.formHold !== false,
    holdMark: [feed.removalGuard, feed.formHold].flatMap(markOf).join(','),
    takesMapping: shownText(feed.lastStatus) === 'needs-mapping' || shownText(feed.format) === 'GENERIC',
  };
}

/** A hold without reason or counts cannot be confirmed. */
function readGuard(guard: unknown): Feed['removalGuard'] {
  const [reason, count, total] = [
    shownText(partOf(guard, 'reason')),
    storedNumber(partOf(guard, 'count')),
    storedNumber(partOf(guard, 'total')),
  ];
  if (reason === undefined || count === undefined || total === undefined) return undefined;
  return { reason, count, total, heldAt: storedDate(partOf(guard, 'heldAt')) };
}

function markOf(hold: unknown): string[] {
  const heldAt = storedDate(partOf(hold, 'heldAt'));
  return heldAt ? [`${heldAt.toISOString()} ${storedNumber(partOf(hold, 'count')) ?? ''}`] : [];
}

/** Path and query may hold a key, so only the host is shown. */
function hostOf(url: unknown): string {
  const address = shownText(url);
  return address !== undefined && URL.canParse(address) ? new URL(address).host : 'feed without a name';
}
