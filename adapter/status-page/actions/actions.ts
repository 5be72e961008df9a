import { createHash } from 'node:crypto';
import { deliverEvents, enableReceiver } from '../../../shared/events/deliver-webhooks.ts';
import { replayEvents } from '../../../shared/events/replay-events.ts';
import type { FeedMapping, FeedMode } from '../../../shared/feeds/formats/feed-format.ts';
import { MappingError } from '../../../shared/feeds/formats/mapping.ts';
import { approveMapping } from '../../../shared/feeds/preview/approve-mapping.ts';
import { pauseFeed } from '../../../shared/feeds/settings/keep-feed.ts';
import { requireFeed } from '../../../shared/feeds/settings/require-feed.ts';
import { requireAccount } from '../../../shared/mail/accounts/disconnect-mailbox.ts';
import { setPaused } from '../../../shared/models/account.ts';
import { UsageError } from '../../../shared/platform/errors.ts';
import type { Logger } from '../../../shared/platform/logger.ts';
import { parseRunParameters } from '../../../shared/runs/run-parameters.ts';
import { installationProblem } from '../../installation.ts';
import { requireJob, type JobService } from '../../job-service.ts';
import { renderPreviewPage } from '../preview-page.ts';
import { readFeedPage } from '../read-feed-page.ts';
import { previewInProcess } from './preview-process.ts';

export interface ActionContext {
  readonly service: JobService;
  readonly log: Logger;
  /** Ends work that continues after the answer. */
  readonly shutdown: AbortSignal;
}

export type ActionResult =
  | { readonly to: string; readonly notice: string }
  | { readonly page: string }
  | { readonly refused: string; readonly to: string };

export interface Action {
  /** Others are refused. */
  readonly fields: readonly string[];
  /** @throws {UsageError} an invalid field */
  readonly run: (fields: ReadonlyMap<string, string>, context: ActionContext) => Promise<ActionResult>;
}

export const actions: Readonly<Record<string, Action>> = {
  run: {
    fields: ['job', 'feedId', 'accountId'],
    run: (fields, context) => startRun(required(fields, 'job'), without(fields, 'job'), context),
  },
  'plan-removals': {
    fields: ['feedId'],
    run: (fields, context) =>
      startRun('sync-feeds', new Map([...fields, ['confirmRemovals', '1'], ['dryRun', '1']]), context),
  },
  'confirm-removals': { fields: ['feedId', 'asked'], run: confirmRemovals },
  'pause-feed': { fields: ['feedId'], run: (fields) => keepFeedFromRuns(fields, true) },
  'resume-feed': { fields: ['feedId'], run: (fields) => keepFeedFromRuns(fields, false) },
  'pause-mailbox': { fields: ['accountId'], run: (fields, { service }) => pauseAccount(fields, service.clock.now()) },
  'resume-mailbox': { fields: ['accountId'], run: (fields) => pauseAccount(fields, undefined) },
  'preview-feed': { fields: ['feedId'], run: previewFeed },
  'approve-mapping': { fields: ['feedId', 'mapping', 'address', 'mode', 'saysChanges'], run: approve },
  'replay-dead-events': { fields: [], run: replayDead },
};

export const notices: Readonly<Record<string, string>> = {
  started: 'Started. This page follows the run.',
  ended: 'It ran.',
  'feed-paused': 'Paused: no run reads this feed, and its listings stay as they are.',
  'mailbox-paused': 'Paused: from the next run on, this mailbox is not read. It stays connected.',
  resumed: 'Resumed: the next run reads it again.',
  approved: 'Approved: runs read the feed by this mapping from now on.',
  replayed: 'The events are being sent again.',
  'nothing-to-replay': 'No event was given up: there was nothing to send.',
};

async function startRun(
  name: string,
  given: ReadonlyMap<string, string>,
  { service, shutdown }: ActionContext,
): Promise<ActionResult> {
  const { description, file } = requireJob(service.jobs, name);
  const parameters = parseRunParameters(given, description.parameters);
  const problem = installationProblem(file);
  if (problem !== undefined) return { refused: `${problem}.`, to: '/' };
  const started = Promise.withResolvers<string>();
  const finished = service.run(description, {
    trigger: 'page',
    parameters,
    signal: shutdown,
    onStart: started.resolve,
  });
  const first = await Promise.race([started.promise, finished]);
  if (typeof first === 'string') return { to: `/runs/${first}`, notice: 'started' };
  if (first.status !== 'skipped') return { to: `/runs/${first.runId}`, notice: 'ended' };
  const underWay = service.running().find((run) => run.job === name && run.runId !== undefined);
  return {
    refused:
      first.reason === 'locked'
        ? `${name} is running already, so nothing was started: ${first.detail}.`
        : `The host is too busy, so nothing was started: ${first.detail}.`,
    to: underWay?.runId === undefined ? '/' : `/runs/${underWay.runId}`,
  };
}

