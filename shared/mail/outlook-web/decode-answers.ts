/** Reads Outlook's own calls by field name at any depth: versions change nesting, rarely names. */

import type { ProviderAddress, ProviderAttachment } from '../mail-provider.ts';

export interface OwaItem {
  readonly id: string;
  readonly conversationId?: string;
  readonly folderId?: string;
  readonly internetMessageId?: string;
  readonly itemClass?: string;
  readonly subject?: string;
  readonly from?: ProviderAddress;
  readonly sender?: ProviderAddress;
  readonly to?: readonly ProviderAddress[];
  readonly cc?: readonly ProviderAddress[];
  readonly bcc?: readonly ProviderAddress[];
  readonly replyTo?: readonly ProviderAddress[];
  readonly body?: { readonly html: boolean; readonly content: string };
  /** ISO 8601, perhaps without offset. */
  readonly receivedAt?: string;
  readonly sentAt?: string;
  readonly isRead?: boolean;
  readonly isDraft?: boolean;
  readonly attachments?: readonly ProviderAttachment[];
}

interface OwaConversation {
  readonly id: string;
  readonly itemIds: readonly string[];
  readonly lastDelivery?: string;
  readonly unreadCount?: number;
}

export interface OwaFolder {
  readonly id: string;
  /** Such as `inbox`, `sentitems`, `deleteditems`. */
  readonly name?: string;
  readonly parentId?: string;
  readonly totalCount?: number;
  readonly unreadCount?: number;
  /** Undefined: unknown. */
  readonly isMail?: boolean;
}

export interface DecodedAnswer {
  readonly items: OwaItem[];
  readonly conversations: OwaConversation[];
  readonly folders: OwaFolder[];
  readonly total?: number;
  readonly isLast: boolean;
  readonly notFound: boolean;
  readonly userEmail?: string;
  readonly aliases: readonly string[];
}

type Fields = ReadonlyMap<string, unknown>;

interface Found {
  items: OwaItem[];
  conversations: OwaConversation[];
  folders: OwaFolder[];
  total?: number;
  isLast: boolean;
  notFound: boolean;
  userEmail?: string;
  aliases: string[];
}

const maxDepth = 40;
const notFoundCode = /^Error(ItemNotFound|MessageNotFound|InvalidIdMalformed|ConversationNotFound)$/i;

export function decodeAnswer(json: unknown): DecodedAnswer {
  const found: Found = { items: [], conversations: [], folders: [], isLast: false, notFound: false, aliases: [] };
  visit(json, found, 0);
  return found;
}

function visit(value: unknown, found: Found, depth: number): void {
  if (depth > maxDepth || typeof value !== 'object' || value === null) return;
  if (Array.isArray(value)) {
    for (const element of value) visit(element, found, depth + 1);
    return;
  }
  const fields = readFields(value);
  const item = readItem(fields);
  if (item) {
    found.items.push(item);
    return;
  }
  const conversation = readConversation(fields);
  if (conversation) found.conversations.push(conversation);
  const folder = readFolder(fields);
  if (folder) found.folders.push(folder);
  noteAbout(fields, found);
  for (const inner of Object.values(value)) visit(inner, found, depth + 1);
}

function noteAbout(fields: Fields, found: Found): void {
  found.total ??= count(fields, 'totalitemsinview') ?? count(fields, 'totalconversationsinview');
  if (fields.get('includeslastiteminrange') === true) found.isLast = true;
  if (notFoundCode.test(text(fields, 'responsecode') ?? '')) found.notFound = true;
  found.userEmail ??= address(text(fields, 'useremailaddress'));
  for (const alias of list(fields, 'userproxyaddresses')) {
    const email = address(typeof alias === 'string' ? alias.replace(/^smtp:/i, '') : undefined);
    if (email) found.aliases.push(email);
  }
}

/** Outlook's interfaces differ in casing. */
function readFields(value: object): Fields {
  return new Map(Object.entries(value).map(([name, inner]) => [name.toLowerCase(), inner]));
}

function readItem(fields: Fields): OwaItem | undefined {
  const id = idOf(fields.get('itemid'));
  const looksLikeMail = ['subject', 'datetimereceived', 'from', 'internetmessageid'].some((name) => fields.has(name));
  if (id === undefined || !looksLikeMail) return undefined;
  const from = mailbox(fields.get('from'));
  const sender = mailbox(fields.get('sender'));
  const optional = {
    conversationId: idOf(fields.get('conversationid')),
    folderId: idOf(fields.get('parentfolderid')),
    internetMessageId: text(fields, 'internetmessageid'),
    itemClass: text(fields, 'itemclass'),
    subject: text(fields, 'subject'),
    from,
    sender,
    to: mailboxes(fields, 'torecipients'),
    cc: mailboxes(fields, 'ccrecipients'),
    bcc: mailboxes(fields, 'bccrecipients'),
    replyTo: mailboxes(fields, 'replyto'),
    body: body(fields),
    receivedAt: text(fields, 'datetimereceived') ?? text(fields, 'lastdeliverytime'),
    sentAt: text(fields, 'datetimesent'),
    isRead: truth(fields, 'isread'),
    isDraft: truth(fields, 'isdraft'),
    attachments: attachments(fields),
  };
  return { id, ...withoutAbsent(optional) } as OwaItem;
}

