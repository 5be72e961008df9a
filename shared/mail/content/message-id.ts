import { createHash } from 'node:crypto';
import type { MailProviderName } from '../../models/account.ts';
import { cleanText } from './clean-text.ts';

/** Longer ids end in a digest. */
const maxLength = 250;

/** RFC 5322. @returns at most 250 characters, without brackets and white space */
export function normalizeMessageId(value: string | undefined): string | undefined {
  if (value === undefined) return undefined;
  const inner = /<([^<>]*)>/.exec(value)?.[1] ?? value.replace(/[<>]/g, '');
  const id = cleanText(inner).replace(/\s+/g, '');
  if (id === '') return undefined;
  return id.length <= maxLength ? id : `${id.slice(0, 150).toWellFormed()}~${digest(id)}`;
}

/**
 * From the message's place; by content, two equal notices would be one. The mailbox's address survives reconnecting.
 */
export function substituteMessageId(
  mailbox: { provider: MailProviderName; email: string },
  providerMessageId: string,
): string {
  return `${digest(`${mailbox.provider}\n${mailbox.email.toLowerCase()}\n${providerMessageId}`)}@missing.invalid`;
}

/** @param traits tell the messages with one id apart */
export function repeatedMessageId(messageId: string, traits: readonly string[]): string {
  return `${messageId}~${digest([messageId, ...traits].join('\n')).slice(0, 16)}`;
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 40);
}
