/**
 * Whether two mails with one Message-ID are one message. Bad senders number badly, and anybody who was ever answered
 * knows an id that is not theirs: none of them may cover another's mail. Pure.
 */

import type { Types } from 'mongoose';
import type { MessageDoc } from '../../models/message.ts';
import { day, minute } from '../../platform/clock.ts';
import { addressKey, mailboxKey } from '../content/addresses.ts';
import { repeatedMessageId } from '../content/message-id.ts';
import { directionOf } from './direction.ts';
import { isOwn } from './own-addresses.ts';
import type { OwnAddresses, ParsedMessage } from './parsed-message.ts';

/** Date headers further apart than this are not of one message. */
const sameDate = minute;

/** Who wrote it, as it is stored: the first author, else the sender. */
export function authorOf({ from, sender }: Pick<ParsedMessage, 'from' | 'sender'>): MessageDoc['from'] {
  return from[0] ?? sender ?? { email: '' };
}

/**
 * The identities that a message may have, the first that is free: another may have its Message-ID, its author and date
 * as well.
 */
export function identitiesOf(message: ParsedMessage): string[] {
  const { messageIdHeader, declaredAt, subject, text } = message;
  const traits = [String(declaredAt?.getTime()), addressKey(authorOf(message).email)];
  const more = [traits, [...traits, subject], [...traits, subject, text]];
  return [messageIdHeader, ...more.map((each) => repeatedMessageId(messageIdHeader, each))];
}

/** A message as it is stored; what others wrote may lack anything. */
export type StoredMail = Partial<
  Pick<MessageDoc, 'from' | 'subject' | 'text' | 'declaredAt' | 'listId' | 'sources' | 'direction'>
>;

/** Which of the stored messages that share its Message-ID a mail in a mailbox is, if any: of several the most alike. */
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
 * The same author, date and subject. What a provider leaves out differs from nothing; an alias of ours that a mailbox
 * has resolved and a tag that it put before the subject do not make another message. Two mails in one mailbox are two,
 * unless nothing tells them apart, it is what we sent and what came back of it, or a list sent one of them on.
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

/** One of the two came through a list that the other did not come through: lists add a tag, and lines at the end. */
function isListCopy(known: StoredMail, message: ParsedMessage): boolean {
  if ((known.listId ?? '') === (message.listId ?? '')) return false;
  const [shorter = '', longer = ''] = [known.text ?? '', message.text].sort((a, b) => a.length - b.length);
  return longer.startsWith(shorter.trimEnd());
}

/** Of the Date headers, ms. */
function distance({ declaredAt }: StoredMail, message: ParsedMessage): number {
  return declaredAt && message.declaredAt ? Math.abs(declaredAt.getTime() - message.declaredAt.getTime()) : 0;
}
