/**
 * Mailboxes that their provider reports as changed. What comes within a few seconds is taken together:
 * the mailboxes are marked as due, and one run reads those that are. A mark that is lost with this process, or a run
 * that is refused, costs the time to the next run of the crontab and nothing else.
 */

import { markPushed, type PushedMailbox } from '../shared/models/account.ts';
import { second } from '../shared/platform/clock.ts';
import { coerceError } from '../shared/platform/errors.ts';
import type { Logger } from '../shared/platform/logger.ts';
import type { JobService } from './job-service.ts';

/** For so long pushes are collected (ms). */
const collectMs = 3 * second;
/** How often, and after which pause (ms), a run is tried again while another narrowed one has the lock. */
const maxAttempts = 4;
const pauseMs = 5 * second;

export interface PushQueue {
  /** Notes a mailbox; a run follows. */
  note(job: string, mailbox: PushedMailbox): void;
  /** Fulfilled when nothing is waiting and no run of a push is under way. */
  settled(): Promise<void>;
}

export function createPushQueue(
  service: Pick<JobService, 'jobs' | 'clock' | 'database' | 'run'>,
  shutdown: AbortSignal,
  log: Logger,
): PushQueue {
  const waiting = new Map<string, Map<string, PushedMailbox>>();
  const underWay = new Map<string, Promise<void>>();

  async function work(job: string, mailboxes: Map<string, PushedMailbox>): Promise<void> {
    while (mailboxes.size > 0) {
      await service.clock.wait(collectMs, shutdown);
      const pushed = [...mailboxes.values()];
      mailboxes.clear();
      await service.database();
      const marked = await markPushed(pushed);
      log.info({ job, pushes: pushed.length, mailboxes: marked }, 'mailboxes have changed');
      if (marked > 0) await runPushed(job);
    }
  }

  async function runPushed(job: string): Promise<void> {
    const { description } = service.jobs.get(job) ?? {};
    if (!description) return;
    for (let attempt = 1; ; attempt += 1) {
      const envelope = await service.run(description, {
        trigger: 'push',
        parameters: { pushed: true, dryRun: false, confirmRemovals: false },
        signal: shutdown,
      });
      const isLocked = envelope.status === 'skipped' && envelope.reason === 'locked';
      if (!isLocked || attempt === maxAttempts) return;
      await service.clock.wait(pauseMs, shutdown);
    }
  }

  return {
    note(job, mailbox) {
      const mailboxes = waiting.get(job) ?? new Map<string, PushedMailbox>();
      waiting.set(job, mailboxes);
      const key = 'email' in mailbox ? mailbox.email : mailbox.accountId;
      const isOver = 'isOver' in mailbox && (mailbox.isOver || isOverOf(mailboxes.get(key)));
      mailboxes.set(key, 'email' in mailbox ? mailbox : { ...mailbox, isOver });
      if (underWay.has(job)) return;
      const working = work(job, mailboxes)
        .catch((error: unknown) => {
          if (!shutdown.aborted) log.warn({ err: coerceError(error), job }, 'a push was not followed: cron reads it');
        })
        .finally(() => underWay.delete(job));
      underWay.set(job, working);
    },
    async settled() {
      await Promise.all(underWay.values());
    },
  };
}

function isOverOf(mailbox: PushedMailbox | undefined): boolean {
  return mailbox !== undefined && 'isOver' in mailbox && mailbox.isOver;
}
