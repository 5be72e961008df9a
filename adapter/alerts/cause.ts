/** Each cause has a stable key. Pure. */

import { daysInWords, endsSoon } from '../../shared/mail/accounts/session-days.ts';

export interface Cause {
  /** Constant while it lasts: `feed-held:<id>`. */
  readonly key: string;
  readonly title: string;
  readonly text: string;
  readonly command?: string;
}

export interface JobFacts {
  readonly name: string;
  /** ms */
  readonly periodMs: number;
  readonly lateSince: Date | undefined;
  /** Newest first. */
  readonly lastStatuses: readonly string[];
  readonly lastError: string | undefined;
}

export interface MailboxFacts {
  readonly id: string;
  readonly provider: string;
  readonly email: string;
  readonly locationId: string;
  readonly job: string;
  readonly isSignedOut: boolean;
  readonly lastError: string | undefined;
  /** Until its session ends. */
  readonly daysLeft: number | undefined;
  readonly readAt: Date | undefined;
}

export interface FeedFacts {
  readonly id: string;
  readonly name: string;
  readonly job: string;
  readonly lastStatus: string | undefined;
  readonly lastError: string | undefined;
  readonly isHeld: boolean;
  readonly readAt: Date | undefined;
  readonly succeededAt: Date | undefined;
}

export interface Facts {
  readonly now: Date;
  /** Earlier times were not watched. */
  readonly watchedSince: Date;
  readonly jobs: readonly JobFacts[];
  readonly mailboxes: readonly MailboxFacts[];
  readonly feeds: readonly FeedFacts[];
  readonly deadEvents: number;
}

/** Of its job. */
const unreadPeriods = 3;
/** One failure may pass by itself. */
const failingPeriods = 2;

export function findCauses(facts: Facts): Cause[] {
  const dead = facts.deadEvents;
  return [
    ...facts.jobs.flatMap(jobCauses),
    ...facts.mailboxes.flatMap((mailbox) => mailboxCauses(mailbox, facts)),
    ...facts.feeds.flatMap((feed) => feedCauses(feed, facts)),
    ...(dead === 0
      ? []
      : [
          {
            key: 'events-dead',
            title: `${dead} ${dead === 1 ? 'event was' : 'events were'} given up`,
            text: 'The receiver did not accept them. Once it works, send them again.',
            command: 'node adapter --replay-event dead',
          },
        ]),
  ];
}

function jobCauses({ name, lateSince, lastStatuses, lastError }: JobFacts): Cause[] {
  const causes: Cause[] = [];
  if (lateSince)
    causes.push({
      key: `job-late:${name}`,
      title: `${name} is late`,
      text: `It should have run at ${inWords(lateSince)}. Is its line in the crontab, and is cron running?`,
      command: 'node adapter --doctor',
    });
  if (hasFailedTwice(lastStatuses))
    causes.push({
      key: `job-failed:${name}`,
      title: `${name} failed twice in a row`,
      text: lastError ?? 'The log of its runs says why.',
      command: `node adapter --runs ${name}`,
    });
  return causes;
}

function hasFailedTwice(statuses: readonly string[]): boolean {
  return statuses[0] === 'failed' && statuses[1] === 'failed';
}

function mailboxCauses(mailbox: MailboxFacts, facts: Facts): Cause[] {
  const { id, email, provider, locationId, lastError, daysLeft } = mailbox;
  const command = `node adapter --connect ${provider} --location ${locationId}`;
  if (mailbox.isSignedOut)
    return [
      {
        key: `mailbox-signed-out:${id}`,
        title: `${email} must be connected again`,
        text: `${lastError ?? 'Its sign-in is no longer valid. No mail is read until then.'} (mailbox ${id})`,
        command,
      },
    ];
  const causes: Cause[] = [];
  if (endsSoon(daysLeft))
    causes.push({
      key: `session-ends:${id}`,
      title: `The session of ${email} ends soon`,
      text: `It lasts ${daysInWords(daysLeft)} at most. Connect the mailbox again before then.`,
      command,
    });
  if (isUnread(mailbox, facts))
    causes.push({
      key: `mailbox-unread:${id}`,
      title: `${email} is not read`,
      text: `${sinceInWords(mailbox.readAt)}. ${lastError ?? `${mailbox.job} runs, but does not reach it.`}`,
      command: `node adapter --invoke ${mailbox.job} --account-id ${id}`,
    });
  return causes;
}

function feedCauses(feed: FeedFacts, facts: Facts): Cause[] {
  const { id, name, job, lastError } = feed;
  const text = lastError ?? 'Its last run says why.';
  if (feed.isHeld || feed.lastStatus === 'held')
    return [
      {
        key: `feed-held:${id}`,
        title: `Changes of ${name} wait for you`,
        text,
        command: `node adapter --invoke ${job} --feed-id ${id} --dry-run`,
      },
    ];
  if (feed.lastStatus === 'needs-mapping')
    return [
      {
        key: `feed-held:${id}`,
        title: `${name} needs a mapping`,
        text,
        command: `node adapter --feed-preview ${id} --save ${id}`,
      },
    ];
  if (isUnread(feed, facts))
    return [
      {
        key: `feed-unread:${id}`,
        title: `${name} is not read`,
        text: `${sinceInWords(feed.readAt)}. ${job} runs, but does not reach it.`,
        command: `node adapter --invoke ${job} --feed-id ${id}`,
      },
    ];
  if (!isFailing(feed, facts)) return [];
  return [
    { key: `feed-failed:${id}`, title: `${name} cannot be read`, text, command: `node adapter --feed-preview ${id}` },
  ];
}

/** A job that is late or always fails is reported alone, not with all that it reads. */
function periodOf(job: string, facts: Facts): number | undefined {
  const found = facts.jobs.find(({ name }) => name === job);
  return found && !found.lateSince && !hasFailedTwice(found.lastStatuses) ? found.periodMs : undefined;
}

function isUnread({ job, readAt }: Pick<FeedFacts, 'job' | 'readAt'>, facts: Facts): boolean {
  const periodMs = periodOf(job, facts);
  if (periodMs === undefined) return false;
  const since = Math.max(readAt?.getTime() ?? 0, facts.watchedSince.getTime());
  return facts.now.getTime() - since > unreadPeriods * periodMs;
}

function isFailing({ job, lastStatus, succeededAt }: FeedFacts, facts: Facts): boolean {
  if (lastStatus !== 'failed' && lastStatus !== 'stopped') return false;
  const periodMs = periodOf(job, facts);
  return periodMs !== undefined && facts.now.getTime() - (succeededAt?.getTime() ?? 0) > failingPeriods * periodMs;
}

function sinceInWords(readAt: Date | undefined): string {
  return readAt ? `It was last read at ${inWords(readAt)}` : 'It was never read';
}

function inWords(date: Date): string {
  return `${date.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}
