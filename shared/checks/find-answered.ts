import type { Types } from 'mongoose';
import { Conversation } from '../models/conversation.ts';
import { Message, answersSince } from '../models/message.ts';

/**
 * Which contacts were written to at or after their follow-up was due: nobody needs to be reminded of those. What they
 * wrote to us is no answer, it makes the follow-up more urgent.
 *
 * @returns ids, hexadecimal
 */
export async function findAnswered(contacts: readonly { _id: Types.ObjectId; dueAt: Date }[]): Promise<Set<string>> {
  const dueAt = new Map(contacts.map((contact) => [String(contact._id), contact.dueAt]));
  const conversations = await Conversation.find(
    { contactId: { $in: contacts.map(({ _id }) => _id) } },
    { contactId: 1 },
  ).lean();
  const answered = await Promise.all(
    conversations.map(({ _id, contactId }) => Message.exists(answersSince(_id, dueAt.get(String(contactId)) as Date))),
  );
  return new Set(conversations.filter((_, index) => answered[index]).map(({ contactId }) => String(contactId)));
}
