import { Schema, type Types } from 'mongoose';
import { day } from '../platform/clock.ts';
import { defineModel } from './define-model.ts';

/**
 * Ids of messages of one mailbox and day that were looked at and not stored (unknown senders, ignored kinds): the audit
 * must not take them for lost. Ids only, never content; forgotten when the audit no longer looks so far back.
 */
export interface PassedMailDoc {
  _id: Types.ObjectId;
  accountId: Types.ObjectId;
  /** Day of receipt, UTC: 2026-11-23. */
  day: string;
  ids: string[];
  expiresAt: Date;
}

const schema = new Schema<PassedMailDoc>({
  accountId: { type: Schema.Types.ObjectId, ref: 'Account', required: true },
  day: { type: String, required: true },
  ids: [String],
  expiresAt: { type: Date, required: true },
});

// A bucket exists once; the audit reads an account's buckets.
schema.index({ accountId: 1, day: 1 }, { unique: true });
// Old buckets go by themselves.
schema.index({ expiresAt: 1 }, { expireAfterSeconds: 0 });

export const PassedMail = defineModel<PassedMailDoc>('PassedMail', 'passedmails', schema);

/** How long ids are remembered: longer than the audit looks back. */
const rememberedDays = 10;

/** Remembers that a message was looked at and not stored; one too old for any audit is not remembered. */
export async function rememberPassed(accountId: Types.ObjectId, id: string, receivedAt: Date, now: Date): Promise<void> {
  const expiresAt = new Date(receivedAt.getTime() + rememberedDays * day);
  if (expiresAt <= now) return;
  await PassedMail.updateOne(
    { accountId, day: receivedAt.toISOString().slice(0, 10) },
    { $addToSet: { ids: id }, $setOnInsert: { expiresAt } },
    { upsert: true },
  );
}

/** Which of these messages were looked at and not stored lately. */
export async function passedIds(accountId: Types.ObjectId, ids: readonly string[]): Promise<Set<string>> {
  if (ids.length === 0) return new Set();
  const found = await PassedMail.aggregate<{ ids: string[] }>([
    { $match: { accountId } },
    { $project: { ids: { $setIntersection: ['$ids', [...ids]] } } },
  ]);
  return new Set(found.flatMap((bucket) => bucket.ids));
}
