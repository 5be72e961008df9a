/**
 * As healthchecks.io expects: `/start`, the bare address, or `/fail`. Skips, dry runs and narrowed runs do not ping:
 * the job's work is not done.
 */

import { PrivateAddressError } from '../platform/checked-address.ts';
import { checkedPost } from '../platform/checked-post.ts';
import type { Config } from '../platform/config.ts';
import { second, waitAtMost } from '../platform/clock.ts';
import { maskAddresses } from '../platform/mask-address.ts';
import type { Logger } from '../platform/logger.ts';
import type { RunIdentity } from './record-run.ts';
import type { RunEnvelope } from './run-guarded.ts';
import { countsInWords, durationInWords } from './run-words.ts';

/** ms */
const defaultTimeout = 5 * second;
const attempts = 2;
const maxRedirects = 3;
/** ms; a stop has a time limit of its own. */
const settleTimeout = 3 * second;
const maxErrors = 20;

export interface Pings {
  /** Both return at once. */
  started(run: Pick<RunIdentity, 'job' | 'parameters'>): void;
  finished(envelope: RunEnvelope): void;
  /** Fulfilled when all pings are sent, or soon in any case. */
  settled(): Promise<void>;
}

export interface PingsOptions {
  readonly config: Pick<Config, 'cronPingUrl' | 'jobPingUrls' | 'cronPingAllowPrivate'>;
  readonly log: Logger;
  readonly timeoutMs?: number;
  readonly settleTimeoutMs?: number;
}

export function createPings({
  config,
  log,
  timeoutMs = defaultTimeout,
  settleTimeoutMs = settleTimeout,
}: PingsOptions): Pings {
  /** The last request by job: an end must not overtake its start. */
  const underWay = new Map<string, Promise<void>>();

  function send(job: string, suffix: '' | '/start' | '/fail', body: string): void {
    const address = pingAddress(config, job, suffix);
    if (!address) return;
    const before = underWay.get(job) ?? Promise.resolve();
    const sent = before
      .then(() => post(address, body))
      .catch((error: unknown) => {
        const remedy = error instanceof PrivateAddressError ? ' (CRON_PING_ALLOW_PRIVATE)' : '';
        log.warn({ job, host: address.host, err: error }, `the ping failed${remedy}`);
      });
    underWay.set(job, sent);
    void sent.then(() => {
      if (underWay.get(job) === sent) underWay.delete(job);
    });
  }

  async function post(address: URL, body: string): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      try {
        const { status } = await checkedPost(address, {
          body,
          headers: { 'content-type': 'text/plain; charset=utf-8' },
          signal: AbortSignal.timeout(timeoutMs),
          allowPrivate: config.cronPingAllowPrivate,
          maxRedirects,
        });
        if (status < 200 || status > 299) throw new Error(`expected a status of 2xx, got ${status}`);
        return;
      } catch (error) {
        if (attempt === attempts || error instanceof PrivateAddressError) throw error;
      }
    }
  }

  return {
    started({ job, parameters }) {
      if (!parameters) send(job, '/start', '');
    },
    finished(envelope) {
      if (envelope.status === 'skipped' || envelope.parameters) return;
      // The service belongs to someone else.
      send(envelope.job, envelope.status === 'failed' ? '/fail' : '', maskAddresses(summarize(envelope)));
    },
    async settled() {
      await waitAtMost(settleTimeoutMs, Promise.all(underWay.values()));
    },
  };
}

export function environmentName(job: string): string {
  return job.toUpperCase().replaceAll('-', '_');
}

function pingAddress(config: PingsOptions['config'], job: string, suffix: string): URL | undefined {
  const base = config.jobPingUrls[environmentName(job)] ?? config.cronPingUrl;
  if (!base) return undefined;
  const address = new URL(base);
  address.pathname = address.pathname.replace(/\/$/, '') + suffix;
  return address;
}

/** "gmail-sync succeeded in 3.2 s: 12 e-mails stored", and a line for each error. */
export function summarize(envelope: Exclude<RunEnvelope, { status: 'skipped' }>): string {
  const { job, status, reason, durationMs, counts, errors } = envelope;
  const listed = errors.slice(0, maxErrors).map(({ scope, message }) => `${scope}: ${message}`);
  const more = errors.length > maxErrors ? [`and ${errors.length - maxErrors} more`] : [];
  return [
    `${job} ${status}${reason ? ` (${reason})` : ''} in ${durationInWords(durationMs)}: ${countsInWords(counts)}`,
    ...listed,
    ...more,
  ].join('\n');
}
