/** One host looks at a time. */

import { hostname } from 'node:os';
import { findTold, noteTold } from '../../shared/models/alert.ts';
import { minute, second, waitAtMost } from '../../shared/platform/clock.ts';
import { coerceError, EstioError } from '../../shared/platform/errors.ts';
import type { Logger } from '../../shared/platform/logger.ts';
import { whileClaimed } from '../../shared/runs/while-claimed.ts';
import type { JobService } from '../job-service.ts';
import { findCauses, type Cause } from './cause.ts';
import { decideNotices, type Notice, type Told } from './decide-notices.ts';
import { messageOf, type Message } from './notice-text.ts';
import { readFacts } from './read-facts.ts';
import { sendReports } from './send-reports.ts';
import { channelsOf } from './send.ts';

const claimName = 'alerts';
/** ms */
const settleTimeout = 3 * second;
const lostAfter = 3;

export interface Alerts {
  /** Never throws. */
  look(): Promise<void>;
  start(): void;
  close(): Promise<void>;
}

export function createAlerts(service: JobService, log: Logger): Alerts {
  const channels = channelsOf(service.config);
  let looking = Promise.resolve();
  let timer: NodeJS.Timeout | undefined;
  const database = databaseWatch();

  /** @throws {EstioError} all channels failed */
  async function send(message: Message): Promise<void> {
    const sent = await Promise.allSettled(channels.map((channel) => channel.send(message)));
    const failures = sent.flatMap((one) => (one.status === 'rejected' ? [coerceError(one.reason)] : []));
    for (const error of failures) log.warn({ err: error }, 'an alert was not accepted');
    if (failures.length === channels.length) throw new EstioError('No alert was accepted', { code: 'alert' });
  }

  async function tell(notices: readonly Notice[]): Promise<void> {
    if (notices.length > 0) await send(messageOf(notices, hostname(), service.clock.now()));
  }

  async function lookOnce(): Promise<void> {
    const now = service.clock.now();
    const lost = await service.history().then(
      () => undefined,
      (error: unknown) => coerceError(error),
    );
    await database.note(lost, now, tell);
    if (lost) return;
    await whileClaimed(claimName, async () => {
      const told = (await findTold()).map(({ _id, ...one }): Told => ({ key: _id, ...one }));
      const notices = decideNotices(findCauses(await readFacts(service)), told, now);
      await tell(notices);
      await remember(notices, now);
      await sendReports(service, now, send);
    });
  }

  function look(): Promise<void> {
    looking = looking
      .then(lookOnce)
      .catch((error: unknown) => log.error({ err: coerceError(error) }, 'the alerts could not be sent'));
    return looking;
  }

  return {
    look,
    start() {
      if (channels.length === 0) return;
      timer = setInterval(() => void look(), minute).unref();
      service.onEnvelope(() => void look());
    },
    async close() {
      clearInterval(timer);
      await waitAtMost(settleTimeout, looking);
    },
  };
}

async function remember(notices: readonly Notice[], now: Date): Promise<void> {
  const told = notices.flatMap((notice) =>
    notice.kind === 'over' ? [] : [{ _id: notice.cause.key, title: notice.cause.title, since: notice.since }],
  );
  const over = notices.flatMap((notice) => (notice.kind === 'over' ? [notice.key] : []));
  await noteTold(told, over, now);
}

/** Kept in memory: it concerns the database itself. */
function databaseWatch() {
  let losses = 0;
  let told: Told[] = [];
  return {
    async note(lost: Error | undefined, now: Date, tell: (notices: readonly Notice[]) => Promise<void>) {
      losses = lost ? losses + 1 : 0;
      if (lost && losses < lostAfter && told.length === 0) return;
      const causes: Cause[] = lost
        ? [
            {
              key: 'database',
              title: 'The database does not answer',
              text: lost.message,
              command: 'node adapter --doctor',
            },
          ]
        : [];
      const notices = decideNotices(causes, told, now);
      await tell(notices);
      if (notices.length === 0) return;
      told = causes.map(({ key, title }) => ({ key, title, since: told[0]?.since ?? now, toldAt: now }));
    },
  };
}
