/**
 * Whether two mails with one Message-ID are one message. Bad senders number badly, and anybody who was ever answered knows
 * an id that is not theirs: none of them may cover another's mail. Pure.
 */

import type { MessageDoc } from '../models/message.ts';
import { minute } from '../platform/clock.ts';
import { addressKey } from './addresses.ts';
import { repeatedMessageId } from './content/message-id.ts';
import { isOwn } from './direction.ts';
import type { OwnAddresses, ParsedMessage } from './parsed-message.ts';

/** Date headers further apart than this are not of one message. */
const sameDate = minute;

/** Who wrote it, as it is stored: the first author, else the sender. */
export function authorOf({ from, sender }: Pick<ParsedMessage, 'from' | 'sender'>): MessageDoc['from'] {
  return from[0] ?? sender ?? { email: '' };
}

/** The identities that a message may have, the first that is free: another may have its Message-ID, its author and date as well. */
export function identitiesOf(message: ParsedMessage): string[] {
  const { messageIdHeader, declaredAt, subject } = message;
  const traits = [String(declaredAt?.getTime()), addressKey(authorOf(message).email)];
  return [messageIdHeader, repeatedMessageId(messageIdHeader, traits), repeatedMessageId(messageIdHeader, [...traits, subject])];
}

/**
 * The same author, date and subject. What a provider leaves out differs from nothing; an alias of ours that a mailbox has
 * resolved and a tag that it put before the subject do not make another message.
 */
export function isSameMessage(known: Pick<MessageDoc, 'from' | 'subject' | 'declaredAt'>, message: ParsedMessage, own: OwnAddresses): boolean {
  const [one, other] = [known.from.email, authorOf(message).email];
  const sameAuthor = one === '' || other === '' || addressKey(one) === addressKey(other) || (isOwn(one, own) && isOwn(other, own));
  const sameSubject = known.subject.includes(message.subject) || message.subject.includes(known.subject);
  return sameAuthor && sameSubject && (!known.declaredAt || !message.declaredAt || Math.abs(known.declaredAt.getTime() - message.declaredAt.getTime()) <= sameDate);
}
