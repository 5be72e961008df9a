import { Schema, type Types } from 'mongoose';
import { day } from '../platform/clock.ts';
import { defineModel } from './define-model.ts';

/**
 * Ids of messages of one mailbox and day that were looked at and not stored (unknown senders, ignored kinds): neither
 * the audit nor an import that has to begin again must take them for lost. Ids only, never content, and not for long.
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

/** How long ids are remembered: longer than the audit looks back, and than an import takes. */
const rememberedDays = 10;

/** Remembers that a message was looked at and not stored. */
export async function rememberPassed(
  accountId: Types.ObjectId,
  id: string,
  receivedAt: Date,
  now: Date,
): Promise<void> {
  const expiresAt = new Date(Math.max(receivedAt.getTime(), now.getTime()) + rememberedDays * day);
  await PassedMail.updateOne(
    { accountId, day: receivedAt.toISOString().slice(0, 10) },
    { $addToSet: { ids: id }, $max: { expiresAt } },
    { upsert: true },
  );
}

/** Forgets what a mailbox had: whoever connects it again may know more contacts. */
export async function forgetPassed(accountId: Types.ObjectId): Promise<void> {
  await PassedMail.deleteMany({ accountId });
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
