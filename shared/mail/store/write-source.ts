/**
 * Writes what `mergeSource` computes by compare-and-set: a message that somebody else has changed in between, a run
 * beside this one or staff in the CRM, is read again and merged again.
 */

import { Message, type MessageDoc } from '../../models/message.ts';
import { EstioError } from '../../platform/errors.ts';
import { mergeSource, type Mergeable, type SourceChange, type SourceKey } from './merge-source.ts';

const maxRounds = 100;

/** The filter that finds the message of a source; served by the unique index of the sources. */
export function bySource({ accountId, providerMessageId }: SourceKey) {
  return { sources: { $elemMatch: { accountId, providerMessageId } } };
}

/**
 * Merges a change into the message that a filter finds. A date moves only with a change that people see.
 *
 * @param found the message as it was just read, to spare another look
 * @returns the message as it is stored now; `undefined` when there is none
 */
export async function writeSource(
  filter: Readonly<Record<string, unknown>>,
  change: SourceChange,
  now: Date,
  found?: MessageDoc,
): Promise<MessageDoc | undefined> {
  // Past mongoose, which would put the fields of a source into another order: values are compared as they are stored.
  const { collection } = Message;
  let message: MessageDoc | null = found ?? (await collection.findOne<MessageDoc>(filter));
  for (let round = 0; round < maxRounds; round += 1) {
    if (!message) return undefined;
    const changed = differences(message, mergeSource(message, change, now));
    if (Object.keys(changed).length === 0) return message;
    const isSeen = isShown(message, changed);
    const next = { ...changed, ...(isSeen ? { updatedAt: now } : {}) };
    const { matchedCount } = await collection.updateOne(asRead(message, Object.keys(changed)), { $set: next });
    if (matchedCount === 1) return { ...message, ...next };
    message = await collection.findOne<MessageDoc>(filter);
  }
  throw new EstioError(`A message changed ${maxRounds} times while it was written`, {
    code: 'message-busy',
    retryable: true,
  });
}

function differences(message: Mergeable, next: Mergeable): Mergeable {
  const entries = Object.entries(next).filter(
    ([field, value]) => !(field in message) || !isAlike(message[field as keyof Mergeable], value),
  );
  return Object.fromEntries(entries);
}

/** Ids as text: two of the same value need not be alike inside. */
function isAlike(one: unknown, other: unknown): boolean {
  return JSON.stringify(one ?? null) === JSON.stringify(other ?? null);
}

/** Whether people see a change: not when a mailbox was looked at again, nor when nothing is written as nothing. */
function isShown(message: Mergeable, { sources, ...others }: Mergeable): boolean {
  if (sources !== undefined && sources.length !== (message.sources ?? []).length) return true;
  return Object.entries(others).some(([field, value]) => !isAlike(message[field as keyof Mergeable], value));
}

/** Finds the message only while everything that its next state was computed from is as it was. */
function asRead(message: MessageDoc, changed: readonly string[]): Record<string, unknown> {
  const fields = new Set(['sources', 'deletedAt', 'direction', ...changed]);
  return Object.fromEntries([
    ['_id', message._id],
    ...[...fields].map((field) => [field, message[field as keyof MessageDoc] ?? null]),
  ]);
}
