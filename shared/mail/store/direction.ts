/** Who is "we": decides whether a message came in, went out, or never left the agency. */

import type { Types } from 'mongoose';
import { Account, type AccountDoc } from '../../models/account.ts';
import type { MailAddress } from '../../models/message.ts';
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
 * What the mailbox says, as far as it says it: what lies among the sent mail went out, whatever alias wrote it; what it
 * received although it names this very mailbox as its author was not sent by it. A colleague's mail went out, too, and
 * only its author tells that. So it is outbound when one of the authors is ours, or the one who sent it for an author
 * that cannot be told; but what a web form writes "from us to us" with the visitor in Reply-To comes in.
 *
 * @param mailbox the addresses of the mailbox that has the message, where they are known
 */
export function directionOf(
  message: Participants & Pick<ParsedMessage, 'directionHint'>,
  own: OwnAddresses,
  mailbox?: Partial<Pick<AccountDoc, 'email' | 'aliases'>>,
): 'inbound' | 'outbound' {
  if (message.directionHint === 'outbound') return 'outbound';
  const authors = authorsOf(message);
  if (!authors.some((email) => isOwn(email, own)) || isFromForm(message, own)) return 'inbound';
  const itself = ownAddresses([mailbox?.email ?? '', ...(mailbox?.aliases ?? [])], []);
  const isByItself = authors.every((email) => isOwn(email, itself));
  return message.directionHint === 'inbound' && isByItself ? 'inbound' : 'outbound';
}

/** Whether one of us wrote a message, whatever mailbox has it: it is no news to us. */
export function isOurs(message: Participants, own: OwnAddresses): boolean {
  return authorsOf(message).some((email) => isOwn(email, own)) && !isFromForm(message, own);
}

function authorsOf({ from, sender }: Participants): string[] {
  const authors = from.map(({ email }) => email).filter((email) => email !== '');
  return authors.length > 0 ? authors : [sender?.email ?? ''];
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
