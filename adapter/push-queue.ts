/**
 * Mailboxes reported as changed are collected for some seconds and marked as due for one run. A lost mark only waits
 * for the crontab's next run.
 */

import { markPushed, type PushedMailbox } from '../shared/models/account.ts';
import { second } from '../shared/platform/clock.ts';
import { coerceError } from '../shared/platform/errors.ts';
import type { Logger } from '../shared/platform/logger.ts';
import { requireInstallation } from './installation.ts';
import type { JobService } from './job-service.ts';

/** ms */
const collectMs = 3 * second;
/** While another narrowed run has the lock. */
const maxAttempts = 4;
const pauseMs = 5 * second;

export interface PushQueue {
  note(job: string, mailbox: PushedMailbox): void;
  /** Fulfilled when nothing waits or runs. */
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
    const { description, file } = service.jobs.get(job) ?? {};
    if (!description || !file) return;
    requireInstallation(file);
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
          if (!shutdown.aborted)
            log.warn(
              { err: coerceError(error), job },
              'a push started no run: the next scheduled run reads the mailbox',
            );
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
