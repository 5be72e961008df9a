/** Summaries are computed from messages, never counted: right in any order and after any kill. */

import type { Types } from 'mongoose';
import { mailProviders, type MailProviderName } from '../../models/account.ts';
import { Contact } from '../../models/contact.ts';
import { Conversation, type ConversationDoc } from '../../models/conversation.ts';
import { Message, type MessageDoc } from '../../models/message.ts';
import { upsertAtOnce } from '../../models/upsert.ts';
import { EstioError } from '../../platform/errors.ts';

const maxRounds = 100;
const shown = { receivedAt: 1, sentAt: 1, snippet: 1, subject: 1, text: 1, provider: 1 };

const emailMessageType = 'email';
const never = new Date(-8.64e15);

export interface Place {
  readonly _id: Types.ObjectId;
  readonly inTrash: boolean;
}

/**
 * Creates missing ones.
 *
 * @returns in the order of the contacts
 */
export async function ensureConversations(
  locationId: Types.ObjectId,
  contactIds: readonly Types.ObjectId[],
): Promise<Place[]> {
  const known = await Conversation.find(
    { locationId, contactId: { $in: [...contactIds] } },
    { contactId: 1, deletedAt: 1 },
  ).lean();
  const places = new Map(
    known.map(({ _id, contactId, deletedAt }): [string, Place] => [
      String(contactId),
      { _id, inTrash: Boolean(deletedAt) },
    ]),
  );
  return Promise.all(
    contactIds.map(
      async (contactId) =>
        places.get(String(contactId)) ?? { _id: await ensureConversation(locationId, contactId), inTrash: false },
    ),
  );
}

async function ensureConversation(locationId: Types.ObjectId, contactId: Types.ObjectId): Promise<Types.ObjectId> {
  const { _id } = (await upsertAtOnce(() =>
    Conversation.findOneAndUpdate(
      { locationId, contactId },
      { $setOnInsert: { status: 'open', unreadCount: 0, changes: 0 } },
      { upsert: true, returnDocument: 'after', projection: { _id: 1 } },
    ).lean(),
  )) as Pick<ConversationDoc, '_id'>;
  return _id;
}

/**
 * Call it after writing messages.
 *
 * A summary is written only if `changes`, raised before reading, still stands: the last writer sees everything. A
 * killed writer's item brings it back here.
 *
 * @returns ids without a conversation
 */
export async function refreshConversations(ids: readonly Types.ObjectId[]): Promise<Set<string>> {
  const distinct = [...new Map(ids.map((id) => [String(id), id])).values()];
  const found = await Promise.all(distinct.map(refreshConversation));
  return new Set(distinct.filter((_, index) => !found[index]).map(String));
}

async function refreshConversation(_id: Types.ObjectId): Promise<boolean> {
  const fields = { changes: 1, unreadCount: 1, lastMessageAt: 1, lastMessageBody: 1, lastMessageType: 1 };
  let conversation = await Conversation.findOneAndUpdate(
    { _id },
    { $inc: { changes: 1 } },
    { returnDocument: 'after', projection: fields, timestamps: false },
  ).lean();
  for (let round = 0; round < maxRounds; round += 1) {
    if (!conversation) return false;
    const summary = await summarize(_id, conversation);
    if (isUpToDate(conversation, summary)) return true;
    const { matchedCount } = await Conversation.updateOne({ _id, changes: conversation.changes }, toUpdate(summary));
    if (matchedCount === 1) return true;
    conversation = await Conversation.findById(_id, fields).lean();
  }
  throw new EstioError(
    `Conversation ${String(_id)} changed ${maxRounds} times while it was summarised; the next run ` + 'tries again',
    {
      code: 'conversation-busy',
      retryable: true,
    },
  );
}

type Shown = Pick<MessageDoc, 'receivedAt' | 'sentAt' | 'snippet' | 'subject' | 'text'>;
type Summary = Pick<ConversationDoc, 'unreadCount' | 'lastMessageAt' | 'lastMessageBody' | 'lastMessageType'>;

