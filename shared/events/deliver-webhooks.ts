/**
 * Sends the outbox: at least once, in order per location, several locations in parallel. Runs after every job, so its
 * time is bounded.
 */

import { createHash, randomUUID } from 'node:crypto';
import type { Types } from 'mongoose';
import type { EventDoc } from '../models/event.ts';
import { WebhookEndpoint } from '../models/webhook-endpoint.ts';
import { PrivateAddressError } from '../platform/checked-address.ts';
import { checkedPost } from '../platform/checked-post.ts';
import { minute, type Clock } from '../platform/clock.ts';
import type { Config } from '../platform/config.ts';
import type { Logger } from '../platform/logger.ts';
import { parseRetryAfter } from '../platform/retry.ts';
import {
  attemptsOf,
  claimHead,
  describeWaiting,
  markDead,
  markDelivered,
  markFailed,
  returnToQueue,
  sendTimeoutMs,
  waitingLocations,
} from './event-queue.ts';
import { cloudEvent, webhookRequest } from './webhook-request.ts';

export interface DeliverDeps {
  readonly config: Pick<Config, 'eventWebhookUrl' | 'eventWebhookSecret'> &
    Partial<Pick<Config, 'eventWebhookSecretPrevious' | 'eventWebhookAllowPrivate'>>;
  readonly clock: Clock;
  readonly log: Logger;
  readonly signal: AbortSignal;
  /** For one attempt, ms. */
  readonly timeoutMs?: number;
}

export interface Delivery {
  readonly delivered: number;
  /** To be repeated later. */
  readonly failed: number;
  readonly dead: number;
  readonly deadEvents?: readonly string[];
  readonly stopped?: 'no-url' | 'refused-address' | 'disabled' | 'receiver-down' | 'out-of-time';
}

const locationsAtOnce = 4;
const maxNamed = 10;
/** Per location. */
const eventsInTurn = 5;
/** In a row, of any location. */
const failuresUntilDown = 5;
/** ms; no attempt begins later. */
const deliveryBudgetMs = 2 * minute;

type Outcome =
  | { readonly kind: 'delivered' }
  | { readonly kind: 'called-off' }
  | { readonly kind: 'stopped'; readonly why: 'disabled' | 'refused-address'; readonly message: string }
  | { readonly kind: 'unsendable'; readonly reason: string }
  | { readonly kind: 'failed'; readonly reason: string; readonly retryAfterMs: number; readonly isDown: boolean };

/** The receiver's failures are counted, not thrown. */
export async function deliverEvents(deps: DeliverDeps): Promise<Delivery> {
  const {
    config: { eventWebhookUrl: url, eventWebhookSecret: secret, eventWebhookSecretPrevious: previous },
    clock,
    log,
    signal,
  } = deps;
  const counts = { delivered: 0, failed: 0, dead: 0 };
  if (!url || !secret) return { ...counts, stopped: 'no-url' };
  if (await isDisabled(url)) {
    log.error(`${goneMessage}. Set another EVENT_WEBHOOK_URL, or try this one again with --replay-event.`);
    return { ...counts, stopped: 'disabled' };
  }

  const deliverer = randomUUID();
  const outOfTime = AbortSignal.timeout(deliveryBudgetMs);
  let stopped: Delivery['stopped'];
  let failuresInARow = 0;
  const deadEvents: string[] = [];

  /** Returns whether the location's next turn may follow. */
  async function takeTurn(locationId: Types.ObjectId): Promise<boolean> {
    for (let sent = 0; sent < eventsInTurn; sent++) {
      if (signal.aborted || outOfTime.aborted) stopped ??= 'out-of-time';
      if (stopped) return false;
      const event = await claimHead(locationId, deliverer);
      if (!event) return false;
      const outcome = await send(event, url as string, [secret as string, ...(previous ? [previous] : [])], deps);
      if (!(await settle(event, outcome))) return false;
    }
    return true;
  }

  /** Returns whether the location's next event may follow. */
  async function settle(event: EventDoc, outcome: Outcome): Promise<boolean> {
    const about = { eventId: String(event._id), type: event.type, attempt: attemptsOf(event) + 1 };
    if (outcome.kind === 'delivered') {
      failuresInARow = 0;
      counts.delivered += 1;
      return markDelivered(event, clock.now());
    }
    if (outcome.kind === 'called-off') {
      stopped ??= 'out-of-time';
      await returnToQueue(event);
      return false;
    }
    if (outcome.kind === 'stopped') {
      // The setting is wrong, not the event: no attempt is counted.
      await returnToQueue(event);
      if (outcome.why === 'disabled') await disable(url as string, clock.now());
      stopped = outcome.why;
      log.error(about, outcome.message);
      return false;
    }
    const status =
      outcome.kind === 'unsendable'
        ? await markDead(event, outcome.reason)
        : await markFailed(event, outcome.reason, outcome.retryAfterMs);
    counts[status === 'dead' ? 'dead' : 'failed'] += 1;
    if (status === 'dead' && deadEvents.length < maxNamed) deadEvents.push(`${about.eventId} (${event.type})`);
    log.warn(
      { ...about, reason: outcome.reason },
      status === 'dead'
        ? 'An event was given up after its last attempt. To send it again: --replay-event dead'
        : 'An event was not delivered; a later run tries again',
    );
    if (outcome.kind === 'failed') failuresInARow = outcome.isDown ? failuresInARow + 1 : 0;
    if (failuresInARow >= failuresUntilDown) stopped ??= 'receiver-down';
    return status === 'dead';
  }

  const waiting = await waitingLocations();
  const lines = beginAnywhere(waiting);
  await Promise.all(
    Array.from({ length: locationsAtOnce }, async () => {
      for (let line = lines.shift(); line; line = lines.shift()) if (await takeTurn(line)) lines.push(line);
    }),
  );
  if (waiting.length > 0 && !stopped && counts.delivered + counts.failed + counts.dead === 0) {
    log.warn(
      await describeWaiting(waiting),
      'No event was sent: the waiting events are not due yet, or another process is sending them',
    );
  }
  return { ...counts, ...(deadEvents.length > 0 ? { deadEvents } : {}), ...(stopped ? { stopped } : {}) };
}

