import { isValidObjectId, type Types } from 'mongoose';
import {
  Account,
  findDisconnecting,
  isConnected,
  scopeOf,
  type AccountDoc,
  type AccountsQuery,
} from '../../models/account.ts';
import { KeptRequest } from '../../models/kept-request.ts';
import { Message } from '../../models/message.ts';
import { forgetPassed } from '../../models/passed-mail.ts';
import type { Clock } from '../../platform/clock.ts';
import { UsageError } from '../../platform/errors.ts';
import { refreshConversations } from '../store/conversations.ts';
import { dropItems } from '../sync/sync-items.ts';
import { writeSource } from '../store/write-source.ts';

const batchSize = 200;

/** @throws {UsageError} none or several */
export async function requireAccount(name: string): Promise<AccountDoc> {
  const named = await Account.find(isValidObjectId(name) ? { _id: name } : { email: name.toLowerCase() }).lean<
    AccountDoc[]
  >();
  const connected = named.filter(({ enabled }) => enabled);
  const [account, ...others] = connected.length > 0 ? connected : named;
  if (account && others.length === 0) return account;
  const listed = account
    ? [account, ...others]
    : await Account.find({ enabled: true }, { provider: 1, email: 1 }).limit(20).lean();
  const ids = listed.map((account) => `${String(account._id)} (${scopeOf(account)})`).join(', ');
  throw new UsageError(
    `Expected the id or the address of one mailbox, got ${JSON.stringify(name)}; ` +
      `${ids ? `there are ${ids}` : 'none is connected'}`,
  );
}

const forgotten = {
  credentials: 1,
  connectedAt: 1,
  notBefore: 1,
  lastSyncedAt: 1,
  lastAuditAt: 1,
  watchExpiration: 1,
} as const;

/** The mail that no other mailbox of the location has goes to the trash. Repeatable. */
export async function disconnectMailbox(account: Pick<AccountDoc, '_id'>, clock: Clock): Promise<void> {
  await Account.updateOne(
    { _id: account._id },
    {
      $set: { enabled: false, cursors: {}, parkedCount: 0 },
      $inc: { cursorsVersion: 1, credentialsVersion: 1 },
      $unset: forgotten,
    },
  );
  await takeMailAway(account, clock);
}

async function takeMailAway(account: Pick<AccountDoc, '_id'>, clock: Clock): Promise<void> {
  await dropItems(account._id);
  await KeptRequest.deleteMany({ accountId: account._id });
  await forgetPassed(account._id);
  let after: Types.ObjectId | undefined;
  for (;;) {
    const batch = await Message.find(
      { 'sources.accountId': account._id, ...(after ? { _id: { $gt: after } } : {}) },
      { conversationIds: 1 },
    )
      .sort({ _id: 1 })
      .limit(batchSize)
      .lean();
    if (batch.length === 0) return;
    // Includes hidden messages: after a kill, their summaries are stale.
    for (const { _id } of batch)
      await writeSource({ _id }, { kind: 'disconnected', accountId: account._id }, clock.now());
    await refreshConversations(batch.flatMap(({ conversationIds }) => conversationIds));
    after = batch.at(-1)?._id;
  }
}

/** Removes what killed runs stored after disconnecting. No other run may work on these mailboxes. */
export async function finishDisconnecting(query: AccountsQuery, clock: Clock): Promise<void> {
  for (const account of await findDisconnecting(query).lean()) {
    if (await isConnected(account._id)) continue;
    await takeMailAway(account, clock);
    await Account.updateOne({ _id: account._id, enabled: false }, { $unset: { lastAttemptAt: 1 } });
  }
}
