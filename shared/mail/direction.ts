/** Who is "we": decides whether a message came in, went out, or never left the agency. */

import type { Types } from 'mongoose';
import { Account } from '../models/account.ts';
import type { MailAddress } from '../models/message.ts';
import { ownAddresses, isOwn } from './own-addresses.ts';
import type { OwnAddresses, ParsedMessage } from './parsed-message.ts';

type Participants = Pick<ParsedMessage, 'from' | 'sender' | 'to' | 'cc' | 'bcc' | 'replyTo'>;

/**
 * The own addresses of a location: of all its mailboxes, so that every mailbox sees a message in the same direction.
 *
 * @param domains MAIL_OWN_DOMAINS
 */
export async function loadOwnAddresses(locationId: Types.ObjectId, domains: readonly string[]): Promise<OwnAddresses> {
  const accounts = await Account.find({ locationId }, { email: 1, aliases: 1 }).lean();
  return ownAddresses(
    accounts.flatMap(({ email, aliases }) => [email, ...(aliases ?? [])]),
    domains,
  );
}

/**
 * Outbound when one of the authors is ours, or the one who sent it for an author that cannot be told. One exception:
 * web forms write "from us to us" and put the visitor into Reply-To; such mail comes in.
 */
export function directionOf(
  message: Participants & Pick<ParsedMessage, 'directionHint'>,
  own: OwnAddresses,
): 'inbound' | 'outbound' {
  const authors = message.from.filter(({ email }) => email !== '');
  const ours =
    authors.length > 0 ? authors.some(({ email }) => isOwn(email, own)) : isOwn(message.sender?.email ?? '', own);
  if (ours) return isFromForm(message, own) ? 'inbound' : 'outbound';
  // An alias that we do not know of lies among the sent mail.
  return message.directionHint ?? 'inbound';
}

function isFromForm(message: Participants, own: OwnAddresses): boolean {
  const recipients = [...message.to, ...message.cc, ...message.bcc];
  return (
    recipients.length > 0 &&
    recipients.every(({ email }) => isOwn(email, own)) &&
    message.replyTo.some(({ email }) => email !== '' && !isOwn(email, own))
  );
}

/** Whether everybody who takes part is ours. */
export function isInternal(message: Participants, own: OwnAddresses): boolean {
  const all = participants(message).filter(({ email }) => email !== '');
  return all.length > 0 && all.every(({ email }) => isOwn(email, own));
}

/** Everybody who takes part, the closest first; may repeat. */
export function participants(message: Participants): MailAddress[] {
  const { from, sender, replyTo, to, cc, bcc } = message;
  return [...from, ...(sender ? [sender] : []), ...replyTo, ...to, ...cc, ...bcc];
}
