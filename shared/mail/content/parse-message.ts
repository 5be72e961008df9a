import type { AccountDoc } from '../../models/account.ts';
import type { MailAddress, MessageAttachment } from '../../models/message.ts';
import { distinctAddresses, mailAddress, parseAddresses } from './addresses.ts';
import type { FetchedMessage, MissingPart, ProviderAddress, RawContent, StructuredContent } from '../mail-provider.ts';
import type { ParsedMessage } from '../store/parsed-message.ts';
import { automationOf, type Automation } from './automatic.ts';
import { chooseBody, type Body } from './choose-body.ts';
import { cleanLine, cleanText, cutText } from './clean-text.ts';
import { Headers } from './headers.ts';
import { authorBehindList } from './list-author.ts';
import { htmlToPlainText, stripTags } from './html-text.ts';
import { normalizeMessageId, substituteMessageId } from './message-id.ts';
import { escapeHtml, sanitizeHtml } from './sanitize-html.ts';
import { parseDateHeader, sentDate } from './sent-date.ts';
import { makeSnippet } from './snippet.ts';
import { splitParts } from './split-parts.ts';

/** Characters. */
const maxTextLength = 1024 * 1024;
/** Characters. For longer HTML, only text is stored. */
const maxSafeHtmlLength = 4 * 1024 * 1024;
const maxSubjectLength = 998;

type Mailbox = Pick<AccountDoc, 'provider' | 'email'>;
type Addresses = Pick<ParsedMessage, 'from' | 'sender' | 'to' | 'cc' | 'bcc' | 'replyTo'>;

/**
 * Never fails: what is unreadable is left out.
 *
 * @param mailbox for the substitute of a missing Message-ID
 */
export async function parseMessage(mailbox: Mailbox, fetched: FetchedMessage): Promise<ParsedMessage> {
  const content = fetched.content.kind === 'raw' ? await readRaw(fetched.content) : readStructured(fetched.content);
  const declaredId = normalizeMessageId(content.messageId);
  const body = readBody(content.body, content.subject);
  return {
    providerMessageId: fetched.providerMessageId,
    ...(fetched.providerThreadId === undefined ? {} : { providerThreadId: fetched.providerThreadId }),
    ...(fetched.folder === undefined ? {} : { folder: fetched.folder }),
    flags: fetched.flags,
    receivedAt: fetched.receivedAt,
    ...(fetched.directionHint === undefined ? {} : { directionHint: fetched.directionHint }),
    messageIdHeader: declaredId ?? substituteMessageId(mailbox, fetched.providerMessageId),
    ...content.addresses,
    subject: content.subject,
    ...body,
    encrypted: content.body.encrypted,
    ...content.automation,
    ...(fetched.missing ? { note: noteOf(fetched.missing) } : {}),
    sentAt: sentDate(content.date, fetched.receivedAt),
    ...(content.date ? { declaredAt: content.date } : {}),
    attachments: content.body.attachments,
  };
}

interface ReadContent {
  readonly messageId: string | undefined;
  readonly subject: string;
  readonly addresses: Addresses;
  readonly date: Date | undefined;
  readonly automation: Automation;
  readonly body: Body;
}

async function readRaw({ raw }: RawContent): Promise<ReadContent> {
  const { headers, mimeType, parts } = await splitParts(raw);
  const list = (name: string) => parseAddresses(headers.all(name));
  const addresses = withAuthor(
    {
      from: list('from'),
      ...(list('sender')[0] ? { sender: list('sender')[0] as MailAddress } : {}),
      to: list('to'),
      cc: list('cc'),
      bcc: list('bcc'),
      replyTo: list('reply-to'),
    },
    headers,
  );
  const subject = cleanSubject(headers.text('subject'));
  return {
    messageId: headers.raw('message-id'),
    subject,
    addresses,
    date: parseDateHeader(headers.raw('date')),
    automation: automationOf({ headers, from: addresses.from, mimeType, subject }),
    body: chooseBody(parts, mimeType),
  };
}

