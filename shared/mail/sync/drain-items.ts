import { scopeOf, type AccountDoc } from '../../models/account.ts';
import { keepRequest } from '../../models/kept-request.ts';
import { rememberPassed } from '../../models/passed-mail.ts';
import type { SyncItemDoc } from '../../models/sync-item.ts';
import { EstioError, RunAbortedError } from '../../platform/errors.ts';
import type { RunContext } from '../../runs/run-context.ts';
import { parseMessage } from '../content/parse-message.ts';
import { loadOwnAddresses } from '../store/direction.ts';
import { beginItem, releaseItem, wasInterrupted } from './item-attempts.ts';
import { FailureJudge } from './judge-failures.ts';
import { importBegin, isExcluded, type FetchedMessage, type ListedContent, type Mailbox } from '../mail-provider.ts';
import type { MessageOrigin, OwnAddresses, StoreContext } from '../store/parsed-message.ts';
import { applyFlags, applyGone, storeMessage } from '../store/store-message.ts';
import { findDueItems, finishItem, hasDueItems } from './sync-items.ts';

const batchSize = 100;
export const freshOrigins: readonly MessageOrigin[] = ['change', 'audit', 'backfill'];

export interface DrainOptions {
  readonly account: AccountDoc;
  readonly mailbox: Mailbox;
  readonly context: RunContext;
  readonly content?: ListedContent;
  /** Default: all, the first import last. */
  readonly origins?: readonly MessageOrigin[];
}

/**
 * A failing message stops no other.
 * @throws {MailError} the mailbox fails @throws {RunAbortedError} end of the budget
 */
export async function drainItems(options: DrainOptions): Promise<void> {
  const { account, context, mailbox } = options;
  if (!options.content && !(await hasDueItems(account._id, context.clock.now()))) return;
  const judge = new FailureJudge(mailbox, context);
  for (const origins of options.origins ? [options.origins] : [freshOrigins, ['import'] as const]) {
    for (;;) {
      const items = await findDueItems(account._id, { origins, now: context.clock.now(), limit: batchSize });
      if (items.length === 0) break;
      await drainBatch(items, judge, options);
      if (judge.isHopeless) {
        const scope = scopeOf(account);
        context.problem(
          scope,
          new EstioError(
            'Several messages in a row cannot be fetched, although the mailbox answers: the rest is left for ' +
              'later',
            { code: 'messages-failing', retryable: true },
          ),
        );
        return context.unfinished(scope);
      }
    }
  }
}

async function drainBatch(items: readonly SyncItemDoc[], judge: FailureJudge, options: DrainOptions): Promise<void> {
  const { account, context, mailbox } = options;
  const { signal } = context;
  const own = await loadOwnAddresses(account.locationId, context.config.mailOwnDomains);
  let ended: unknown;

  async function work(waiting: Iterable<SyncItemDoc>): Promise<void> {
    for (const item of waiting) {
      if (ended !== undefined || judge.isHopeless) return;
      try {
        signal.throwIfAborted();
        if (await beginItem(item, context.clock.now())) await attempt(item);
      } catch (thrown) {
        ended ??= thrown;
      }
    }
  }

  async function attempt(item: SyncItemDoc): Promise<void> {
    try {
      await drainItem(item, own, options);
    } catch (thrown) {
      if (signal.aborted) {
        await releaseItem(item, context.clock.now());
        throw thrown;
      }
      return judge.failed(item, thrown);
    }
    await judge.passed();
  }

  const calm = items.filter((item) => !wasInterrupted(item)).values();
  await Promise.all(Array.from({ length: Math.max(1, mailbox.concurrency) }, () => work(calm)));
  await work(items.filter(wasInterrupted));
  await (signal.aborted ? judge.acquit() : judge.settle()).catch((thrown: unknown) => (ended ??= thrown));
  if (ended === undefined) return;
  throw signal.aborted ? new RunAbortedError(String(signal.reason?.message ?? 'time budget')) : ended;
}

/** Mail received while the first sync kept failing is news. */
function cameSinceConnecting({ origin }: SyncItemDoc, { connectedAt, lastSyncedAt }: AccountDoc): Date | undefined {
  return origin === 'import' && !lastSyncedAt ? connectedAt : undefined;
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
    newsSince: item.newsSince ?? cameSinceConnecting(item, account),
    observedAt,
    own,
    // Later, so that a failing search blocks no mail. Earlier mail of the new contact may have been ignored.
    creatingContact: async (contactId) =>
      void (await keepRequest({ job: context.job, contactId, accountId: account._id }, importBegin(account, context))),
  };

  let passed: FetchedMessage | undefined;
  if (message === undefined) {
    await applyGone(account, id, store);
    context.count('gone');
  } else if (isExcluded(message.flags)) {
    // Not remembered as ignored: it may be restored.
    if (!(await applyFlags(account, id, message.flags, store))) context.count('ignored');
  } else {
    const outcome = await storeMessage(account, await parseMessage(account, message), store);
    if (outcome === 'unmatched' || outcome === 'ignored') passed = message;
    context.count(outcome);
  }
  // Not after disconnecting: a reconnected mailbox may know more contacts.
  if ((await finishItem(item)) && passed) await rememberPassed(account._id, id, passed.receivedAt);
}
