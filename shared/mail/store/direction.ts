import type { Types } from 'mongoose';
import { Account, type AccountDoc } from '../../models/account.ts';
import type { MailAddress } from '../../models/message.ts';
import { ownAddresses, isOwn } from './own-addresses.ts';
import type { OwnAddresses, ParsedMessage } from './parsed-message.ts';

type Participants = Pick<ParsedMessage, 'from' | 'sender' | 'to' | 'cc' | 'bcc' | 'replyTo'>;

/**
 * Of all the location's mailboxes, so that each sees the same direction.
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
 * Outbound: in the sent folder, or by our author (else sender). Inbound: received from this very mailbox, or a web
 * form's mail with the visitor in Reply-To.
 *
 * @param mailbox with the message, if known
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

export function isInternal(message: Participants, own: OwnAddresses): boolean {
  const all = participants(message).filter(({ email }) => email !== '');
  return all.length > 0 && all.every(({ email }) => isOwn(email, own));
}

/** Closest first; may repeat. */
export function participants(message: Participants): MailAddress[] {
  const { from, sender, replyTo, to, cc, bcc } = message;
  return [...from, ...(sender ? [sender] : []), ...replyTo, ...to, ...cc, ...bcc];
}
