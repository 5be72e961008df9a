/**
 * Walks a mailbox page by page, resumable at each. Absence never deletes: missing messages are fetched individually.
 */

import { randomUUID } from 'node:crypto';
import type { AccountDoc } from '../../models/account.ts';
import { findLiveIds, findStored, markSeen, oldestMessage } from '../../models/message.ts';
import { passedIds } from '../../models/passed-mail.ts';
import { day } from '../../platform/clock.ts';
import type { RunContext } from '../../runs/run-context.ts';
import { hasReaction } from '../mail-error.ts';
import { listedMessages, type ListedContent, type ListEntry, type Mailbox } from '../mail-provider.ts';
import { applyFlags } from '../store/store-message.ts';
import { saveStream, type StreamState, type Walk } from './stream-state.ts';
import { queueItems, waitingIds } from './sync-items.ts';

export interface WalkOptions {
  readonly account: AccountDoc;
  readonly mailbox: Mailbox;
  readonly stream: string;
  readonly context: RunContext;
}

/** @param lastSyncedAt of the mailbox */
export function importWalk(mailbox: Mailbox, since: Date, lastSyncedAt?: Date): Walk {
  return {
    kind: mailbox.snapshot === 'list' ? 'import' : 'snapshot',
    id: randomUUID(),
    since: since.toISOString(),
    ...(lastSyncedAt ? { newSince: new Date(lastSyncedAt.getTime() - day).toISOString() } : {}),
  };
}

/** Back to the import for new mail, to the oldest stored mail for its state. */
export async function repairWalk(
  account: AccountDoc,
  mailbox: Mailbox,
  interrupted: Walk | undefined,
  importSince: Date,
): Promise<Walk> {
  const { lastSyncedAt } = account;
  const newSince =
    interrupted?.kind === 'import' || !lastSyncedAt
      ? {}
      : { newSince: new Date(lastSyncedAt.getTime() - day).toISOString() };
  const bound = importSince.toISOString();
  if (mailbox.snapshot === 'list') return { kind: 'catch-up', id: randomUUID(), since: bound, ...newSince };
  const oldest = await oldestMessage(account._id);
  const since = oldest && oldest < importSince ? new Date(oldest.getTime() - day).toISOString() : bound;
  return { kind: 'snapshot', id: randomUUID(), since, bound, ...newSince };
}

/** @returns the page's content */
export async function walkOnePage(
  state: StreamState & { readonly walk: Walk },
  options: WalkOptions,
): Promise<ListedContent> {
  const { account, mailbox, stream, context } = options;
  const { walk } = state;
  const revision = randomUUID();
  const query = { stream, since: new Date(walk.since), readState: walk.kind === 'reconcile' };
  const observedAt = context.clock.now();
  let page;
  try {
    page = await mailbox.list(query, walk.pageToken);
  } catch (thrown) {
    if (!walk.pageToken || !hasReaction(thrown, 'stale-page')) throw thrown;
    context.log.info({ stream }, 'the page token is no longer valid: the listing starts again');
    page = await mailbox.list(query);
  }

  if (walk.kind === 'reconcile') await reconcilePage(page.entries, walk, { revision, observedAt }, options);
  else await queueUnknown(page.entries, walk, revision, options);

  const { pageToken: _, ...rest } = walk;
  const partial = walk.partial || page.partial;
  const next: Walk = {
    ...rest,
    ...(partial ? { partial } : {}),
    ...(page.nextPageToken ? { pageToken: page.nextPageToken } : {}),
  };
  await saveStream(
    account,
    stream,
    page.nextPageToken ? { ...state, walk: next } : await endWalk({ ...state, walk: next }, options),
    context,
  );
  return { revision, messages: listedMessages(page.entries), observedAt };
}

/** A catch-up continues as a reconciliation. */
export async function endWalk(
  state: StreamState & { readonly walk: Walk },
  options: WalkOptions,
): Promise<StreamState> {
  const { walk, cursor } = state;
  if (walk.kind === 'catch-up') {
    const oldest = await oldestMessage(options.account._id);
    if (!oldest) return { cursor };
    return {
      cursor,
      walk: { kind: 'reconcile', id: randomUUID(), since: new Date(oldest.getTime() - day).toISOString() },
    };
  }
  const reconciles =
    walk.kind === 'reconcile' || (walk.kind === 'snapshot' && options.account.lastSyncedAt !== undefined);
  if (reconciles && !walk.partial) await queueUnseen(walk, options);
  return { cursor };
}

async function queueUnknown(
  entries: readonly ListEntry[],
  walk: Walk,
  revision: string,
  options: WalkOptions,
): Promise<void> {
  const { account, context } = options;
  const unknown = await unknownIds(
    account,
    entries.map((entry) => entry.id),
  );
  const origin = walk.newSince ? 'change' : 'import';
  await queueItems(unknown, { account, origin, revision, now: context.clock.now() });
  context.count('listed', unknown.length);
}

export async function unknownIds(account: AccountDoc, ids: readonly string[]): Promise<string[]> {
  const [stored, waiting, passed] = await Promise.all([
    findStored(account._id, ids),
    waitingIds(account._id, ids),
    passedIds(account._id, ids),
  ]);
  return ids.filter((id) => !(stored.has(id) && !stored.get(id)?.deletedAt) && !waiting.has(id) && !passed.has(id));
}

/** Also queues messages stored as deleted. */
async function reconcilePage(
  entries: readonly ListEntry[],
  walk: Walk,
  { revision, observedAt }: Pick<ListedContent, 'revision' | 'observedAt'>,
  options: WalkOptions,
): Promise<void> {
  const { account, context } = options;
  const ids = entries.map((entry) => entry.id);
  const stored = await findStored(account._id, ids);
  await markSeen(account._id, ids, walk.id);
  await queueItems(
    ids.filter((id) => stored.get(id)?.deletedAt),
    { account, origin: 'audit', revision, now: context.clock.now() },
  );
  const store = {
    config: context.config,
    clock: context.clock,
    log: context.log,
    count: context.count,
    origin: 'audit' as const,
    observedAt,
  };
  for (const { id, isRead } of entries) {
    const known = stored.get(id);
    if (known && isRead !== undefined && known.isRead !== isRead && (await applyFlags(account, id, { isRead }, store)))
      context.count('flagsChanged');
  }
}

async function queueUnseen(walk: Walk, options: WalkOptions): Promise<void> {
  const { account, stream, context } = options;
  // Sent and received times differ: the first day proves nothing.
  const since = new Date(new Date(walk.since).getTime() + day / 2);
  for await (const ids of findLiveIds(account._id, { since, folder: stream, unseenInWalk: walk.id })) {
    await queueItems(ids, { account, origin: 'audit', revision: randomUUID(), now: context.clock.now() });
    context.count('reconciled', ids.length);
  }
}