async function summarize(conversationId: Types.ObjectId, present: Summary): Promise<Summary> {
  const ofMail = { conversationIds: conversationId, deletedAt: null };
  // Other channels write each message into one conversation.
  const chats = { conversationId, 'conversationIds.0': { $exists: false }, receivedAt: null, deletedAt: null };
  const [unreadMail, mail, unreceived, chat] = await Promise.all([
    Message.countDocuments({ ...ofMail, isRead: false }),
    newestMail(conversationId),
    newestSent({ ...ofMail, receivedAt: null }),
    newestSent(chats),
  ]);
  const unreadChats = chat ? await Message.countDocuments({ ...chats, isRead: false, direction: 'inbound' }) : 0;
  const other = newestAfter(mail, unreceived, chat);
  const unreadCount = unreadMail + unreadChats;
  if (
    other &&
    present.lastMessageType !== emailMessageType &&
    present.lastMessageAt &&
    present.lastMessageAt >= other.sentAt
  ) {
    // Its writer has summarised it already.
    const { lastMessageAt, lastMessageBody, lastMessageType } = present;
    return {
      unreadCount,
      lastMessageAt,
      ...(lastMessageBody === undefined ? {} : { lastMessageBody }),
      ...(lastMessageType === undefined ? {} : { lastMessageType }),
    };
  }
  return { unreadCount, ...shownOf(other ?? mail, other?.provider) };
}

function shownOf(last: Shown | null, provider: string | undefined): Omit<Summary, 'unreadCount'> {
  if (!last) return {};
  const isChat = provider !== undefined && !mailProviders.includes(provider as MailProviderName);
  return {
    lastMessageAt: last.receivedAt ?? last.sentAt,
    lastMessageBody: last.snippet || last.subject || last.text,
    lastMessageType: isChat ? provider : emailMessageType,
  };
}

function newestAfter<M extends { readonly sentAt: Date }>(
  mail: { readonly receivedAt?: Date } | null,
  ...others: readonly (M | null)[]
): M | undefined {
  const after = others.filter((each) => each !== null).filter(({ sentAt }) => sentAt > (mail?.receivedAt ?? never));
  return after.sort((a, b) => b.sentAt.getTime() - a.sentAt.getTime())[0];
}

function newestSent(which: Readonly<Record<string, unknown>>) {
  return Message.findOne(which, shown).sort({ sentAt: -1 }).lean();
}

function newestMail(conversationId: Types.ObjectId) {
  return Message.findOne(
    {
      conversationIds: conversationId,
      receivedAt: { $type: 'date' },
      deletedAt: null,
      automatic: { $ne: true },
    },
    shown,
  )
    .sort({ receivedAt: -1, sentAt: -1, messageIdHeader: -1 })
    .lean();
}

function isUpToDate(conversation: Summary, summary: Summary): boolean {
  return (
    conversation.unreadCount === summary.unreadCount &&
    conversation.lastMessageAt?.getTime() === summary.lastMessageAt?.getTime() &&
    conversation.lastMessageBody === summary.lastMessageBody &&
    conversation.lastMessageType === summary.lastMessageType
  );
}

function toUpdate({ unreadCount, lastMessageAt, lastMessageBody, lastMessageType }: Summary) {
  if (!lastMessageAt)
    return { $set: { unreadCount }, $unset: { lastMessageAt: 1, lastMessageBody: 1, lastMessageType: 1 } };
  return { $set: { unreadCount, lastMessageAt, lastMessageBody, lastMessageType } };
}

/** Takes conversations with new or later messages out of the trash: a purge would delete these unseen. */
export async function reviveConversations(
  ids: readonly Types.ObjectId[],
  receivedAt: Date,
  isNews: boolean,
): Promise<void> {
  const thrownAway = isNews ? { $type: 'date' } : { $lt: receivedAt };
  await Conversation.updateMany({ _id: { $in: [...ids] }, deletedAt: thrownAway } as never, {
    $unset: { deletedAt: 1 },
  });
}

/** Never moves back. */
export async function noteActivity(contactIds: readonly Types.ObjectId[], at: Date): Promise<void> {
  await Contact.updateMany(
    { _id: { $in: [...contactIds] }, $or: [{ lastActivityAt: { $lt: at } }, { lastActivityAt: null }] },
    { $max: { lastActivityAt: at } },
    { timestamps: false },
  );
}
