import { createHash } from 'node:crypto';
import { Schema, type Types } from 'mongoose';
import { defineModel } from './define-model.ts';

/**
 * Messages of one mailbox and day that were looked at and not stored (unknown senders, ignored kinds): no listing must
 * take them for lost. Of an id only a short hash, never content; kept as long as the mailbox is connected, because
 * audits and repairs list everything since then.
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

/** Forgets what a mailbox had: whoever connects it again may know more contacts. */
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

/** 72 bits: of a hundred thousand ids no two are alike. Exchange's ids alone are ten times as long. */
function shortHash(id: string): string {
  return createHash('sha256').update(id).digest('base64url').slice(0, 12);
}
