import { daysLeft } from '../../shared/mail/accounts/session-days.ts';
import { Account, type AccountDoc } from '../../shared/models/account.ts';
import { Event } from '../../shared/models/event.ts';
import { JobRun } from '../../shared/models/job-run.ts';
import { findLastRun } from '../../shared/models/last-run.ts';
import { PropertyFeed, type PropertyFeedDoc } from '../../shared/models/property-feed.ts';
import { readRun, type StoredRun } from '../../shared/models/read-run.ts';
import { storedDate, storedId, storedText } from '../../shared/models/stored-value.ts';
import { day } from '../../shared/platform/clock.ts';
import type { JobDescription } from '../../shared/runs/job.ts';
import { jobLateSince } from '../../shared/runs/late-jobs.ts';
import { nextRunAfter } from '../../shared/runs/schedule.ts';
import type { JobService } from '../job-service.ts';
import type { Facts, FeedFacts, JobFacts, MailboxFacts } from './cause.ts';

type Stored<T> = { readonly [name in keyof T]?: unknown };

export async function readFacts(service: JobService): Promise<Facts> {
  const now = service.clock.now();
  const jobs = [...service.jobs.values()].map(({ description }) => description);
  const [jobFacts, mailboxes, feeds, deadEvents] = await Promise.all([
    Promise.all(jobs.map((job) => readJob(job, service, now))),
    readMailboxes(now),
    readFeeds(),
    Event.countDocuments({ status: 'dead' }),
  ]);
  return { now, watchedSince: service.startedAt, jobs: jobFacts, mailboxes, feeds, deadEvents };
}

async function readJob(job: JobDescription, service: JobService, now: Date): Promise<JobFacts> {
  const { config, clock, startedAt: watchedSince } = service;
  const ended = { job: job.name, status: { $in: ['succeeded', 'partial', 'failed'] }, parameters: null };
  const [last, found] = await Promise.all([
    findLastRun(job.name, { isWhole: true }),
    JobRun.find(ended as never)
      .sort({ startedAt: -1 })
      .limit(2)
      .lean<StoredRun[]>(),
  ]);
  const runs = found.map(readRun);
  const [latest] = runs;
  return {
    name: job.name,
    periodMs: periodOf(job.schedule, now),
    lateSince: jobLateSince(job, last, { config, clock, watchedSince }),
    lastStatuses: runs.map(({ status }) => String(status)),
    lastError: latest?.errors[0]?.message ?? latest?.detail ?? latest?.reason,
  };
}

function periodOf(schedule: string, now: Date): number {
  const next = nextRunAfter(schedule, now);
  const afterwards = next && nextRunAfter(schedule, next);
  return afterwards ? afterwards.getTime() - next.getTime() : day;
}

async function readMailboxes(now: Date): Promise<MailboxFacts[]> {
  const shown = { credentials: 0, cursors: 0, aliases: 0 };
  const accounts = await Account.find({ enabled: { $ne: false }, pausedAt: null }, shown).lean<Stored<AccountDoc>[]>();
  return accounts.map((account) => {
    const provider = storedText(account.provider) ?? 'gmail';
    return {
      id: storedId(account._id)?.toHexString() ?? String(account._id),
      provider,
      email: storedText(account.email) ?? 'a mailbox without an address',
      locationId: storedId(account.locationId)?.toHexString() ?? '<id>',
      job: provider === 'gmail' ? 'gmail-sync' : 'outlook-sync',
      isSignedOut: account.status === 'needs-reauth',
      lastError: storedText(account.lastError),
      daysLeft: daysLeft({ credentialsExpireAt: storedDate(account.credentialsExpireAt) }, now),
      // A first import takes longer than a run: each attempt counts.
      readAt: [account.lastSyncedAt, account.lastAttemptAt, account.connectedAt, account.createdAt]
        .map(storedDate)
        .find((date) => date !== undefined),
    };
  });
}

async function readFeeds(): Promise<FeedFacts[]> {
  const shown = {
    name: 1,
    url: 1,
    lastStatus: 1,
    lastError: 1,
    lastSyncAt: 1,
    lastSuccessAt: 1,
    createdAt: 1,
    removalGuard: 1,
    formHold: 1,
  };
  const active = { isActive: { $ne: false }, deletedAt: null };
  const feeds = await PropertyFeed.find(active, shown).lean<Stored<PropertyFeedDoc>[]>();
  return feeds.map((feed) => ({
    id: storedId(feed._id)?.toHexString() ?? String(feed._id),
    name: storedText(feed.name) ?? hostOf(feed.url),
    job: 'sync-feeds',
    lastStatus: storedText(feed.lastStatus),
    lastError: storedText(feed.lastError),
    isHeld: [feed.removalGuard, feed.formHold].some((hold) => typeof hold === 'object' && hold !== null),
    readAt: storedDate(feed.lastSyncAt) ?? storedDate(feed.createdAt),
    succeededAt: storedDate(feed.lastSuccessAt),
  }));
}

/** Path and query may hold a key. */
function hostOf(url: unknown): string {
  const address = storedText(url);
  return (address !== undefined && URL.parse(address)?.host) || 'a feed without a name';
}
