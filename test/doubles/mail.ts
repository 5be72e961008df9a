import { Types } from 'mongoose';
import { Account, type AccountDoc } from '../../shared/models/account.ts';
import { Contact, type ContactDoc } from '../../shared/models/contact.ts';
import type { FetchedMessage, MessageFlags } from '../../shared/mail/mail-provider.ts';
import type { ParsedMessage, StoreContext } from '../../shared/mail/store/parsed-message.ts';
import type { TestContext } from './run-context.ts';

export const unread: MessageFlags = {
  isRead: false,
  isDraft: false,
  isDeleted: false,
  isSpam: false,
  isChat: false,
};

export async function connectedAccount(fields: Partial<AccountDoc> = {}): Promise<AccountDoc> {
  const account = await Account.create({
    locationId: new Types.ObjectId(),
    provider: 'gmail',
    email: `office-${new Types.ObjectId().toHexString()}@agency.example`,
    ...fields,
  });
  return account.toObject();
}

export async function knownContact(
  locationId: Types.ObjectId,
  email: string,
  fields: Partial<ContactDoc> = {},
): Promise<ContactDoc> {
  return (await Contact.create({ locationId, name: email, email, ...fields })).toObject();
}

let numbered = 0;

export function parsedMessage(fields: Partial<ParsedMessage> = {}): ParsedMessage {
  numbered += 1;
  const sentAt = fields.sentAt ?? new Date('2026-11-23T08:30:00Z');
  return {
    providerMessageId: `p${numbered}`,
    flags: unread,
    receivedAt: sentAt,
    messageIdHeader: `m${numbered}@mail.example`,
    from: [{ email: 'stranger@elsewhere.example' }],
    to: [{ email: 'office@agency.example' }],
    cc: [],
    bcc: [],
    replyTo: [],
    subject: `Subject ${numbered}`,
    text: `Text ${numbered}`,
    snippet: `Text ${numbered}`,
    encrypted: false,
    automatic: false,
    sentAt,
    declaredAt: sentAt,
    attachments: [],
    ...fields,
  };
}

/** `\n` becomes CRLF; characters are bytes. */
export function fetchedRaw(raw: string | Buffer, fields: Partial<FetchedMessage> = {}): FetchedMessage {
  return {
    providerMessageId: 'p',
    flags: unread,
    receivedAt: new Date('2026-11-23T09:00:00Z'),
    content: { kind: 'raw', raw: typeof raw === 'string' ? Buffer.from(raw.replace(/\r?\n/g, '\r\n'), 'latin1') : raw },
    ...fields,
  };
}

export function storeContext(context: TestContext, fields: Partial<StoreContext> = {}): StoreContext {
  return {
    config: context.config,
    clock: context.clock,
    log: context.log,
    count: context.count,
    origin: 'change',
    ...fields,
  };
}
