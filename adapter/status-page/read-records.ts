import { maskUrl } from '../../shared/platform/mask-url.ts';
import { daysLeft } from '../../shared/mail/accounts/session-days.ts';
import { Account, mailProviders, type AccountDoc, type AccountStatus } from '../../shared/models/account.ts';
import { Event, type EventDoc } from '../../shared/models/event.ts';
import { Location, type LocationDoc } from '../../shared/models/location.ts';
import { PropertyFeed, type PropertyFeedDoc } from '../../shared/models/property-feed.ts';
import { readCounts } from '../../shared/models/read-run.ts';
import { idKey, storedDate, storedId, storedNumber, storedText } from '../../shared/models/stored-value.ts';
import { parkedSince, SyncItem } from '../../shared/models/sync-item.ts';
import type { Config } from '../../shared/platform/config.ts';
import type { DeadEvent, Events, Feed, Mailbox, Records } from './status.ts';

/** Everything about mailboxes, feeds and events; no secret is read. */
export async function readRecords(config: Config, now: Date): Promise<Records> {
  const nameOf = await readLocationNames();
  const [mailboxes, feeds, events] = await Promise.all([
    readMailboxes(nameOf, now),
    readFeeds(nameOf),
    readEvents(config),
  ]);
  return { mailboxes, feeds, events };
}

/** What the locations are called. */
export async function readLocationNames(): Promise<NameOf> {
  const found = await Location.find({}, { name: 1 }).lean<StoredRecord<LocationDoc>[]>();
  const locations = new Map(found.map(({ _id, name }) => [idKey(_id), storedText(name)]));
  return (id) => locations.get(idKey(id)) ?? 'unknown location';
}

const statuses: readonly AccountStatus[] = ['active', 'needs-reauth', 'error'];

export type NameOf = (id: unknown) => string;

/** A document of which any value may be of any kind. */
export type StoredRecord<T> = { readonly [name in keyof T]?: unknown };

async function readMailboxes(nameOf: NameOf, now: Date): Promise<Mailbox[]> {
  const accounts = await Account.find({}, { credentials: 0, cursors: 0 })
    .sort({ provider: 1, email: 1 })
    .lean<StoredRecord<AccountDoc>[]>();
  const parked = await SyncItem.aggregate<{ _id: { accountId: unknown; reason?: unknown }; count: number }>([
    { $match: parkedSince(now) },
    { $group: { _id: { accountId: '$accountId', reason: '$reason' }, count: { $sum: 1 } } },
    { $sort: { count: -1 } },
  ]);
  const parkedBy = Map.groupBy(parked, ({ _id }) => idKey(_id.accountId));
  return accounts.map((account) => ({
    ...readMailbox(account, nameOf, now),
    parked: (parkedBy.get(idKey(account._id)) ?? []).map(({ _id, count }) => ({
      reason: storedText(_id.reason) ?? 'without a reason',
      count,
    })),
  }));
}

/** A mailbox as it is shown: a value of another kind than its field's is left out. Pure. */
export function readMailbox(account: StoredRecord<AccountDoc>, nameOf: NameOf, now: Date): Omit<Mailbox, 'parked'> {
  const notBefore = storedDate(account.notBefore);
  return {
    id: storedId(account._id)?.toHexString() ?? String(account._id),
    provider: mailProviders.find((name) => name === account.provider) ?? 'unknown provider',
    address: storedText(account.email) ?? 'unknown address',
    location: nameOf(account.locationId),
    locationId: storedId(account.locationId)?.toHexString() ?? '<id>',
    enabled: account.enabled !== false,
    pausedAt: storedDate(account.pausedAt),
    status: statuses.find((word) => word === account.status),
    lastError: storedText(account.lastError),
    lastSyncedAt: storedDate(account.lastSyncedAt),
    waitsUntil: notBefore && notBefore > now ? notBefore : undefined,
    daysLeft: daysLeft({ credentialsExpireAt: storedDate(account.credentialsExpireAt) }, now),
  };
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
  const feeds = await PropertyFeed.find({ deletedAt: null }, shown).lean<StoredRecord<PropertyFeedDoc>[]>();
  return feeds.map((feed) => readFeed(feed, nameOf)).sort((a, b) => a.name.localeCompare(b.name));
}

/** A feed as it is shown: a value of another kind than its field's is left out. Pure. */
export function readFeed(feed: StoredRecord<PropertyFeedDoc>, nameOf: NameOf): Feed {
  return {
    id: storedId(feed._id)?.toHexString() ?? String(feed._id),
    name: storedText(feed.name) ?? hostOf(feed.url),
    address: maskUrl(storedText(feed.url) ?? ''),
    location: nameOf(feed.locationId),
    isActive: feed.isActive !== false,
    format: storedText(feed.detectedFormat) ?? storedText(feed.format) ?? 'unknown format',
    lastSyncAt: storedDate(feed.lastSyncAt),
    lastStatus: storedText(feed.lastStatus),
    lastError: storedText(feed.lastError),
    itemCount: storedNumber(feed.itemCount),
    counts: readCounts(partOf(feed.lastReport, 'counts')),
    removalGuard: readGuard(feed.removalGuard),
    isFormHeld: (feed.formHold ?? null) !== null && feed.formHold !== false,
    holdMark: [feed.removalGuard, feed.formHold].flatMap(markOf).join(','),
    takesMapping: storedText(feed.lastStatus) === 'needs-mapping' || storedText(feed.format) === 'GENERIC',
  };
}

/** What a hold asks; without its reason and counts there is nothing to confirm. */
function readGuard(guard: unknown): Feed['removalGuard'] {
  const [reason, count, total] = [
    storedText(partOf(guard, 'reason')),
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

export function partOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}

/** An address may hold a key in its path or query: its host is enough to know it by. */
function hostOf(url: unknown): string {
  const address = storedText(url);
  return address !== undefined && URL.canParse(address) ? new URL(address).host : 'feed without a name';
}

async function readEvents(config: Config): Promise<Events> {
  const [pending, dead, oldest, deadTypes, deadEvents] = await Promise.all([
    Event.countDocuments({ status: 'pending' }),
    Event.countDocuments({ status: 'dead' }),
    // Covered by the index of deliveries: the id tells the time.
    Event.findOne({ status: 'pending' }, { _id: 1 }).sort({ _id: 1 }).lean(),
    Event.aggregate<{ _id: unknown; count: number }>([
      { $match: { status: 'dead' } },
      { $group: { _id: '$type', count: { $sum: 1 } } },
      { $sort: { count: -1 } },
    ]),
    Event.find({ status: 'dead' }, { type: 1, attempts: 1, lastError: 1 })
      .sort({ _id: -1 })
      .limit(maxNamedEvents)
      .lean<StoredRecord<EventDoc>[]>(),
  ]);
  return {
    pending,
    oldestPending: storedId(oldest?._id)?.getTimestamp(),
    dead,
    deadTypes: deadTypes.map(({ _id, count }) => ({ type: storedText(_id) ?? 'of an unknown type', count })),
    deadEvents: deadEvents.map(readDeadEvent),
    isSent: config.eventWebhookUrl !== undefined,
  };
}

/** So many dead events are named. */
const maxNamedEvents = 20;

function readDeadEvent({ _id, type, attempts, lastError }: StoredRecord<EventDoc>): DeadEvent {
  return {
    id: storedId(_id)?.toHexString() ?? String(_id),
    type: storedText(type) ?? 'of an unknown type',
    attempts: storedNumber(attempts),
    lastError: storedText(lastError),
    emittedAt: storedId(_id)?.getTimestamp(),
  };
}
