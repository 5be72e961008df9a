import { createHash } from 'node:crypto';
import { Schema, type Types } from 'mongoose';
import { defineModel } from './define-model.ts';

/**
 * Messages of a mailbox and day that were read and not stored (unknown senders, ignored kinds), so that no listing
 * takes them for lost. Only short hashes of ids; kept while the mailbox is connected, because audits list that far
 * back.
 */
export interface PassedMailDoc {
  _id: Types.ObjectId;
  accountId: Types.ObjectId;
  /** Day of receipt, UTC: 2026-11-23. */
  day: string;
  /** Hashes, see `shortHash`. */
  ids: string[];
}

const schema = new Schema<PassedMailDoc>({
  accountId: { type: Schema.Types.ObjectId, ref: 'Account', required: true },
  day: { type: String, required: true },
  ids: [String],
});

// A bucket exists once; listings read an account's buckets.
schema.index({ accountId: 1, day: 1 }, { unique: true });

export const PassedMail = defineModel<PassedMailDoc>('PassedMail', 'passedmails', schema);

/** Remembers that a message was looked at and not stored. */
export async function rememberPassed(accountId: Types.ObjectId, id: string, receivedAt: Date): Promise<void> {
  await PassedMail.updateOne(
    { accountId, day: receivedAt.toISOString().slice(0, 10) },
    { $addToSet: { ids: shortHash(id) } },
    { upsert: true },
  );
}

/** After a reconnect more contacts may be known. */
export async function forgetPassed(accountId: Types.ObjectId): Promise<void> {
  await PassedMail.deleteMany({ accountId });
}

/** Which of these messages were looked at and not stored. */
export async function passedIds(accountId: Types.ObjectId, ids: readonly string[]): Promise<Set<string>> {
  if (ids.length === 0) return new Set();
  const byHash = new Map(ids.map((id) => [shortHash(id), id]));
  const found = await PassedMail.aggregate<{ ids: string[] }>([
    { $match: { accountId } },
    { $project: { ids: { $setIntersection: ['$ids', [...byHash.keys()]] } } },
  ]);
  return new Set(found.flatMap((bucket) => bucket.ids.map((hash) => byHash.get(hash) as string)));
}

/** 72 bits: no collisions among 100,000 ids, and a tenth of Exchange's ids. */
function shortHash(id: string): string {
  return createHash('sha256').update(id).digest('base64url').slice(0, 12);
}
