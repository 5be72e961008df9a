/** Every step is repeatable, so kills and parallel runs lose and double nothing. */

import { randomUUID } from 'node:crypto';
import { Account, scopeOf, type AccountDoc } from '../../models/account.ts';
import { findAllIds } from '../../models/message.ts';
import { coerceError } from '../../platform/errors.ts';
import type { RunContext } from '../../runs/run-context.ts';
import { applyChanges } from './apply-changes.ts';
import { auditMailbox, isAuditDue } from './audit.ts';
import { drainItems, freshOrigins } from './drain-items.ts';
import { hasReaction, isLocalFailure, MailError } from '../mail-error.ts';
import { importBegin, type ListedContent, type Mailbox } from '../mail-provider.ts';
import type { MessageOrigin } from '../store/parsed-message.ts';
import { queueKeptBackfills } from './queue-backfill.ts';
import { refreshIdentity } from './refresh-identity.ts';
import {
  noteStreamsOff,
  OvertakenError,
  readStream,
  reloadStreams,
  saveStream,
  type StreamState,
  type Walk,
} from './stream-state.ts';
import { countWaiting, dropItems, queueItems, type Waiting } from './sync-items.ts';
import { endWalk, importWalk, repairWalk, walkOnePage, type WalkOptions } from './walk-listing.ts';

/** `paused`: the rest may wait for other mailboxes. */
export type MailboxWork = (
  account: AccountDoc,
  mailbox: Mailbox,
  context: RunContext,
  turn: Turn,
) => Promise<'paused' | void>;

export interface Turn {
  othersWait(): Promise<boolean>;
}

type Outcome = 'read' | 'paused' | 'left' | { readonly failure: unknown };

const timesOvertaken = 3;

/**
 * Changes first, then waiting items, then import pages with changes in between: new mail never waits for old.
 *
 * @throws {MailError} the mailbox fails; listed items stay
 * @throws {RunAbortedError} end of the budget
 */
export async function syncMailbox(
  account: AccountDoc,
  mailbox: Mailbox,
  context: RunContext,
  turn?: Turn,
): Promise<'paused' | void> {
  const startedAt = context.clock.now();
  let outcome: Outcome | undefined;
  let waiting: Waiting | undefined;
  try {
    await refreshIdentity(account, mailbox, context);
    outcome = await readDespiteOthers(account, mailbox, context, turn);
    if (outcome === 'read') {
      if (!account.lastSyncedAt) account.lastAuditAt = startedAt;
      account.lastSyncedAt = startedAt;
      waiting = await countWaiting(context.job, account._id);
      if (waiting.backfills > 0) {
        waiting = undefined;
        for await (const content of queueKeptBackfills(account, mailbox, context))
          await drainItems({ account, mailbox, context, content });
      }
    }
  } finally {
    if (outcome !== 'paused')
      await noteWaiting(waiting ?? (await countWaiting(context.job, account._id)), account, context);
  }
  if (outcome === 'paused') return outcome;
  if (outcome === 'left') return;
  await syncExtras(account, mailbox, context);
  if (typeof outcome === 'object') throw outcome.failure;
}

/** The other run may be dead: continue from its cursor. If it is alive, it moves the cursor again and takes over. */
async function readDespiteOthers(
  account: AccountDoc,
  mailbox: Mailbox,
  context: RunContext,
  turn?: Turn,
): Promise<Outcome> {
  for (let overtaken = 1; ; overtaken += 1) {
    try {
      return await readToTheEnd(account, mailbox, context, turn);
    } catch (thrown) {
      if (!(thrown instanceof OvertakenError)) throw thrown;
      context.log.info({ account: account.email }, thrown.message);
      context.count('overtaken');
      if (!(await reloadStreams(account))) {
        await dropItems(account._id);
        return 'left';
      }
      if (overtaken < timesOvertaken) continue;
      await drainItems({ account, mailbox, context });
      return 'left';
    }
  }
}

async function readToTheEnd(account: AccountDoc, mailbox: Mailbox, context: RunContext, turn?: Turn): Promise<Outcome> {
  const streams = await mailbox.streams();
  await noteStreamsOff(account, streams, context);
  const failures = await readMoving(account, mailbox, streams, context);
  await drainItems({ account, mailbox, context });
  if (failures.length > 0) return { failure: ofOneStream(failures[0]) };
  for (const stream of streams) {
    for (let state = openWalk(account, stream); state; state = openWalk(account, stream)) {
      context.signal.throwIfAborted();
      if (await turn?.othersWait()) return 'paused';
      context.progress({ message: `${account.email}: ${state.walk.kind}` });
      const content = await walkOnePage(state, { account, mailbox, stream, context });
      await walkChanges({ account, mailbox, stream, context });
      await drainItems({ account, mailbox, context, content });
    }
  }
  if (account.lastSyncedAt && isAuditDue(account.lastAuditAt, context.clock.now())) {
    await auditMailbox(account, mailbox, streams, context);
    await drainItems({ account, mailbox, context });
  }
  return 'read';
}

