/** The end of a mailbox: what only it had leaves the CRM. */

import type { Types } from 'mongoose';
import { Account, type AccountDoc } from '../models/account.ts';
import { Message } from '../models/message.ts';
import type { Clock } from '../platform/clock.ts';
import { refreshConversations } from './conversations.ts';
import { hideSources } from './message-sources.ts';
import { dropItems } from './sync-items.ts';

const batchSize = 200;

/**
 * Disconnects a mailbox: its syncing ends, and its mail leaves the CRM except for what another mailbox of the location
 * has too. Safe to repeat. A mailbox that is connected again starts anew, and finds its mail again.
 */
export async function disconnectMailbox(account: Pick<AccountDoc, '_id'>, clock: Clock): Promise<void> {
  await Account.updateOne({ _id: account._id }, { $set: { enabled: false, cursors: {} }, $inc: { cursorsVersion: 1, credentialsVersion: 1 }, $unset: { credentials: 1, notBefore: 1 } });
  await dropItems(account._id);
  let after: Types.ObjectId | undefined;
  for (;;) {
    const batch = await Message.find({ 'sources.accountId': account._id, ...(after ? { _id: { $gt: after } } : {}) }, { conversationIds: 1 })
      .sort({ _id: 1 }).limit(batchSize).lean();
    if (batch.length === 0) return;
    // All of them at every call: a kill between the two steps leaves summaries that only the next call refreshes.
    await Message.updateMany({ _id: { $in: batch.map(({ _id }) => _id) } }, hideSources(account._id, clock.now()), { updatePipeline: true, timestamps: false });
    await refreshConversations(batch.flatMap(({ conversationIds }) => conversationIds));
    after = batch.at(-1)?._id;
  }
}
