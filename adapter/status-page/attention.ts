/** What the operator has to do, most urgent first. Pure. */

import { daysInWords, endsSoon } from '../../shared/mail/accounts/session-days.ts';
import { countsInWords } from '../../shared/runs/run-words.ts';
import type { Feed, JobStatus, Mailbox, Status } from './status.ts';

export interface Concern {
  readonly severity: 'error' | 'warning';
  readonly title: string;
  readonly text: string;
  /** What to type, or where to look. */
  readonly command?: string;
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
    ...jobs.flatMap(jobConcerns),
    ...(records?.mailboxes ?? []).flatMap(mailboxConcerns),
    ...(records?.feeds ?? []).flatMap(feedConcerns),
  ];
  const dead = records?.events.dead ?? 0;
  if (dead > 0) {
    concerns.push({
      severity: 'warning',
      title: `${dead} ${dead === 1 ? 'event was' : 'events were'} given up`,
      text: 'The receiver did not take them. Once it works, send them again:',
      command: 'node adapter --replay-event dead',
    });
  }
  return concerns.sort((a, b) => rank(a) - rank(b));
}

function rank({ severity }: Concern): number {
  return severity === 'error' ? 0 : 1;
}

function jobConcerns({ description: { name }, lateSince, lastRun, recent }: JobStatus): Concern[] {
  const concerns: Concern[] = [];
  if (lateSince) {
    const skips = recent.filter(
      (run, index) => run.status === 'skipped' && recent.slice(0, index).every((newer) => newer.status === 'skipped'),
    );
    concerns.push({
      severity: 'error',
      title: `${name} is late`,
      text:
        skips.length > 0
          ? `It was skipped ${skips.length === 1 ? 'once' : `${skips.length} times in a row`}: ` +
            `${skips[0]?.detail ?? skips[0]?.reason ?? ''}`
          : 'Nobody has called it since. Is its line in the crontab, and is cron running?',
      ...(skips.length > 0 ? {} : { command: 'crontab/install' }),
    });
  }
  if (lastRun?.status === 'failed') {
    concerns.push({
      severity: 'error',
      title: `${name} failed`,
      text: lastRun.errors[0]?.message ?? lastRun.detail ?? lastRun.reason ?? countsInWords(lastRun.counts),
    });
  }
  return concerns;
}

/** The command that connects a mailbox anew. */
export function reconnectCommand({ provider, locationId }: Pick<Mailbox, 'provider' | 'locationId'>): string {
  return `node adapter --connect ${provider} --location ${locationId}`;
}

function mailboxConcerns(mailbox: Mailbox): Concern[] {
  if (!mailbox.enabled) return [];
  if (mailbox.status !== 'needs-reauth') {
    if (!endsSoon(mailbox.daysLeft)) return [];
    return [
      {
        severity: 'warning',
        title: `The session of ${mailbox.address} ends soon`,
        text: `It lasts ${daysInWords(mailbox.daysLeft)} at most. Connect it again before:`,
        command: reconnectCommand(mailbox),
      },
    ];
  }
  return [
    {
      severity: 'error',
      title: `${mailbox.address} must be connected again`,
      text: mailbox.lastError ?? 'Its sign-in is no longer valid.',
      command: reconnectCommand(mailbox),
    },
  ];
}

/** The command that lets a feed's held removals happen. */
export function confirmCommand(feed: Pick<Feed, 'id'>): string {
  return `node adapter --invoke sync-feeds --feed-id ${feed.id} --confirm-removals`;
}

function feedConcerns(feed: Feed): Concern[] {
  if (!feed.isActive) return [];
  const { name, removalGuard: guard, isFormHeld, lastError: text = '' } = feed;
  const concern = (title: string, more: Partial<Concern> = {}): Concern[] => [
    { severity: 'warning', title, text, ...more },
  ];
  if (guard)
    return concern(`Removals of ${name} wait for you`, {
      text: `${guard.reason}: ${guard.count} of ${guard.total} listings would be withdrawn. If that is right:`,
      command: confirmCommand(feed),
    });
  if (isFormHeld) return concern(`Changes of ${name} wait for you`, { command: confirmCommand(feed) });
  switch (feed.lastStatus) {
    case 'needs-mapping':
      return concern(`The feed ${name} needs a mapping`);
    case 'failed':
    case 'held':
      return concern(`The feed ${name} cannot be read`);
    case 'stopped':
      return concern(`The feed ${name} was not read to its end`);
    default:
      return [];
  }
}