/** Confirms only the hold that was shown: another one asks something else. */
async function confirmRemovals(fields: ReadonlyMap<string, string>, context: ActionContext): Promise<ActionResult> {
  const feedId = required(fields, 'feedId');
  const feed = await requireFeed(feedId);
  const view = await readFeedPage(feed._id);
  if (view?.feed.holdMark !== required(fields, 'asked') || view.feed.holdMark === '')
    return {
      refused: "The feed's question has changed since you opened the page, so nothing was done: look again.",
      to: `/feeds/${feedId}`,
    };
  return startRun(
    'sync-feeds',
    new Map([
      ['feedId', feedId],
      ['confirmRemovals', '1'],
    ]),
    context,
  );
}

async function keepFeedFromRuns(fields: ReadonlyMap<string, string>, isPaused: boolean): Promise<ActionResult> {
  const feed = await requireFeed(required(fields, 'feedId'));
  await pauseFeed(feed, isPaused);
  return { to: `/feeds/${feed._id.toHexString()}`, notice: isPaused ? 'feed-paused' : 'resumed' };
}

async function pauseAccount(fields: ReadonlyMap<string, string>, pausedAt: Date | undefined): Promise<ActionResult> {
  const account = await requireAccount(idOf(fields, 'accountId'));
  if (!account.enabled) throw new UsageError('The mailbox is disconnected: connect it again');
  await setPaused(account._id, pausedAt);
  return { to: `/mailboxes/${account._id.toHexString()}`, notice: pausedAt ? 'mailbox-paused' : 'resumed' };
}

async function previewFeed(fields: ReadonlyMap<string, string>, { service, shutdown }: ActionContext) {
  const { config, clock } = service;
  const feed = await requireFeed(required(fields, 'feedId'));
  const view = await readFeedPage(feed._id);
  if (!view) throw new UsageError('There is no such feed');
  const id = feed._id.toHexString();
  try {
    const preview = await previewInProcess(id, config.cronWorkerMaxMb, shutdown);
    return {
      page: await renderPreviewPage({
        feed: view.feed,
        preview,
        addressMark: markOf(feed.url),
        mode: feed.mode,
        now: clock.now(),
      }),
    };
  } catch (error) {
    return { refused: `The feed cannot be shown: ${(error as Error).message}`, to: `/feeds/${id}` };
  }
}

async function approve(fields: ReadonlyMap<string, string>, { service }: ActionContext): Promise<ActionResult> {
  const feed = await requireFeed(required(fields, 'feedId'));
  const feedId = feed._id.toHexString();
  if (markOf(feed.url) !== required(fields, 'address'))
    return {
      refused: "The feed's address has changed since, so nothing was approved: look again.",
      to: `/feeds/${feedId}`,
    };
  await approveMapping({
    feedId,
    url: feed.url,
    mapping: unpackMapping(required(fields, 'mapping')),
    mode: modeOf(fields.get('mode')),
    saysChanges: fields.get('saysChanges'),
    now: service.clock.now(),
  }).catch(asUsage);
  return { to: `/feeds/${feedId}`, notice: 'approved' };
}

/** Events are sent after the answer, or with the next run. */
async function replayDead(_: unknown, { service, log, shutdown }: ActionContext): Promise<ActionResult> {
  const { config, clock } = service;
  const { replayed } = await replayEvents('dead', clock);
  if (config.eventWebhookUrl) {
    await enableReceiver(config.eventWebhookUrl);
    void deliverEvents({ config, clock, log, signal: shutdown }).catch((error: unknown) =>
      log.error({ err: error }, 'the events could not be delivered'),
    );
  }
  return { to: '/', notice: replayed === 0 ? 'nothing-to-replay' : 'replayed' };
}

/** Identifies an address without revealing its secrets. */
function markOf(address: string): string {
  return createHash('sha256').update(address).digest('base64url').slice(0, 22);
}

function unpackMapping(packed: string): FeedMapping {
  try {
    return JSON.parse(Buffer.from(packed, 'base64url').toString('utf8')) as FeedMapping;
  } catch {
    throw new UsageError("mapping: the form's value cannot be read");
  }
}

function modeOf(mode: string | undefined): FeedMode | undefined {
  if (mode === undefined || mode === 'snapshot' || mode === 'delta') return mode;
  throw new UsageError(`mode: expected snapshot or delta, got ${JSON.stringify(mode.slice(0, 50))}`);
}

function required(fields: ReadonlyMap<string, string>, name: string): string {
  const value = fields.get(name);
  if (value === undefined) throw new UsageError(`The field ${name} is missing`);
  return value;
}

function idOf(fields: ReadonlyMap<string, string>, name: string): string {
  const value = required(fields, name);
  if (/^[0-9a-f]{24}$/.test(value)) return value;
  throw new UsageError(`${name}: expected an id of 24 hexadecimal digits, got ${JSON.stringify(value.slice(0, 50))}`);
}

function without(fields: ReadonlyMap<string, string>, name: string): ReadonlyMap<string, string> {
  return new Map([...fields].filter(([key]) => key !== name));
}

function asUsage(error: unknown): never {
  throw error instanceof MappingError ? new UsageError(error.message) : error;
}
