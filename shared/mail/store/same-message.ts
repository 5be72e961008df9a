/** Senders repeat Message-IDs, and anyone answered once can copy a foreign one: neither may cover another's mail. */

import type { Types } from 'mongoose';
import type { MessageDoc } from '../../models/message.ts';
import { day, minute } from '../../platform/clock.ts';
import { addressKey, mailboxKey } from '../content/addresses.ts';
import { repeatedMessageId } from '../content/message-id.ts';
import { directionOf } from './direction.ts';
import { isOwn } from './own-addresses.ts';
import type { OwnAddresses, ParsedMessage } from './parsed-message.ts';

const sameDate = minute;

/** First author, else sender. */
export function authorOf({ from, sender }: Pick<ParsedMessage, 'from' | 'sender'>): MessageDoc['from'] {
  return from[0] ?? sender ?? { email: '' };
}

/** The first free one counts. */
export function identitiesOf(message: ParsedMessage): string[] {
  const { messageIdHeader, declaredAt, subject, text } = message;
  const traits = [String(declaredAt?.getTime()), addressKey(authorOf(message).email)];
  const more = [traits, [...traits, subject], [...traits, subject, text]];
  return [messageIdHeader, ...more.map((each) => repeatedMessageId(messageIdHeader, each))];
}

/** Other writers may omit anything. */
export type StoredMail = Partial<
  Pick<MessageDoc, 'from' | 'subject' | 'text' | 'declaredAt' | 'listId' | 'sources' | 'direction'>
>;

export function findSameMessage<M extends StoredMail>(
  stored: readonly M[],
  message: ParsedMessage,
  accountId: Types.ObjectId,
  own: OwnAddresses,
): M | undefined {
  const unlike = (known: M) => (known.text === message.text ? 0 : day) + distance(known, message);
  return stored
    .filter((known) => isSameMessage(known, message, accountId, own))
    .sort((a, b) => unlike(a) - unlike(b))[0];
}

/**
 * Same author, date and subject, without missing parts, our aliases and subject tags. Two mails in one mailbox are two,
 * unless identical, sent by us and returned, or sent on by a list.
 */
function isSameMessage(
  known: StoredMail,
  message: ParsedMessage,
  accountId: Types.ObjectId,
  own: OwnAddresses,
): boolean {
  if (!hasSameAuthor(known, message, own)) return false;
  const inOneMailbox = known.sources?.some((source) => source.accountId.equals(accountId));
  if (inOneMailbox && !isSentByUs(known, message, own) && !isListCopy(known, message))
    return isIdentical(known, message);
  const subject = known.subject ?? '';
  return (
    (subject.includes(message.subject) || message.subject.includes(subject)) && distance(known, message) <= sameDate
  );
}

function hasSameAuthor(known: StoredMail, message: ParsedMessage, own: OwnAddresses): boolean {
  const [one, other] = [known.from?.email ?? '', authorOf(message).email];
  if (one === '' || other === '' || mailboxKey(one) === mailboxKey(other)) return true;
  return isOwn(one, own) && isOwn(other, own);
}

function isSentByUs(known: StoredMail, message: ParsedMessage, own: OwnAddresses): boolean {
  if (isOwn(known.from?.email ?? '', own) && isOwn(authorOf(message).email, own)) return true;
  return known.direction === 'outbound' && directionOf(message, own) === 'outbound';
}

function isIdentical(known: StoredMail, { subject, declaredAt, text }: ParsedMessage): boolean {
  return (
    (known.subject ?? '') === subject && known.declaredAt?.getTime() === declaredAt?.getTime() && known.text === text
  );
}

/** Lists add a tag, and lines at the end. */
function isListCopy(known: StoredMail, message: ParsedMessage): boolean {
  if ((known.listId ?? '') === (message.listId ?? '')) return false;
  const [shorter = '', longer = ''] = [known.text ?? '', message.text].sort((a, b) => a.length - b.length);
  return longer.startsWith(shorter.trimEnd());
}

function distance({ declaredAt }: StoredMail, message: ParsedMessage): number {
  return declaredAt && message.declaredAt ? Math.abs(declaredAt.getTime() - message.declaredAt.getTime()) : 0;
}
