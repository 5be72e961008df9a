/**
 * RFC 3834 (Auto-Submitted), RFC 2369 and 2919 (lists), [MS-OXCMAIL] (X-Auto-Response-Suppress), [MS-OXOMSG] (Outlook's
 * automatic replies).
 */

import type { MailAddress } from '../../models/message.ts';
import type { Headers } from './headers.ts';

const automaticLocalPart = new RegExp(
  String.raw`^(no|do[-_.]?not|don'?t|never)[-_.]?reply\b|^(noreply|donotreply|nicht[-_.]?antworten|nepasrepondre|` +
    String.raw`mailer[-_.]?daemon|postmaster|bounces?|notifications?|alerts?|automat(ed|ic))([-_.+=\d]|$)`,
  'i',
);

const automaticSubject = new RegExp(
  '^(automatic reply|auto(matic)? response|out of (the )?office|automatische antwort|abwesenheitsnotiz|réponse ' +
    'automatique|respuesta automática|risposta automatica|resposta automática|automatisch antwoord|automatiskt svar|' +
    'automatisk svar|automaattinen vastaus|automatická odpověď|automatyczna odpowiedź|автоматический ответ|' +
    'автоматична відповідь|αυτόματη απάντηση|otomatik yanıt)\\s*:',
  'iu',
);

const automaticClass = /^(IPM\.Note\.Rules\.(Oof|Reply|External\w*)Template|REPORT\.)/i;

export interface Automation {
  readonly automatic: boolean;
  readonly listId?: string;
  readonly onlyByList?: boolean;
}

/** Whether a machine wrote it. */
export function automationOf(headers: Headers, from: readonly MailAddress[], mimeType: string): Automation {
  const listId = /<([^<>\s]+)>\s*$/.exec(headers.text('list-id') ?? '')?.[1]?.toLowerCase();
  const list = listId === undefined ? {} : { listId };
  if (isByMachine(headers, from, mimeType)) return { automatic: true, ...list };
  return isByList(headers) ? { automatic: true, ...list, onlyByList: true } : { automatic: false, ...list };
}

/** For providers without headers. */
export function isAutomaticReply({ subject = '', itemClass = '' }: { subject?: string; itemClass?: string }): boolean {
  return automaticSubject.test(subject.trim()) || automaticClass.test(itemClass);
}

function isByList(headers: Headers): boolean {
  return (
    /^list\b/i.test(headers.text('precedence') ?? '') ||
    ['list-id', 'list-unsubscribe'].some((name) => headers.has(name))
  );
}

function isByMachine(headers: Headers, from: readonly MailAddress[], mimeType: string): boolean {
  const autoSubmitted = headers.text('auto-submitted')?.toLowerCase();
  if (autoSubmitted !== undefined && !/^no\b/.test(autoSubmitted)) return true;
  if (/^(bulk|junk|auto[-_]reply)\b/i.test(headers.text('precedence') ?? '')) return true;
  if (['x-autoreply', 'x-autorespond', 'feedback-id'].some((name) => headers.has(name))) return true;
  if (/\b(all|oof|autoreply)\b/i.test(headers.text('x-auto-response-suppress') ?? '')) return true;
  if (/^<\s*>$/.test(headers.raw('return-path')?.trim() ?? '')) return true;
  if (mimeType === 'multipart/report' || mimeType === 'message/delivery-status') return true;
  return from.some(({ email }) => isAutomaticAddress(email));
}

/** Whether no one reads this address. */
export function isAutomaticAddress(email: string): boolean {
  return automaticLocalPart.test(email.slice(0, Math.max(0, email.lastIndexOf('@'))));
}
