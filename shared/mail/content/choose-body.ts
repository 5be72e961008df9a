import libmime from 'libmime';
import type { MessageAttachment } from '../../models/message.ts';
import { cleanLine, cleanText, cutText } from './clean-text.ts';
import { decodeText } from './decode-text.ts';
import { decodeWords } from './headers.ts';
import { maxTextBytes, type Part } from './split-parts.ts';

interface BodyPiece {
  plain?: string;
  html?: string;
}

export interface Body {
  /** A signature after an inline image is a separate piece. */
  readonly pieces: readonly BodyPiece[];
  readonly attachments: readonly MessageAttachment[];
  readonly encrypted: boolean;
}

/** The rest become attachments: no mailer writes so many. */
const maxPieces = 100;
const maxAttachments = 500;

const usualText = /^text\/(plain|html)$/;
/** RFC 2046, section 4.1.4: an unknown text is plain text. */
const anyText = /^text\/(?!calendar$|x-amp-html$)/;

export function chooseBody(parts: readonly Part[], mimeType: string): Body {
  const pieces: BodyPiece[] = [];
  const alternatives = new Map<object, BodyPiece>();
  const attachments: MessageAttachment[] = [];
  let textBytes = 0;
  const types = parts.some((part) => isBodyText(part, false, usualText)) ? usualText : anyText;
  for (const part of parts) {
    // Too long for a document, text stays an attachment.
    const fits =
      textBytes === 0 || (textBytes + (part.content?.length ?? 0) <= maxTextBytes && pieces.length < maxPieces);
    if (!fits || !isBodyText(part, pieces.length > 0, types)) {
      if (part.mimeType !== 'text/x-amp-html' && attachments.length < maxAttachments)
        attachments.push(attachmentOf(part));
      continue;
    }
    textBytes += part.content?.length ?? 0;
    addText(pieceFor(part, pieces, alternatives), part);
  }
  const armored = pieces.some(({ plain }) => plain?.trimStart().startsWith('-----BEGIN PGP MESSAGE-----'));
  return { pieces, attachments, encrypted: armored || isEncryptedType(mimeType) || parts.some(isEncrypted) };
}

function addText(piece: BodyPiece, part: Part): void {
  const text = textOf(part);
  if (part.mimeType === 'text/html') piece.html = piece.html === undefined ? text : `${piece.html}<br />\n${text}`;
  else piece.plain = piece.plain === undefined ? text : `${piece.plain}\n\n${text}`;
}

function isBodyText(part: Part, hasBody: boolean, types: RegExp): boolean {
  if (!types.test(part.mimeType)) return false;
  if (part.disposition !== undefined && part.disposition !== 'inline') return false;
  return part.filename === undefined || !hasBody;
}

function pieceFor(part: Part, pieces: BodyPiece[], alternatives: Map<object, BodyPiece>): BodyPiece {
  const known = part.alternative && alternatives.get(part.alternative);
  if (known) return known;
  const piece: BodyPiece = {};
  pieces.push(piece);
  if (part.alternative) alternatives.set(part.alternative, piece);
  return piece;
}

function textOf(part: Part): string {
  const text = cleanText(
    decodeText(part.content ?? Buffer.alloc(0), { declared: part.charset, html: part.mimeType === 'text/html' }),
  );
  return part.flowed ? libmime.decodeFlowed(text, part.delSp) : text;
}

function isEncrypted(part: Part): boolean {
  if (part.ancestors.some((type) => type === 'multipart/encrypted')) return true;
  if (!isEncryptedType(part.mimeType)) return false;
  // Certificates alone hide nothing; an opaque signature encodes the text.
  return !/smime-type\s*=\s*"?certs-only/i.test(part.headers.raw('content-type') ?? '');
}

function isEncryptedType(mimeType: string): boolean {
  return /^(multipart\/encrypted|application\/(x-)?pkcs7-mime)$/.test(mimeType);
}

function attachmentOf(part: Part): MessageAttachment {
  return {
    id: part.id,
    name: attachmentName(part),
    mimeType: cutText(cleanLine(part.mimeType), 200),
    size: part.size,
    ...(part.contentId ? { contentId: cutText(cleanLine(part.contentId), 300) } : {}),
    ...(part.disposition === 'inline' || (part.contentId !== undefined && part.ancestors.includes('multipart/related'))
      ? { inline: true }
      : {}),
  };
}

function attachmentName(part: Part): string {
  const given = cutText(cleanLine(part.filename ?? '').replace(/^.*[\\/]/, ''), 255);
  if (given !== '') return given;
  if (part.mimeType === 'message/rfc822') {
    const subject = /^subject:[ \t]*(.*(?:\r?\n[ \t].*)*)/im.exec(
      part.content?.toString('latin1').split(/\r?\n\r?\n/)[0] ?? '',
    )?.[1];
    return `${cutText(subject ? decodeWords(subject.replace(/\r?\n/g, '')) : '', 200) || 'message'}.eml`;
  }
  if (part.mimeType === 'text/calendar') return 'invite.ics';
  const extension = libmime.detectExtension(part.mimeType);
  return `${part.disposition === 'inline' || part.contentId ? 'inline' : 'attachment'}-${part.id}.${extension}`;
}
