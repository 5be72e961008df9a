import type { AccountDoc } from '../../models/account.ts';
import { findStored, markSeen } from '../../models/message.ts';
import { passedIds } from '../../models/passed-mail.ts';
import type { RunContext } from '../../runs/run-context.ts';
import { foldChanges } from './fold-changes.ts';
import type { FetchedMessage, ListedContent, MailChange } from '../mail-provider.ts';
import type { MessageOrigin, StoreContext } from '../store/parsed-message.ts';
import { applyFlags, applyGone } from '../store/store-message.ts';
import type { Walk } from './stream-state.ts';
import { queueItems, touchItems } from './sync-items.ts';

export interface TakeIn {
  readonly account: AccountDoc;
  readonly context: RunContext;
  readonly revision: string;
  /** Before the request. */
  readonly observedAt: Date;
  readonly walk: Walk | undefined;
}

/**
 * Applies flags and queues the rest. Repeatable; only then may the cursor move.
 *
 * @returns content for the queued items
 */
export async function applyChanges(page: readonly MailChange[], options: TakeIn): Promise<ListedContent> {
  const { account, context, revision, observedAt, walk } = options;
  const changes = await withoutOlder(foldChanges(page), account, walk);
  const now = context.clock.now();
  const listing = { account, revision, now };
  const store: StoreContext = {
    config: context.config,
    clock: context.clock,
    log: context.log,
    count: context.count,
    origin: 'change',
    observedAt,
  };

  const messages = changes.filter((change) => change.kind === 'message');
  for (const [origin, group] of groupByOrigin(messages, walk)) {
    await queueItems(
      group.map((change) => change.id),
      { ...listing, origin },
    );
  }

  // Before messages are read: whoever stores one in between knows the new state; whoever stores it later finds the item
  // touched.
  const others = changes.filter((change) => change.kind !== 'message');
  await touchItems(
    others.map((change) => change.id),
    { ...listing, origin: 'change' },
  );
  const stored = await findStored(
    account._id,
    others.map((change) => change.id),
  );
  // Graph may report a message that left and returned as left (microsoft-graph-docs#21752).
  const left = others.filter((change) => change.kind === 'left').map((change) => change.id);
  const passed = await passedIds(
    account._id,
    left.filter((id) => !stored.has(id)),
  );
  await queueItems(
    left.filter((id) => !passed.has(id)),
    { ...listing, origin: 'change' },
  );
  for (const change of others) {
    if (!stored.has(change.id) || change.kind === 'left') continue;
    const isStored =
      change.kind === 'flags'
        ? await applyFlags(account, change.id, change.flags, store)
        : await applyGone(account, change.id, store);
    if (isStored) context.count('flagsChanged');
  }

  if (walk)
    await markSeen(
      account._id,
      messages.map((change) => change.id),
      walk.id,
    );
  context.count('listed', messages.length);
  const content = new Map<string, FetchedMessage>();
  for (const change of messages) if (change.message) content.set(change.id, change.message);
  return { revision, messages: content, observedAt };
}

/** Older than the import, mail is only updated. */
async function withoutOlder(
  changes: readonly MailChange[],
  account: AccountDoc,
  walk: Walk | undefined,
): Promise<readonly MailChange[]> {
  const bound = walk?.bound;
  if (bound === undefined) return changes;
  const isOlder = (change: MailChange) => {
    const receivedAt = change.kind === 'message' ? receivedAtOf(change) : undefined;
    return receivedAt !== undefined && receivedAt < new Date(bound);
  };
  const stored = await findStored(
    account._id,
    changes.filter(isOlder).map(({ id }) => id),
  );
  return changes.filter((change) => !isOlder(change) || stored.has(change.id));
}

function receivedAtOf({ message, receivedAt }: MessageChange): Date | undefined {
  return message?.receivedAt ?? receivedAt;
}

type MessageChange = Extract<MailChange, { kind: 'message' }>;

/** In a snapshot, only mail since the last listing is new. */
function groupByOrigin(changes: readonly MessageChange[], walk: Walk | undefined): Map<MessageOrigin, MessageChange[]> {
  return Map.groupBy(changes, (change): MessageOrigin => {
    if (!walk) return 'change';
    const receivedAt = receivedAtOf(change);
    if (!walk.newSince || !receivedAt) return 'import';
    return receivedAt >= new Date(walk.newSince) ? 'change' : 'import';
  });
}
