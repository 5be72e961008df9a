/** RFC 3834 (Auto-Submitted), RFC 2369 and 2919 (lists), [MS-OXCMAIL] (X-Auto-Response-Suppress), [MS-OXOMSG]. */

import type { MailAddress } from '../../models/message.ts';
import type { Headers } from './headers.ts';

const automaticLocalPart = new RegExp(
  String.raw`^(no|do[-_.]?not|don'?t|never)[-_.]?reply\b|^(noreply|donotreply|nicht[-_.]?antworten|nepasrepondre|` +
    String.raw`mailer[-_.]?daemon|postmaster|bounces?|notifications?|alerts?|automat(ed|ic))([-_.+=\d]|$)`,
  'i',
);

/** As Outlook begins them. People write "Out of office: ..." themselves. */
const automaticSubject = new RegExp(
  '^(automatic reply|out of office autoreply|automatische antwort|réponse automatique|' +
    'respuesta automática|risposta automatica|resposta automática|automatisch antwoord|automatiskt svar|' +
    'automatisk svar|automaattinen vastaus|automatická odpověď|automatyczna odpowiedź|автоматический ответ|' +
    'автоматична відповідь|автоматичен отговор|αυτόματη απάντηση|otomatik yanıt|automatikus válasz|răspuns automat|' +
    'automatski odgovor|automatická odpoveď|自动答复|自動回覆|自動応答)\\s*[:：]',
  'iu',
);

/** Autoresponders' own names. */
const automaticHeader = /^(x-(mail-)?auto-?(reply|respond|generated|submitted)|x-fc-machinegenerated$|feedback-id$)/;

const automaticClass = /^(IPM\.Note\.Rules\.(Oof|Reply|External\w*)Template|REPORT\.)/i;

export interface Automation {
  readonly automatic: boolean;
  readonly listId?: string;
  readonly onlyByList?: boolean;
}

export interface Signs {
  readonly headers: Headers;
  readonly from: readonly MailAddress[];
  readonly mimeType: string;
  readonly subject: string;
  readonly itemClass?: string | undefined;
}

/** Anyone can write such a subject: it counts only if the provider shows no headers. */
export function automationOf(signs: Signs): Automation {
  const { headers, subject, itemClass = '' } = signs;
  const listId = /<([^<>\s]+)>\s*$/.exec(headers.text('list-id') ?? '')?.[1]?.toLowerCase();
  const list = listId === undefined ? {} : { listId };
  const isSubject = headers.names().length === 0 && automaticSubject.test(subject.normalize('NFC').trim());
  if (isByMachine(signs) || automaticClass.test(itemClass) || isSubject) return { automatic: true, ...list };
  return isByList(headers) ? { automatic: true, ...list, onlyByList: true } : { automatic: false, ...list };
}

function isByList(headers: Headers): boolean {
  return (
    /^list\b/i.test(headers.text('precedence') ?? '') ||
    headers.names().some((name) => /^list-(id|post|help|owner|archive|(un)?subscribe)$/.test(name))
  );
}

function isByMachine({ headers, from, mimeType }: Signs): boolean {
  const isSaid = (name: string) => headers.has(name) && !/^no\b/i.test(headers.text(name) ?? '');
  if (isSaid('auto-submitted') || headers.names().some((name) => automaticHeader.test(name) && isSaid(name)))
    return true;
  const isBulk = (name: string) => /^(bulk|junk|auto[-_]reply)\b/i.test(headers.text(name) ?? '');
  if (isBulk('precedence') || isBulk('x-precedence')) return true;
  if (/\b(all|oof|autoreply)\b/i.test(headers.text('x-auto-response-suppress') ?? '')) return true;
  if (/^<\s*>$/.test(headers.raw('return-path')?.trim() ?? '')) return true;
  if (mimeType === 'multipart/report' || mimeType === 'message/delivery-status') return true;
  return from.some(({ email }) => isAutomaticAddress(email));
}

export function isAutomaticAddress(email: string): boolean {
  return automaticLocalPart.test(email.slice(0, Math.max(0, email.lastIndexOf('@'))));
}