function readStructured(content: StructuredContent): ReadContent {
  const headers = new Headers(content.headers);
  const addresses = withAuthor(
    {
      from: addressesOf(content.from),
      ...(content.sender ? { sender: mailAddress(content.sender.name, content.sender.email) } : {}),
      to: addressesOf(content.to),
      cc: addressesOf(content.cc),
      bcc: addressesOf(content.bcc),
      replyTo: addressesOf(content.replyTo),
    },
    headers,
  );
  const subject = cleanSubject(content.subject ?? headers.text('subject'));
  const mimeType = /^[^;\s]*/.exec(headers.raw('content-type')?.trim().toLowerCase() ?? '')?.[0] ?? '';
  return {
    messageId: content.internetMessageId ?? headers.raw('message-id'),
    subject,
    addresses,
    date: content.sentAt ?? parseDateHeader(headers.raw('date')),
    automation: automationOf({ headers, from: addresses.from, mimeType, subject, itemClass: content.itemClass }),
    body: structuredBody(content, mimeType),
  };
}

function noteOf(missing: readonly MissingPart[]): string {
  return `The mail provider did not deliver: ${missing.join(', ')}`;
}

function structuredBody(content: StructuredContent, mimeType: string): Body {
  const attachments: MessageAttachment[] = content.attachments.map((attachment) => ({
    id: attachment.id,
    name: cutText(cleanLine(attachment.name), 255),
    mimeType: cutText(cleanLine(attachment.mimeType), 200),
    size: attachment.size,
    ...(attachment.isInline ? { inline: true } : {}),
  }));
  const plain = content.text === undefined ? {} : { plain: cleanText(content.text) };
  const html = content.html === undefined ? {} : { html: cleanText(content.html) };
  const { encrypted } = chooseBody([], mimeType);
  const sealed = attachments.some((attachment) => /^application\/(x-)?pkcs7-mime$/i.test(attachment.mimeType));
  const armored = content.text?.trimStart().startsWith('-----BEGIN PGP MESSAGE-----') ?? false;
  return { pieces: [{ ...plain, ...html }], attachments, encrypted: encrypted || sealed || armored };
}

function withAuthor(addresses: Addresses, headers: Headers): Addresses {
  const author = authorBehindList(addresses.from, addresses.replyTo, headers);
  return author ? { ...addresses, from: [author], sender: addresses.from[0] as MailAddress } : addresses;
}

function addressesOf(addresses: readonly ProviderAddress[]): MailAddress[] {
  return distinctAddresses(
    addresses
      .map(({ name, email }) => mailAddress(name, email))
      .filter(({ name, email }) => email !== '' || name !== undefined),
  );
}

function cleanSubject(subject: string | undefined): string {
  return cutText(cleanLine(subject ?? ''), maxSubjectLength);
}

const tagNames =
  'html|head|body|title|meta|style|div|p|br|hr|span|font|center|table|tbody|tr|td|h[1-6]|ul|ol|li|dl|blockquote|pre|' +
  'a|b|i|u|em|strong|small|big|img|section|article|header|main|o:p';
/** After declarations and comments. */
const opensHtml = new RegExp(String.raw`^\s*(?:<[!?][^<>]*>\s*)*<(?:${tagNames})\b[^<>]*>`, 'i');
const closesHtml = new RegExp(String.raw`</(?:${tagNames})\s*>`, 'i');

/** HTML sent as plain text. */
function asSent(piece: Body['pieces'][number]): Body['pieces'][number] {
  const { plain, html } = piece;
  if (plain === undefined || html !== undefined || !opensHtml.test(plain) || !closesHtml.test(plain)) return piece;
  return { html: plain };
}

function readBody(body: Body, subject: string): Pick<ParsedMessage, 'text' | 'html' | 'snippet'> {
  const safe = body.pieces.map(asSent).map(({ plain, html }) => {
    const clean = html === undefined ? undefined : sanitizeHtml(html);
    const text = plain?.trim() ? plain : clean !== undefined ? htmlToPlainText(clean) : stripTags(html ?? '');
    return { text, html: clean };
  });
  const texts = safe.map((piece) => piece.text);
  const text = cutText(
    texts
      .filter((piece) => piece.trim() !== '')
      .join('\n\n')
      .trim(),
    maxTextLength,
  );
  const html = safe.some((piece) => piece.html !== undefined)
    ? safe
        .map((piece) => piece.html ?? escapeHtml(piece.text))
        .filter((piece) => piece !== '')
        .join('<br />\n')
    : undefined;
  return {
    text,
    ...(html === undefined || html.length > maxSafeHtmlLength ? {} : { html }),
    snippet: body.encrypted ? '' : makeSnippet(text, subject),
  };
}