function readConversation(fields: Fields): OwaConversation | undefined {
  const id = idOf(fields.get('conversationid'));
  const itemIds = list(fields, 'itemids').flatMap((entry) => idOf(entry) ?? []);
  if (id === undefined || itemIds.length === 0) return undefined;
  return {
    id,
    itemIds,
    ...withoutAbsent({
      lastDelivery: text(fields, 'lastdeliverytime') ?? text(fields, 'lastdeliveryorrenewtime'),
      unreadCount: count(fields, 'unreadcount'),
    }),
  };
}

function readFolder(fields: Fields): OwaFolder | undefined {
  const id = idOf(fields.get('folderid'));
  if (id === undefined) return undefined;
  return {
    id,
    ...withoutAbsent({
      name: text(fields, 'distinguishedfolderid')?.toLowerCase(),
      parentId: idOf(fields.get('parentfolderid')),
      totalCount: count(fields, 'totalcount'),
      unreadCount: count(fields, 'unreadcount'),
      isMail: isMailClass(text(fields, 'folderclass')),
    }),
  };
}

/** IPF.Note and its subclasses ([MS-OXOSFLD]). */
function isMailClass(folderClass: string | undefined): boolean | undefined {
  return folderClass === undefined ? undefined : /^IPF\.Note\b/i.test(folderClass);
}

/** `{Id}` or the id itself. */
function idOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value || undefined;
  if (typeof value !== 'object' || value === null) return undefined;
  const id = readFields(value).get('id');
  return typeof id === 'string' && id !== '' ? id : undefined;
}

function mailbox(value: unknown): ProviderAddress | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const outer = readFields(value);
  const inner = outer.get('mailbox');
  const fields = typeof inner === 'object' && inner !== null ? readFields(inner) : outer;
  const name = text(fields, 'name') ?? text(fields, 'displayname');
  // A colleague's may be a directory path (/O=...): take the first SMTP address.
  const email = [
    text(fields, 'emailaddress'),
    text(fields, 'smtpaddress'),
    text(fields, 'primarysmtpaddress'),
    text(fields, 'sipuri')?.replace(/^sip:/i, ''),
  ]
    .map(address)
    .find((candidate) => candidate);
  return name || email ? withoutAbsent({ name, email }) : undefined;
}

function mailboxes(fields: Fields, name: string): ProviderAddress[] | undefined {
  const value = fields.get(name);
  if (value === null) return [];
  return Array.isArray(value) ? value.flatMap((entry) => mailbox(entry) ?? []) : undefined;
}

function body(fields: Fields): OwaItem['body'] {
  for (const name of ['body', 'normalizedbody']) {
    const value = fields.get(name);
    if (typeof value !== 'object' || value === null) continue;
    const inner = readFields(value);
    const content = text(inner, 'value');
    if (content !== undefined) return { html: (text(inner, 'bodytype') ?? 'HTML').toUpperCase() === 'HTML', content };
  }
  return undefined;
}

function attachments(fields: Fields): ProviderAttachment[] | undefined {
  const value = fields.get('attachments');
  if (!Array.isArray(value)) return undefined;
  return value.flatMap((entry) => {
    if (typeof entry !== 'object' || entry === null) return [];
    const inner = readFields(entry);
    const id = idOf(inner.get('attachmentid'));
    if (id === undefined) return [];
    return {
      id,
      name: text(inner, 'name') ?? '',
      mimeType: text(inner, 'contenttype') ?? 'application/octet-stream',
      size: count(inner, 'size') ?? 0,
      isInline: truth(inner, 'isinline') ?? false,
    };
  });
}

function text(fields: Fields, name: string): string | undefined {
  const value = fields.get(name);
  return typeof value === 'string' ? value : undefined;
}

function truth(fields: Fields, name: string): boolean | undefined {
  const value = fields.get(name);
  return typeof value === 'boolean' ? value : undefined;
}

function count(fields: Fields, name: string): number | undefined {
  const value = fields.get(name);
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}

function list(fields: Fields, name: string): readonly unknown[] {
  const value = fields.get(name);
  return Array.isArray(value) ? value : [];
}

function address(value: string | undefined): string | undefined {
  return value !== undefined && /^[^\s/@]+@[^\s@]+$/.test(value) ? value : undefined;
}

function withoutAbsent<T extends object>(value: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(value).filter(([, inner]) => inner !== undefined)) as {
    [K in keyof T]: Exclude<T[K], undefined>;
  };
}
