/**
 * Lists rewrite From because of DMARC (RFC 7960, section 4.1.3.1): `"'Anna' via Info" <info@agency.example>`. Google
 * Groups names the author in X-Original-From and X-Original-Sender, others in Reply-To.
 */

import type { MailAddress } from '../../models/message.ts';
import { addressKey, parseAddresses } from './addresses.ts';
import type { Headers } from './headers.ts';

const viaName =
  /^["'‘“«]?(.+?)["'’”»]?\s+\(?(?:via|über|a través de|através de|tramite|par|przez|prostřednictvím|через|μέσω)\s+\S/iu;

/** Undefined: From is the author. Only lists' headers are believed: anyone can write one. */
export function authorBehindList(
  from: readonly MailAddress[],
  replyTo: readonly MailAddress[],
  headers: Headers,
): MailAddress | undefined {
  const [shown, ...others] = from;
  if (!shown || others.length > 0) return undefined;
  const name = viaName.exec(shown.name ?? '')?.[1]?.trim();
  if (name === undefined && !isPostedBy(shown.email, headers)) return undefined;
  const isOther = ({ email }: MailAddress) => email !== '' && addressKey(email) !== addressKey(shown.email);
  const named = ['x-original-from', 'x-original-sender'].flatMap((header) => parseAddresses(headers.all(header)));
  const answered = replyTo.filter(isOther);
  const author = [...named, ...(answered.length === 1 ? answered : []), ...parseAddresses([name ?? ''])].find(isOther);
  if (!author) return undefined;
  const called = author.name ?? name;
  return { ...(called === undefined || called === author.email ? {} : { name: called }), email: author.email };
}

function isPostedBy(email: string, headers: Headers): boolean {
  const listId = /<([^<>\s]+)>\s*$/.exec(headers.text('list-id') ?? '')?.[1]?.toLowerCase();
  const post = /<mailto:([^<>?\s]+)/i.exec(headers.text('list-post') ?? '')?.[1];
  return (
    (listId !== undefined && email.replace('@', '.') === listId) ||
    (post !== undefined && addressKey(post) === addressKey(email))
  );
}
