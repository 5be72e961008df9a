import type { Types } from 'mongoose';
import { Contact } from '../../../shared/models/contact.ts';
import { Conversation } from '../../../shared/models/conversation.ts';
import { Event } from '../../../shared/models/event.ts';
import { Message } from '../../../shared/models/message.ts';
import type { HeldMail } from './mailbox-double.ts';

interface MessageState {
  readonly messageId: string;
  readonly direction: 'inbound' | 'outbound';
  readonly isRead: boolean;
  readonly sentAt: string;
  readonly contacts: readonly string[];
}

interface ConversationState {
  readonly contact: string;
  readonly unreadCount: number;
  readonly lastMessageAt: string | undefined;
  readonly lastMessageBody: string | undefined;
}

export interface AgencyState {
  readonly messages: readonly MessageState[];
  readonly conversations: readonly ConversationState[];
}

export function expectedState(held: Iterable<HeldMail>, contacts: ReadonlySet<string>, own: string): AgencyState {
  const messages: (MessageState & { readonly text: string })[] = [];
  for (const { mail, isRead, isHidden } of held) {
    const people = [mail.from, ...mail.to, ...(mail.cc ?? [])];
    const known = [...new Set(people.filter((person) => contacts.has(person)))].sort();
    if (isHidden || known.length === 0) continue;
    const direction = mail.from === own ? 'outbound' : 'inbound';
    messages.push({
      messageId: mail.messageId,
      direction,
      isRead: isRead || direction === 'outbound',
      sentAt: mail.sentAt.toISOString(),
      contacts: known,
      text: mail.text,
    });
  }
  const conversations = [...contacts].sort().flatMap((contact): ConversationState[] => {
    const own = messages.filter((message) => message.contacts.includes(contact));
    const last = own.toSorted((a, b) => (a.sentAt + a.messageId < b.sentAt + b.messageId ? 1 : -1))[0];
    if (!last) return [];
    return [
      {
        contact,
        unreadCount: own.filter((message) => !message.isRead).length,
        lastMessageAt: last.sentAt,
        lastMessageBody: last.text,
      },
    ];
  });
  return { messages: messages.map(({ text: _text, ...message }) => message).sort(byMessageId), conversations };
}

export async function actualState(locationId: Types.ObjectId): Promise<AgencyState> {
  const contacts = new Map(
    (await Contact.find({ locationId }).lean()).map((contact) => [String(contact._id), contact.email ?? '']),
  );
  const conversations = await Conversation.find({ locationId }).lean();
  const contactOf = new Map(
    conversations.map((conversation) => [
      String(conversation._id),
      contacts.get(String(conversation.contactId)) ?? 'no one',
    ]),
  );
  const messages = await Message.find({ locationId, deletedAt: null }).lean();
  return {
    messages: messages
      .map((message) => ({
        messageId: message.messageIdHeader,
        direction: message.direction,
        isRead: message.isRead,
        sentAt: message.sentAt.toISOString(),
        contacts: message.conversationIds.map((id) => contactOf.get(String(id)) ?? 'no one').sort(),
      }))
      .sort(byMessageId),
    conversations: conversations
      .filter((conversation) => conversation.lastMessageAt)
      .map((conversation) => ({
        contact: contactOf.get(String(conversation._id)) ?? 'no one',
        unreadCount: conversation.unreadCount,
        lastMessageAt: conversation.lastMessageAt?.toISOString(),
        lastMessageBody: conversation.lastMessageBody,
      }))
      .sort((a, b) => (a.contact < b.contact ? -1 : 1)),
  };
}

export async function announcedMessages(locationId: Types.ObjectId): Promise<string[]> {
  const events = await Event.find({ locationId, type: 'email.received' }).lean();
  const messages = await Message.find(
    { _id: { $in: events.map((event) => String(event.payload['messageId'])) } },
    { messageIdHeader: 1 },
  ).lean();
  const headers = new Map(messages.map((message) => [String(message._id), message.messageIdHeader]));
  return events.map((event) => headers.get(String(event.payload['messageId'])) ?? 'unknown').sort();
}

function byMessageId(a: MessageState, b: MessageState): number {
  return a.messageId < b.messageId ? -1 : 1;
}
