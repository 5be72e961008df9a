import { createHash } from 'node:crypto';
import type { GraphAddress, GraphMailbox, MessageState } from '../graph-mailbox.ts';

const pageSize = 25;

/** Exchange ids change with the folder, and need escaping. */
export function itemId(message: MessageState): string {
  return `AAMkAG/${createHash('sha256').update(`${message.id}/${message.folderId}`).digest('base64')}`;
}

export function findByItemId(mailbox: GraphMailbox, id: string): MessageState | undefined {
  return Object.values(mailbox.state.messages).find((message) => itemId(message) === id);
}

export function conversationId(message: MessageState): string {
  return `AAQkAG/${createHash('sha256').update(message.conversationId).digest('base64')}`;
}

export function messagesOf(mailbox: GraphMailbox, folder: string, query = ''): MessageState[] {
  const words = [...query.toLowerCase().matchAll(/participants:([^\s")]+)/g)].map((match) => match[1] as string);
  return Object.values(mailbox.state.messages)
    .filter((message) =>
      words.length > 0
        ? people(message).some((address) => words.includes(address)) && !message.isDraft
        : message.folderId === mailbox.folderId(folder),
    )
    .sort((a, b) => (a.receivedAt < b.receivedAt ? 1 : a.receivedAt > b.receivedAt ? -1 : a.id < b.id ? 1 : -1));
}

/** By its newest message in the folder. */
function conversationsOf(messages: readonly MessageState[]): MessageState[][] {
  const groups = new Map<string, MessageState[]>();
  for (const message of messages)
    groups.set(message.conversationId, [...(groups.get(message.conversationId) ?? []), message]);
  return [...groups.values()];
}

export function findItemAnswer(messages: readonly MessageState[], offset: number) {
  const page = messages.slice(offset, offset + pageSize);
  return {
    Body: {
      ResponseMessages: {
        Items: [
          {
            ResponseClass: 'Success',
            ResponseCode: 'NoError',
            RootFolder: {
              IncludesLastItemInRange: offset + pageSize >= messages.length,
              TotalItemsInView: messages.length,
              Items: page.map(summary),
            },
          },
        ],
      },
    },
    page: { total: messages.length, rows: page.map((message) => row(message, itemId(message), message.isRead)) },
  };
}

export function findConversationAnswer(messages: readonly MessageState[], offset: number) {
  const groups = conversationsOf(messages);
  const page = groups.slice(offset, offset + pageSize);
  return {
    Body: {
      ResponseClass: 'Success',
      TotalConversationsInView: groups.length,
      Conversations: page.map((group) => ({
        __type: 'Conversation:#Exchange',
        ConversationId: { Id: conversationId(group[0] as MessageState) },
        ConversationTopic: group[0]?.subject,
        ItemIds: group.map((message) => ({ __type: 'ItemId:#Exchange', Id: itemId(message) })),
        LastDeliveryTime: group[0]?.receivedAt,
        UnreadCount: group.filter((message) => !message.isRead).length,
      })),
    },
    page: {
      total: groups.length,
      rows: page.map((group) =>
        row(
          group[0] as MessageState,
          conversationId(group[0] as MessageState),
          group.every((message) => message.isRead),
        ),
      ),
    },
  };
}

export function getItemAnswer(message: MessageState | undefined) {
  if (!message)
    return {
      Body: {
        ResponseMessages: {
          Items: [
            {
              ResponseClass: 'Error',
              ResponseCode: 'ErrorItemNotFound',
              MessageText: 'The specified object was not found in the store.',
            },
          ],
        },
      },
      page: {},
    };
  return {
    Body: {
      ResponseMessages: { Items: [{ ResponseClass: 'Success', ResponseCode: 'NoError', Items: [whole(message)] }] },
    },
    page: { message: rendered(message, [message]) },
  };
}

export function getConversationItemsAnswer(messages: readonly MessageState[]) {
  if (messages.length === 0) return getItemAnswer(undefined);
  const newest = messages[0] as MessageState;
  return {
    Body: {
      ResponseMessages: {
        Items: [
          {
            ResponseClass: 'Success',
            Conversation: {
              ConversationId: { Id: conversationId(newest) },
              ConversationNodes: messages.map((message) => ({
                InternetMessageId: message.internetMessageId,
                Items: [whole(message)],
              })),
            },
          },
        ],
      },
    },
    page: { message: rendered(newest, messages) },
  };
}

export function startupAnswer(mailbox: GraphMailbox, folder: string) {
  const counts: Record<string, number> = {};
  const folders = mailbox.state.folders.map((one) => {
    const inside = Object.values(mailbox.state.messages).filter((message) => message.folderId === one.id);
    const total = inside.length;
    if (one.wellKnownName) counts[one.wellKnownName] = total;
    return {
      FolderId: { Id: one.id },
      DistinguishedFolderId: one.wellKnownName,
      DisplayName: one.displayName,
      ParentFolderId: { Id: one.parentFolderId },
      TotalCount: total,
      UnreadCount: inside.filter((message) => !message.isRead).length,
    };
  });
  return {
    owaUserConfig: {
      SessionSettings: {
        UserEmailAddress: mailbox.state.email,
        UserDisplayName: mailbox.state.displayName,
        UserProxyAddresses: mailbox.state.aliases,
      },
    },
    findFolders: { Body: { ResponseMessages: { Items: [{ RootFolder: { Folders: folders } }] } } },
    // Outlook adds the beginning of the inbox to any folder.
    findItem: folder === 'inbox' ? undefined : findItemAnswer(messagesOf(mailbox, 'inbox').slice(0, 3), 0).Body,
    counts,
  };
}

export function renamed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(renamed);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) =>
      name === 'page' || name === 'counts' ? [name, inner] : [`v3_${name}`, renamed(inner)],
    ),
  );
}

