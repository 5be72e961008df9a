/**
 * Works off what is listed: fetch, parse, store, remove the item. A message that fails is tried again later and then
 * parked; it stops no other. A mailbox that fails (throttled, signed out, down) ends the work, and its items stay as they are.
 */

import type { AccountDoc } from '../models/account.ts';
import { rememberPassed } from '../models/passed-mail.ts';
import type { SyncItemDoc } from '../models/sync-item.ts';
import { isDatabaseFailure } from '../platform/database-failure.ts';
import { coerceError, isAbort, RunAbortedError } from '../platform/errors.ts';
import type { RunContext } from '../runs/run-context.ts';
import { parseMessage } from './content/parse-message.ts';
import { loadOwnAddresses } from './direction.ts';
import { hasReaction } from './errors.ts';
import { isExcluded, type FetchedMessage, type Mailbox } from './mail-provider.ts';
import type { MessageOrigin, OwnAddresses, StoreContext } from './parsed-message.ts';
import { queueBackfill } from './queue-backfill.ts';
import { applyFlags, storeMessage } from './store-message.ts';
import { failItem, findDueItems, finishItem } from './sync-items.ts';

const batchSize = 100;
/** Everything but the first import: it goes first. */
export const freshOrigins: readonly MessageOrigin[] = ['change', 'audit', 'backfill'];
/** So many messages failing in a row for reasons that pass: the mailbox fails, not the messages. */
const failuresInARow = 5;

/** Content that a listing brought along, valid for the items which that very listing queued. */
export interface ListedContent {
  readonly revision: string;
  readonly messages: ReadonlyMap<string, FetchedMessage>;
  /** When the provider was asked for it. */
  readonly observedAt: Date;
}

export interface DrainOptions {
  readonly account: AccountDoc;
  readonly mailbox: Mailbox;
  readonly context: RunContext;
  readonly content?: ListedContent;
  /** Which items; all of them, the first import last, unless given. */
  readonly origins?: readonly MessageOrigin[];
}

/**
 * Works off every item of an account that is due now, side by side as far as the mailbox allows.
 *
 * @throws {MailError} when the mailbox, rather than a message, fails
 * @throws {RunAbortedError} at the end of the budget, between two items
 */
export async function drainItems(options: DrainOptions): Promise<void> {
  for (const origins of options.origins ? [options.origins] : [freshOrigins, ['import'] as const]) {
    // Everything that fails gets a later time, so each round sees new items and the last one none.
    for (;;) {
      const now = options.context.clock.now();
      const items = await findDueItems(options.account._id, { origins, now, limit: batchSize });
      if (items.length === 0) break;
      await drainBatch(items, options);
    }
  }
}

async function drainBatch(items: readonly SyncItemDoc[], options: DrainOptions): Promise<void> {
  const { account, context, mailbox } = options;
  const own = await loadOwnAddresses(account.locationId, context.config.mailOwnDomains);
  const waiting = items.values();
  /** Failed for reasons that pass, since the last that did not: whether they or the mailbox are at fault, the next one tells. */
  const suspects: Failure[] = [];
  let ended: unknown;

  async function work(): Promise<void> {
    for (const item of waiting) {
      if (ended !== undefined) return;
      try {
        const thrown = await tryItem(item, own, options);
        if (hasReaction(thrown, 'retry')) {
          suspects.push({ item, thrown });
          if (suspects.length >= failuresInARow) ended ??= thrown;
        } else {
          await blame([...suspects.splice(0), ...(thrown === undefined ? [] : [{ item, thrown }])], context);
        }
      } catch (thrown) {
        ended ??= thrown;
      }
    }
  }

  await Promise.all(Array.from({ length: Math.max(1, mailbox.concurrency) }, work));
  if (ended === undefined) return blame(suspects, context);
  throw context.signal.aborted ? new RunAbortedError(String(context.signal.reason?.message ?? 'time budget')) : ended;
}

interface Failure {
  readonly item: SyncItemDoc;
  readonly thrown: unknown;
}

/**
 * @returns what is wrong with this message, if anything
 * @throws what is wrong with the mailbox or the run
 */
async function tryItem(item: SyncItemDoc, own: OwnAddresses, options: DrainOptions): Promise<unknown> {
  const { signal } = options.context;
  try {
    signal.throwIfAborted();
    await drainItem(item, own, options);
    return undefined;
  } catch (thrown) {
    if (concernsMailbox(thrown, signal)) throw thrown;
    return thrown;
  }
}

/** The next tries of messages that failed by themselves. */
async function blame(failures: readonly Failure[], context: RunContext): Promise<void> {
  for (const { item, thrown } of failures) {
    if (await failItem(item, coerceError(thrown), context.clock.now())) context.count('parkedNow');
    context.log.warn({ err: thrown, message: item.providerMessageId, attempts: item.attempts + 1 }, 'a message could not be stored yet');
  }
}

/** Failures of the whole mailbox or run; everything else is the matter of one message. */
function concernsMailbox(thrown: unknown, signal: AbortSignal): boolean {
  if (signal.aborted || isAbort(thrown)) return true;
  return hasReaction(thrown, 'throttled', 'pause-project', 'reauth', 'operator', 'admin', 'busy') || isDatabaseFailure(thrown);
}

async function drainItem(item: SyncItemDoc, own: OwnAddresses, options: DrainOptions): Promise<void> {
  const { account, context, mailbox, content } = options;
  const id = item.providerMessageId;
  const listed = content?.revision === item.revision ? content.messages.get(id) : undefined;
  const observedAt = listed && content ? content.observedAt : context.clock.now();
  const message = listed ?? (await mailbox.fetch(id));
  const store: StoreContext = {
    config: context.config,
    clock: context.clock,
    log: context.log,
    count: context.count,
    origin: item.origin,
    observedAt,
    own,
    contactCreated: (contactId) => queueBackfill(contactId, account, mailbox, context),
  };

  if (message === undefined) {
    await applyFlags(account, id, { isDeleted: true }, store);
    context.count('gone');
  } else if (isExcluded(message.flags)) {
    // Not remembered as passed over: it may be restored, and no listing shows it meanwhile.
    if (!(await applyFlags(account, id, message.flags, store))) context.count('ignored');
  } else {
    const outcome = await storeMessage(account, await parseMessage(account, message), store);
    if (outcome === 'unmatched' || outcome === 'ignored') await rememberPassed(account._id, id, message.receivedAt, context.clock.now());
    context.count(outcome);
  }
  await finishItem(item);
}
