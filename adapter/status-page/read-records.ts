import { daysLeft } from '../../shared/mail/session-days.ts';
import { Account, type AccountDoc } from '../../shared/models/account.ts';
import { Event } from '../../shared/models/event.ts';
import { Location } from '../../shared/models/location.ts';
import { PropertyFeed, type PropertyFeedDoc } from '../../shared/models/property-feed.ts';
import { parkedSince, SyncItem } from '../../shared/models/sync-item.ts';
import type { Config } from '../../shared/platform/config.ts';
import type { Events, Feed, Mailbox, Records } from './status.ts';

/** Everything about mailboxes, feeds and events; no secret is read. */
export async function readRecords(config: Config, now: Date): Promise<Records> {
  const locations = new Map((await Location.find({}, { name: 1 }).lean()).map(({ _id, name }) => [String(_id), name]));
  const nameOf = (id: unknown) => locations.get(String(id)) ?? 'unknown location';
  const [mailboxes, feeds, events] = await Promise.all([
    readMailboxes(nameOf, now),
    readFeeds(nameOf),
    readEvents(config),
  ]);
  return { mailboxes, feeds, events };
}

type NameOf = (id: unknown) => string;

async function readMailboxes(nameOf: NameOf, now: Date): Promise<Mailbox[]> {
  const accounts = await Account.find({}, { credentials: 0, cursors: 0 })
    .sort({ provider: 1, email: 1 })
    .lean<AccountDoc[]>();
  const parked = await SyncItem.aggregate<{ _id: { accountId: unknown; reason?: string }; count: number }>([
    { $match: parkedSince(now) },
    { $group: { _id: { accountId: '$accountId', reason: '$reason' }, count: { $sum: 1 } } },
    { $sort: { count: -1 } },
  ]);
  return accounts.map((account) => ({
    provider: account.provider,
    address: account.email,
    location: nameOf(account.locationId),
    locationId: String(account.locationId),
    enabled: account.enabled,
    status: account.status,
    lastError: account.lastError,
    lastSyncedAt: account.lastSyncedAt,
    waitsUntil: account.notBefore && account.notBefore > now ? account.notBefore : undefined,
    daysLeft: daysLeft(account, now),
    parked: parked
      .filter(({ _id }) => String(_id.accountId) === String(account._id))
      .map(({ _id, count }) => ({ reason: _id.reason ?? 'without a reason', count })),
  }));
}

async function readFeeds(nameOf: NameOf): Promise<Feed[]> {
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
  const feeds = await PropertyFeed.find({ deletedAt: null }, shown).lean<PropertyFeedDoc[]>();
  return feeds
    .map((feed) => ({
      id: String(feed._id),
      name: feed.name ?? hostOf(feed.url),
      location: nameOf(feed.locationId),
      isActive: feed.isActive,
      format: feed.detectedFormat ?? feed.format,
      lastSyncAt: feed.lastSyncAt,
      lastStatus: feed.lastStatus,
      lastError: feed.lastError,
      itemCount: feed.itemCount,
      counts: (feed.lastReport?.['counts'] ?? {}) as Record<string, number>,
      removalGuard: feed.removalGuard ?? undefined,
      isFormHeld: Boolean(feed.formHold),
    }))
    .sort((a, b) => a.name.localeCompare(b.name));
}

/** An address may hold a key in its path or query: its host is enough to know it by. */
function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host : 'feed without a name';
}

async function readEvents(config: Config): Promise<Events> {
  const [pending, dead, oldest, deadTypes] = await Promise.all([
    Event.countDocuments({ status: 'pending' }),
    Event.countDocuments({ status: 'dead' }),
    // Covered by the index of deliveries: the id tells the time.
    Event.findOne({ status: 'pending' }, { _id: 1 }).sort({ _id: 1 }).lean(),
    Event.aggregate<{ _id: string; count: number }>([
      { $match: { status: 'dead' } },
      { $group: { _id: '$type', count: { $sum: 1 } } },
      { $sort: { count: -1 } },
    ]),
  ]);
  return {
    pending,
    oldestPending: oldest?._id.getTimestamp(),
    dead,
    deadTypes: deadTypes.map(({ _id, count }) => ({ type: _id, count })),
    isSent: config.eventWebhookUrl !== undefined,
  };
}
