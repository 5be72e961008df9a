/** What the operator must do, most urgent first. Pure. */

import { daysInWords, endsSoon } from '../../shared/mail/accounts/session-days.ts';
import type { RunError } from '../../shared/models/job-run.ts';
import { countsInWords } from '../../shared/runs/run-words.ts';
import type { Feed, JobStatus, Mailbox, Status } from './status.ts';

interface Remedy {
  readonly action: 'run' | 'replay-dead-events';
  readonly label: string;
  readonly fields?: Readonly<Record<string, string>>;
}

export interface Concern {
  readonly severity: 'error' | 'warning';
  readonly title: string;
  readonly text: string;
  /** If there is no button. */
  readonly command?: string;
  readonly href?: string;
  readonly hasButton?: boolean;
  readonly remedy?: Remedy;
}

export function findConcerns(status: Status): Concern[] {
  const { jobs, records, databaseError } = status;
  const concerns: Concern[] = [
    ...(databaseError === undefined
      ? []
      : [
          {
            severity: 'error',
            title: 'The database does not answer',
            text: databaseError,
            command: 'node adapter --doctor',
          } as const,
        ]),
    ...jobs.flatMap((job) => jobConcerns(job, records?.feeds ?? [])),
    ...(records?.mailboxes ?? []).flatMap(mailboxConcerns),
    ...(records?.feeds ?? []).flatMap(feedConcerns),
  ];
  const dead = records?.events.dead ?? 0;
  if (dead > 0) {
    concerns.push({
      severity: 'warning',
      title: `${dead} ${dead === 1 ? 'event was' : 'events were'} given up`,
      text: 'The receiver did not accept them. Once it works, send them again.',
      command: 'node adapter --replay-event dead',
      remedy: { action: 'replay-dead-events', label: 'Send them again' },
    });
  }
  return concerns.sort((a, b) => rank(a) - rank(b));
}

function rank({ severity }: Concern): number {
  return severity === 'error' ? 0 : 1;
}

function jobConcerns(job: JobStatus, feeds: readonly Feed[]): Concern[] {
  const { description, lateSince, lastRun } = job;
  const { name } = description;
  const concerns: Concern[] = [];
  if (lateSince) concerns.push({ severity: 'error', title: `${name} is late`, ...whyLate(job) });
  if (lastRun?.status === 'failed') {
    const [first] = lastRun.errors;
    concerns.push({
      severity: 'error',
      title: `${name} failed`,
      text: first ? errorInWords(first, feeds) : (lastRun.detail ?? lastRun.reason ?? countsInWords(lastRun.counts)),
      ...(lastRun.runId === '' ? {} : { href: `/runs/${lastRun.runId}` }),
    });
  }
  return concerns;
}

function whyLate({ description, recent }: JobStatus): Pick<Concern, 'text' | 'command' | 'remedy'> {
  const others = recent.findIndex(({ status }) => status !== 'skipped');
  const skips = recent.slice(0, others < 0 ? recent.length : others);
  const remedy: Remedy = { action: 'run', label: 'Run it now', fields: { job: description.name } };
  const [last] = skips;
  if (!last)
    return {
      text: 'It has not been called since. Is its line in the crontab, and is cron running?',
      command: 'crontab/install',
      remedy,
    };
  const times = skips.length === 1 ? 'once' : `${skips.length} times in a row`;
  return { text: `It was skipped ${times}: ${last.detail ?? last.reason ?? ''}`, remedy };
}

/** "Feed Villas of Cyprus: ..." */
export function errorInWords({ scope, message }: RunError, feeds: readonly Pick<Feed, 'id' | 'name'>[]): string {
  const [, id, more = ''] = /^feed:([0-9a-f]{24})(:.*)?$/s.exec(scope) ?? [];
  const feed = id === undefined ? undefined : feeds.find((one) => one.id === id);
  const named = feed ? `Feed ${feed.name}${more && `, listing ${more.slice(1)}`}` : scope;
  return named === '' ? message : `${named}: ${message}`;
}

export function reconnectCommand({ provider, locationId }: Pick<Mailbox, 'provider' | 'locationId'>): string {
  return `node adapter --connect ${provider} --location ${locationId}`;
}

export function needsPerson({ enabled, pausedAt, status, daysLeft }: Mailbox): boolean {
  return enabled && pausedAt === undefined && (status === 'needs-reauth' || endsSoon(daysLeft));
}

function mailboxConcerns(mailbox: Mailbox): Concern[] {
  if (!needsPerson(mailbox)) return [];
  const { id, address, status, daysLeft, lastError } = mailbox;
  const way = { command: reconnectCommand(mailbox), href: `/mailboxes/${id}` };
  if (status === 'needs-reauth')
    return [
      {
        severity: 'error',
        title: `${address} must be connected again`,
        text: lastError ?? 'Its sign-in is no longer valid.',
        ...way,
      },
    ];
  return [
    {
      severity: 'warning',
      title: `The session of ${address} ends soon`,
      text: `It lasts ${daysInWords(daysLeft ?? 0)} at most. Connect the mailbox again before then:`,
      ...way,
    },
  ];
}

export function confirmCommand(feed: Pick<Feed, 'id'>): string {
  return `node adapter --invoke sync-feeds --feed-id ${feed.id} --confirm-removals`;
}

export function previewCommand(feed: Pick<Feed, 'id'>): string {
  return `node adapter --feed-preview ${feed.id}`;
}

export function feedConcern(feed: Feed): Concern | undefined {
  if (!feed.isActive) return undefined;
  const { id, name, address, removalGuard: guard, isFormHeld, lastError } = feed;
  const concern = (title: string, more: Partial<Concern> = {}): Concern => ({
    severity: 'warning',
    title,
    // Without an error the address identifies the feed.
    text: lastError ?? `Its record does not say why [${address}].`,
    href: `/feeds/${id}`,
    hasButton: true,
    ...more,
  });
  if (guard)
    return concern(`Removals of ${name} wait for you`, {
      text: `${guard.reason}: ${guard.count} of ${guard.total} listings would be withdrawn.`,
      command: confirmCommand(feed),
    });
  if (isFormHeld) return concern(`Changes of ${name} wait for you`, { command: confirmCommand(feed) });
  switch (feed.lastStatus) {
    case 'needs-mapping':
      return concern(`The feed ${name} needs a mapping`, { command: previewCommand(feed) });
    case 'failed':
    case 'held':
      return concern(`The feed ${name} cannot be read`, { command: previewCommand(feed) });
    case 'stopped':
      return concern(`The feed ${name} was not read completely`);
    default:
      return undefined;
  }
}

function feedConcerns(feed: Feed): Concern[] {
  const concern = feedConcern(feed);
  return concern ? [concern] : [];
}