/**
 * @returns failures of single streams
 * @throws if all failed, or the mailbox did
 */
async function readMoving(
  account: AccountDoc,
  mailbox: Mailbox,
  streams: readonly string[],
  context: RunContext,
): Promise<unknown[]> {
  const failures: unknown[] = [];
  let read = 0;
  for (const stream of streams) {
    if (await mailbox.isQuiet?.(stream, readStream(account, stream)?.cursor)) continue;
    read += 1;
    try {
      await walkChanges({ account, mailbox, stream, context });
    } catch (thrown) {
      if (!isLocalFailure(thrown)) throw thrown;
      failures.push(thrown);
    }
  }
  if (failures.length > 0 && failures.length === read) throw failures[0];
  return failures;
}

function ofOneStream(failure: unknown): MailError {
  const { code, message } = coerceError(failure);
  const reaction = failure instanceof MailError && failure.reaction !== 'admin' ? failure.reaction : 'retry';
  return new MailError(message, { code, reaction, cause: failure, isPartial: true });
}

async function walkChanges(options: WalkOptions): Promise<void> {
  const { account, mailbox, stream, context } = options;
  let state = readStream(account, stream) ?? (await beginStream(options));
  let restarted = false;
  for (;;) {
    context.signal.throwIfAborted();
    const observedAt = context.clock.now();
    let page;
    try {
      page = await mailbox.changes(stream, state.cursor);
    } catch (thrown) {
      if (restarted || !hasReaction(thrown, 'cursor-expired')) throw thrown;
      restarted = true;
      state = await restartStream(state, options);
      continue;
    }
    const walk = state.walk?.kind === 'snapshot' ? state.walk : undefined;
    const content = await applyChanges(page.changes, { account, context, revision: randomUUID(), observedAt, walk });
    const { offSince: _, ...readAgain } = state;
    const moved = { ...(page.more ? state : readAgain), cursor: page.cursor };
    const next = walk && !page.more ? await endWalk({ ...moved, walk }, options) : moved;
    if (JSON.stringify(next) !== JSON.stringify(state)) await saveStream(account, stream, next, context);
    state = next;
    if (content.messages.size > 0) await drainContent(content, walk, options);
    if (!page.more) return;
  }
}

/** Content at once; an import's backlog waits for the changes. */
async function drainContent(
  content: ListedContent,
  walk: Walk | undefined,
  { account, mailbox, context }: WalkOptions,
): Promise<void> {
  const origins: readonly MessageOrigin[] = walk ? [...freshOrigins, 'import'] : freshOrigins;
  await drainItems({ account, mailbox, context, content, origins });
}

/** Records the present before listing. Stored messages (after a reconnect) are checked again. */
async function beginStream(options: WalkOptions): Promise<StreamState> {
  const { account, mailbox, stream, context } = options;
  const { lastSyncedAt } = account;
  const walk = importWalk(mailbox, importBegin(account, context), lastSyncedAt);
  const state = { cursor: await mailbox.begin(stream, new Date(walk.since)), walk };
  for await (const ids of findAllIds(account._id, stream)) {
    await queueItems(ids, { account, origin: 'import', revision: randomUUID(), now: context.clock.now() });
  }
  await saveStream(account, stream, state, context);
  return state;
}

/** A new cursor first, then the gap. */
async function restartStream(lost: StreamState, options: WalkOptions): Promise<StreamState> {
  const { account, mailbox, stream, context } = options;
  const lastRead = lost.offSince === undefined ? account : { ...account, lastSyncedAt: new Date(lost.offSince) };
  const walk = await repairWalk(lastRead, mailbox, lost.walk, importBegin(account, context));
  const state = { cursor: await mailbox.begin(stream, new Date(walk.since)), walk };
  await saveStream(account, stream, state, context);
  context.count('gapRepairs');
  context.log.info(
    { account: account.email, stream, since: walk.since },
    'the cursor has expired: mail since then is listed again',
  );
  return state;
}

function openWalk(account: AccountDoc, stream: string): (StreamState & { readonly walk: Walk }) | undefined {
  const state = readStream(account, stream);
  return state?.walk && state.walk.kind !== 'snapshot' ? { ...state, walk: state.walk } : undefined;
}

async function syncExtras(account: AccountDoc, mailbox: Mailbox, context: RunContext): Promise<void> {
  try {
    await mailbox.syncExtras?.();
  } catch (thrown) {
    if (!isLocalFailure(thrown)) throw thrown;
    const scope = scopeOf(account);
    context.problem(scope, thrown);
    context.unfinished(scope);
  }
}

async function noteWaiting({ queued, parked }: Waiting, account: AccountDoc, context: RunContext): Promise<void> {
  context.count('queued', queued);
  context.count('parked', parked);
  if (parked !== account.parkedCount) await Account.updateOne({ _id: account._id }, { $set: { parkedCount: parked } });
}
