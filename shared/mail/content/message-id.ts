/**
 * The identity of a message (RFC 5322, Message-ID): one spelling for every provider, and a substitute where it is
 * missing.
 */

import { createHash } from 'node:crypto';
import type { MailProviderName } from '../../models/account.ts';
import { cleanText } from './clean-text.ts';

/** Longer ids are shortened to their beginning and a digest. */
const maxLength = 250;

/**
 * Reads a Message-ID as headers (`<id>`, folded, with comments) and APIs (with or without brackets) give it.
 *
 * @returns the id without brackets and white space, at most 250 characters; `undefined` when there is none
 */
export function normalizeMessageId(value: string | undefined): string | undefined {
  if (value === undefined) return undefined;
  const inner = /<([^<>]*)>/.exec(value)?.[1] ?? value.replace(/[<>]/g, '');
  const id = cleanText(inner).replace(/\s+/g, '');
  if (id === '') return undefined;
  return id.length <= maxLength ? id : `${id.slice(0, 150).toWellFormed()}~${digest(id)}`;
}

/**
 * Identity of a message without a Message-ID: made from where it lies, so that it is the same at every look and two
 * messages never share it. (A digest of the content would collapse two equal notices.) The mailbox is named by its
 * address: it survives disconnecting and connecting again.
 */
export function substituteMessageId(
  mailbox: { provider: MailProviderName; email: string },
  providerMessageId: string,
): string {
  return `${digest(`${mailbox.provider}\n${mailbox.email.toLowerCase()}\n${providerMessageId}`)}@missing.invalid`;
}

/**
 * Identity of another message under an id that is already taken.
 *
 * @param traits what tells it from those that have the id
 */
export function repeatedMessageId(messageId: string, traits: readonly string[]): string {
  return `${messageId}~${digest([messageId, ...traits].join('\n')).slice(0, 16)}`;
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 40);
}