function summary(message: MessageState) {
  return {
    __type: 'Message:#Exchange',
    ItemId: { __type: 'ItemId:#Exchange', Id: itemId(message), ChangeKey: String(message.version) },
    ParentFolderId: { Id: message.folderId },
    ConversationId: { Id: conversationId(message) },
    ItemClass: 'IPM.Note',
    Subject: message.subject,
    From: message.from ? { Mailbox: mailboxType(message.from) } : null,
    DateTimeReceived: message.receivedAt,
    IsRead: message.isRead,
    IsDraft: message.isDraft,
    HasAttachments: message.attachments.length > 0,
    Preview: message.body.content.slice(0, 60),
  };
}

function whole(message: MessageState) {
  return {
    ...summary(message),
    InternetMessageId: message.internetMessageId,
    Body: { BodyType: message.body.contentType === 'html' ? 'HTML' : 'Text', Value: message.body.content },
    Sender: message.sender ? { Mailbox: mailboxType(message.sender) } : null,
    ToRecipients: message.to.map(mailboxType),
    CcRecipients: message.cc.map(mailboxType),
    BccRecipients: message.bcc.map(mailboxType),
    ReplyTo: message.replyTo.map(mailboxType),
    DateTimeSent: message.sentAt,
    Attachments: message.attachments.map((attachment) => ({
      AttachmentId: { Id: attachment.id },
      Name: attachment.name,
      ContentType: attachment.contentType,
      Size: attachment.size,
      IsInline: attachment.isInline,
    })),
  };
}

function mailboxType(address: GraphAddress) {
  const internal = address.address?.startsWith('/');
  return {
    Name: address.name,
    EmailAddress: address.address,
    RoutingType: internal ? 'EX' : 'SMTP',
    MailboxType: internal ? 'Mailbox' : 'OneOff',
  };
}

function row(message: MessageState, id: string, isRead: boolean) {
  return {
    id,
    sender: message.from?.name ?? message.from?.address ?? '',
    subject: message.subject,
    receivedAt: message.receivedAt,
    isRead,
  };
}

function rendered(message: MessageState, opened: readonly MessageState[]) {
  const named = (addresses: readonly GraphAddress[]) =>
    addresses.map(({ name, address }) => ({
      name: name ?? address,
      address: address?.includes('@') ? address : undefined,
    }));
  return {
    id: itemId(message),
    subject: message.subject,
    from: named(message.from ? [message.from] : []),
    to: named(message.to),
    cc: named(message.cc),
    bcc: named(message.bcc),
    sentAt: message.sentAt,
    html:
      message.body.contentType === 'html'
        ? message.body.content
        : message.body.content.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/\n/g, '<br>'),
    attachments: message.attachments,
    unread: opened.filter((one) => !one.isRead).map(itemId),
  };
}

function people(message: MessageState): string[] {
  return [message.from, ...message.to, ...message.cc, ...message.bcc].map(
    (address) => address?.address?.toLowerCase() ?? '',
  );
}
