/** Whether a machine wrote a message: people are not made into contacts because a machine wrote to us. */

import type { MailAddress } from '../../models/message.ts';
import type { Headers } from './headers.ts';

const automaticLocalPart = new RegExp(
  String.raw`^(no|do[-_.]?not|don'?t|never)[-_.]?reply\b|^(noreply|donotreply|nicht[-_.]?antworten|nepasrepondre|` +
    String.raw`mailer[-_.]?daemon|postmaster|bounces?|notifications?|alerts?|automat(ed|ic))([-_.+=\d]|$)`,
  'i',
);

/**
 * Applies RFC 3834 (Auto-Submitted), list headers (RFC 2369, RFC 2919), the customary Precedence and Microsoft's
 * X-Auto-Response-Suppress, an empty Return-Path, delivery reports, and senders called no-reply.
 */
export function isAutomatic(headers: Headers, from: readonly MailAddress[], mimeType: string): boolean {
  const autoSubmitted = headers.text('auto-submitted')?.toLowerCase();
  if (autoSubmitted !== undefined && !/^no\b/.test(autoSubmitted)) return true;
  if (/^(bulk|list|junk|auto[-_]reply)\b/i.test(headers.text('precedence') ?? '')) return true;
  if (['list-id', 'list-unsubscribe', 'x-autoreply', 'x-autorespond', 'feedback-id'].some((name) => headers.has(name)))
    return true;
  if (/\b(all|oof|autoreply)\b/i.test(headers.text('x-auto-response-suppress') ?? '')) return true;
  if (/^<\s*>$/.test(headers.raw('return-path')?.trim() ?? '')) return true;
  if (mimeType === 'multipart/report' || mimeType === 'message/delivery-status') return true;
  return from.some(({ email }) => isAutomaticAddress(email));
}

/** Whether nobody reads what is sent to an address. */
export function isAutomaticAddress(email: string): boolean {
  return automaticLocalPart.test(email.slice(0, Math.max(0, email.lastIndexOf('@'))));
}
