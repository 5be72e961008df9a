import { Types } from 'mongoose';
import { Account } from '../../shared/models/account.ts';
import { lastReportDay, noteReport } from '../../shared/models/alert.ts';
import { Event } from '../../shared/models/event.ts';
import { Location } from '../../shared/models/location.ts';
import { Message as StoredMessage } from '../../shared/models/message.ts';
import { Property } from '../../shared/models/property.ts';
import { PropertyFeed } from '../../shared/models/property-feed.ts';
import { idSpellings, storedText } from '../../shared/models/stored-value.ts';
import { SyncItem } from '../../shared/models/sync-item.ts';
import { day as dayMs } from '../../shared/platform/clock.ts';
import type { JobService } from '../job-service.ts';
import { dueReport, reportMessage, type ReportFacts } from './daily-report.ts';
import type { Message } from './notice-text.ts';

const maxNamed = 20;

export async function sendReports(
  { config }: Pick<JobService, 'config'>,
  now: Date,
  send: (message: Message) => Promise<void>,
): Promise<void> {
  if (!config.reportAt) return;
  const locations = await Location.collection.find({}, { projection: { name: 1, timeZone: 1 } }).toArray();
  for (const location of locations) {
    const key = String(location._id);
    const timeZone = storedText(location['timeZone']) ?? 'UTC';
    const day = dueReport(now, config.reportAt, timeZone, await lastReportDay(key));
    if (day === undefined) continue;
    await send(reportMessage(await readReport(location._id, storedText(location['name']) ?? key, now), day));
    await noteReport(key, day, now);
  }
}

async function readReport(locationId: unknown, name: string, now: Date): Promise<ReportFacts> {
  const since = new Date(now.getTime() - dayMs);
  const ofLocation = { locationId: { $in: idSpellings(locationId) } };
  // Ids contain the creation time.
  const isNew = { _id: { $gte: Types.ObjectId.createFromTime(Math.floor(since.getTime() / 1000)) }, ...ofLocation };
  const isChanged = { ...ofLocation, source: 'FEED', updatedAt: { $gte: since }, createdAt: { $lt: since } };
  const byId = { hint: { _id: 1 } } as const;
  const [messages, newListings, withdrawnListings, changed, types, held, waiting] = await Promise.all([
    StoredMessage.collection.countDocuments(isNew as never, byId),
    Property.collection.countDocuments({ ...isNew, source: 'FEED' } as never, byId),
    Property.collection.countDocuments({ ...isChanged, status: 'WITHDRAWN' } as never),
    Property.collection.countDocuments(isChanged as never),
    Event.collection
      .aggregate<{ _id: unknown; count: number }>([
        { $match: isNew },
        { $group: { _id: '$type', count: { $sum: 1 } } },
        { $sort: { count: -1 } },
      ])
      .toArray(),
    readHeld(ofLocation),
    readWaiting(ofLocation),
  ]);
  return {
    location: name,
    messages,
    newListings,
    changedListings: changed - withdrawnListings,
    withdrawnListings,
    events: Object.fromEntries(types.map(({ _id, count }) => [storedText(_id) ?? 'of an unknown type', count])),
    held,
    waiting,
  };
}

type OfLocation = Readonly<Record<string, unknown>>;

async function readHeld(ofLocation: OfLocation): Promise<string[]> {
  const waits = { lastStatus: { $in: ['held', 'needs-mapping', 'failed'] } };
  const feeds = await PropertyFeed.collection
    .find({ ...ofLocation, ...waits, isActive: { $ne: false }, deletedAt: null } as never, {
      projection: { name: 1, lastError: 1, lastStatus: 1 },
    })
    .limit(maxNamed)
    .toArray();
  return feeds.map((feed) =>
    [storedText(feed['name']) ?? String(feed._id), storedText(feed['lastError']) ?? feed['lastStatus']].join(': '),
  );
}

async function readWaiting(ofLocation: OfLocation): Promise<string[]> {
  const accounts = await Account.collection
    .find({ ...ofLocation, enabled: { $ne: false } } as never, { projection: { email: 1, status: 1 } })
    .toArray();
  const signedOut = accounts.filter(({ status }) => status === 'needs-reauth');
  const accountIds = accounts.flatMap(({ _id }) => idSpellings(_id));
  const parked = await SyncItem.collection.countDocuments({ state: 'parked', accountId: { $in: accountIds } } as never);
  const [dead, pending] = await Promise.all(
    ['dead', 'pending'].map((status) => Event.collection.countDocuments({ ...ofLocation, status } as never)),
  );
  return [
    ...signedOut.slice(0, maxNamed).map(({ email }) => `${storedText(email) ?? 'a mailbox'} must be connected again`),
    ...(parked > 0 ? [`${parked} messages could not be stored yet`] : []),
    ...(dead ? [`${dead} events were given up`] : []),
    ...(pending ? [`${pending} events wait for delivery`] : []),
  ];
}