/** Otherwise a short time always reaches the same locations. */
function beginAnywhere<T>(ring: readonly T[]): T[] {
  const begin = Math.floor(Math.random() * ring.length);
  return [...ring.slice(begin), ...ring.slice(0, begin)];
}

const goneMessage = 'The receiver of events answered 410 Gone: no more events are sent to it';
export const privateRemedy = 'A receiver on this host or in a private network needs EVENT_WEBHOOK_ALLOW_PRIVATE=1';

/** Overload, or a proxy without a backend. Other answers may concern one event. */
const answersOfNobody = [429, 502, 503, 504];

/** Redirects are not followed: only the configured address is trusted. */
async function send(
  event: EventDoc,
  url: string,
  secrets: readonly string[],
  { config, clock, signal, timeoutMs = sendTimeoutMs }: DeliverDeps,
): Promise<Outcome> {
  let content: ReturnType<typeof cloudEvent>;
  try {
    content = cloudEvent(event);
  } catch (error) {
    return { kind: 'unsendable', reason: `cannot be sent: ${(error as Error).message}` };
  }
  const { headers, body } = webhookRequest(content, secrets, clock.now());
  try {
    const answer = await checkedPost(new URL(url), {
      headers,
      body,
      signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
      allowPrivate: config.eventWebhookAllowPrivate,
    });
    const { status } = answer;
    if (status >= 200 && status <= 299) return { kind: 'delivered' };
    if (status === 410) return { kind: 'stopped', why: 'disabled', message: goneMessage };
    const retryAfterMs = parseRetryAfter(answer.headers['retry-after'], clock.now()) ?? 0;
    return { kind: 'failed', reason: `answered ${status}`, retryAfterMs, isDown: answersOfNobody.includes(status) };
  } catch (error) {
    if (signal.aborted) return { kind: 'called-off' };
    if (error instanceof PrivateAddressError) {
      const message = `EVENT_WEBHOOK_URL is not called: ${error.message}. ${privateRemedy}`;
      return { kind: 'stopped', why: 'refused-address', message };
    }
    return { kind: 'failed', reason: describeFailure(error, url, timeoutMs), retryAfterMs: 0, isDown: true };
  }
}

/** Without the address, which may hold a secret. */
function describeFailure(error: unknown, url: string, timeoutMs: number): string {
  if (error instanceof Error && error.name === 'TimeoutError') return `no answer within ${timeoutMs / 1000} s`;
  const { code, message } = error as NodeJS.ErrnoException;
  return `no connection (${String(code ?? message)
    .replaceAll(url, 'the address')
    .slice(0, 200)})`;
}

const hashOf = (url: string) => createHash('sha256').update(url).digest('hex');

async function isDisabled(url: string): Promise<boolean> {
  return (await WebhookEndpoint.exists({ urlHash: hashOf(url) })) !== null;
}

async function disable(url: string, now: Date): Promise<void> {
  await WebhookEndpoint.updateOne({ urlHash: hashOf(url) }, { $setOnInsert: { disabledAt: now } }, { upsert: true });
}

export async function enableReceiver(url: string): Promise<void> {
  await WebhookEndpoint.deleteOne({ urlHash: hashOf(url) });
}
