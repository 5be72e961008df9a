/** Finds the mail of before with one contact by searching a mailbox for the contact's addresses. */

import { randomUUID } from 'node:crypto';
import type { Types } from 'mongoose';
import type { AccountDoc } from '../models/account.ts';
import { Contact } from '../models/contact.ts';
import { Conversation } from '../models/conversation.ts';
import { Message } from '../models/message.ts';
import type { RunContext } from '../runs/run-context.ts';
import type { Mailbox } from './mail-provider.ts';
import { queueItems } from './sync-items.ts';

/** The latest messages with a contact, of each mailbox. */
const backfillMessages = 100;

/** Searches a mailbox for a contact's latest messages and queues those that are not in its conversation yet. */
export async function queueBackfill(contactId: Types.ObjectId, account: AccountDoc, mailbox: Mailbox, context: Pick<RunContext, 'clock' | 'count' | 'signal'>): Promise<void> {
  const contact = await Contact.findById(contactId, { email: 1, emails: 1 }).lean();
  const participants = [...new Set([contact?.email, ...(contact?.emails ?? [])].filter((address) => address !== undefined && address !== ''))] as string[];
  if (participants.length === 0) return;
  const found: string[] = [];
  let pageToken: string | undefined;
  do {
    context.signal.throwIfAborted();
    const page = await mailbox.list({ participants }, pageToken);
    found.push(...page.entries.map((entry) => entry.id));
    pageToken = page.nextPageToken;
  } while (pageToken && found.length < backfillMessages);

  const latest = found.slice(0, backfillMessages);
  const known = await idsInConversation(contactId, account, latest);
  const missing = latest.filter((id) => !known.has(id));
  await queueItems(missing, { account, origin: 'backfill', revision: randomUUID(), now: context.clock.now() });
  context.count('backfilled', missing.length);
}

async function idsInConversation(contactId: Types.ObjectId, account: AccountDoc, ids: readonly string[]): Promise<Set<string>> {
  const conversation = await Conversation.findOne({ locationId: account.locationId, contactId }, { _id: 1 }).lean();
  if (!conversation) return new Set();
  const messages = await Message.find(
    { conversationIds: conversation._id, sources: { $elemMatch: { accountId: account._id, providerMessageId: { $in: [...ids] } } } },
    { sources: 1 },
  ).lean();
  return new Set(messages.flatMap((message) => message.sources.map((source) => source.providerMessageId)));
}
