/** Compare-and-set: after another write in between, the change is merged again. */

import { Message, type MessageDoc } from '../../models/message.ts';
import { EstioError } from '../../platform/errors.ts';
import { mergeSource, type Mergeable, type SourceChange, type SourceKey } from './merge-source.ts';

const maxRounds = 100;

/** Served by the sources' unique index. */
export function bySource({ accountId, providerMessageId }: SourceKey) {
  return { sources: { $elemMatch: { accountId, providerMessageId } } };
}

/**
 * `updatedAt` moves only with a visible change.
 *
 * @param found just read, to save a query
 * @returns the stored message, if any
 */
export async function writeSource(
  filter: Readonly<Record<string, unknown>>,
  change: SourceChange,
  now: Date,
  found?: MessageDoc,
): Promise<MessageDoc | undefined> {
  // mongoose would reorder a source's fields, and stored values are compared.
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

/** Ids as text: equal ids may differ inside. */
function isAlike(one: unknown, other: unknown): boolean {
  return JSON.stringify(one ?? null) === JSON.stringify(other ?? null);
}

/** A new observation, or nothing written as nothing, is no visible change. */
function isShown(message: Mergeable, { sources, ...others }: Mergeable): boolean {
  if (sources !== undefined && sources.length !== (message.sources ?? []).length) return true;
  return Object.entries(others).some(([field, value]) => !isAlike(message[field as keyof Mergeable], value));
}

/** Matches while all inputs are unchanged. */
function asRead(message: MessageDoc, changed: readonly string[]): Record<string, unknown> {
  const fields = new Set(['sources', 'deletedAt', 'direction', ...changed]);
  return Object.fromEntries([
    ['_id', message._id],
    ...[...fields].map((field) => [field, message[field as keyof MessageDoc] ?? null]),
  ]);
}
