import { MailError } from '../mail-error.ts';
import type {
  FetchedMessage,
  MessageFlags,
  MissingPart,
  ProviderAddress,
  ProviderAttachment,
  StructuredContent,
} from '../mail-provider.ts';
import type { GraphAttachment, GraphMessage, GraphRecipient } from './graph-types.ts';

const stateFields = ['id', 'parentFolderId', 'receivedDateTime', 'isRead', 'isDraft'];
const envelopeFields = [
  'conversationId',
  'internetMessageId',
  'subject',
  'from',
  'sender',
  'toRecipients',
  'ccRecipients',
  'bccRecipients',
  'replyTo',
  'sentDateTime',
  'hasAttachments',
];

/** With content, 1,000 messages are 20 requests, not 1,000. */
export const wholeMessage = [...stateFields, ...envelopeFields, 'internetMessageHeaders', 'body'].join(',');
/** For a body too large. */
export const messageWithoutBody = [...stateFields, ...envelopeFields, 'internetMessageHeaders'].join(',');
/** For failing headers, too. */
export const messageEnvelope = [...stateFields, ...envelopeFields].join(',');
export const messageState = stateFields.join(',');
export const attachmentFields = 'attachments($select=id,name,contentType,size,isInline)';

export interface FolderRole {
  readonly stream?: string;
  readonly isDeleted?: boolean;
  readonly isSpam?: boolean;
  readonly isDraft?: boolean;
  /** Not read; its messages are neither deleted nor new. */
  readonly isLeftOut?: boolean;
}

/** Read-state updates are almost empty. */
export function isWhole(message: GraphMessage): boolean {
  return message.receivedDateTime !== undefined && message.toRecipients !== undefined;
}

function toFlags(message: GraphMessage, role: FolderRole): MessageFlags {
  return {
    isRead: message.isRead ?? false,
    isDraft: (message.isDraft ?? false) || (role.isDraft ?? false),
    isDeleted: role.isDeleted ?? false,
    isSpam: role.isSpam ?? false,
    isChat: false,
  };
}

export function toFetchedMessage(
  message: GraphMessage,
  role: FolderRole,
  missing: readonly MissingPart[] = [],
): FetchedMessage {
  const direction = role.stream === 'sentitems' ? 'outbound' : role.stream === 'inbox' ? 'inbound' : undefined;
  return {
    providerMessageId: message.id,
    ...(message.conversationId ? { providerThreadId: message.conversationId } : {}),
    ...(role.stream === undefined ? {} : { folder: role.stream }),
    flags: toFlags(message, role),
    receivedAt: readTime(message),
    ...(direction ? { directionHint: direction } : {}),
    content: toContent(message),
    ...(missing.length > 0 ? { missing } : {}),
  };
}

function readTime({ receivedDateTime, sentDateTime }: GraphMessage): Date {
  const time = new Date(receivedDateTime ?? sentDateTime ?? '');
  if (Number.isNaN(time.getTime()))
    throw new MailError('Graph returned the message without its time of receipt', {
      code: 'bad-answer',
      reaction: 'park',
    });
  return time;
}

function toContent(message: GraphMessage): StructuredContent {
  const sender = toAddress(message.sender);
  const body = message.body?.content ?? '';
  return {
    kind: 'structured',
    ...(message.internetMessageId ? { internetMessageId: message.internetMessageId } : {}),
    subject: message.subject ?? '',
    from: toAddresses(message.from ? [message.from] : []),
    ...(sender ? { sender } : {}),
    to: toAddresses(message.toRecipients),
    cc: toAddresses(message.ccRecipients),
    bcc: toAddresses(message.bccRecipients),
    replyTo: toAddresses(message.replyTo),
    ...(message.body?.contentType?.toLowerCase() === 'html' ? { html: body } : { text: body }),
    headers: (message.internetMessageHeaders ?? []).flatMap(({ name, value }) =>
      name ? [{ name, value: value ?? '' }] : [],
    ),
    attachments: (message.attachments ?? []).flatMap(toAttachment),
    ...(message.sentDateTime ? { sentAt: new Date(message.sentDateTime) } : {}),
  };
}

function toAddresses(recipients: readonly GraphRecipient[] | undefined): ProviderAddress[] {
  return (recipients ?? []).flatMap((recipient) => toAddress(recipient) ?? []);
}

/** Internal senders may have a directory path (/O=...). */
function toAddress(recipient: GraphRecipient | null | undefined): ProviderAddress | undefined {
  const { name, address } = recipient?.emailAddress ?? {};
  const email = address?.includes('@') ? address : undefined;
  if (!name && !email) return undefined;
  return { ...(name ? { name } : {}), ...(email ? { email } : {}) };
}

function toAttachment(attachment: GraphAttachment): ProviderAttachment[] {
  if (!attachment.id) return [];
  return [
    {
      id: attachment.id,
      name: attachment.name ?? '',
      mimeType: attachment.contentType ?? 'application/octet-stream',
      size: attachment.size ?? 0,
      ...(attachment.isInline === undefined ? {} : { isInline: attachment.isInline }),
    },
  ];
}
