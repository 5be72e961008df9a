import { createHash } from 'node:crypto';
import { Schema, type Types } from 'mongoose';
import { defineModel } from './define-model.ts';

/** Messages read but not stored, so that no listing takes them for lost. Audits need them as long as the mailbox. */
export interface PassedMailDoc {
  _id: Types.ObjectId;
  accountId: Types.ObjectId;
  /** Of receipt, UTC: 2026-11-23. */
  day: string;
  ids: string[];
}

const schema = new Schema<PassedMailDoc>({
  accountId: { type: Schema.Types.ObjectId, ref: 'Account', required: true },
  day: { type: String, required: true },
  ids: [String],
});

schema.index({ accountId: 1, day: 1 }, { unique: true });

export const PassedMail = defineModel<PassedMailDoc>('PassedMail', 'passedmails', schema);

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

export async function passedIds(accountId: Types.ObjectId, ids: readonly string[]): Promise<Set<string>> {
  if (ids.length === 0) return new Set();
  const byHash = new Map(ids.map((id) => [shortHash(id), id]));
  const found = await PassedMail.aggregate<{ ids: string[] }>([
    { $match: { accountId } },
    { $project: { ids: { $setIntersection: ['$ids', [...byHash.keys()]] } } },
  ]);
  return new Set(found.flatMap((bucket) => bucket.ids.map((hash) => byHash.get(hash) as string)));
}

/** 72 bits: no collisions among 100,000 ids, at a tenth of Exchange's size. */
function shortHash(id: string): string {
  return createHash('sha256').update(id).digest('base64url').slice(0, 12);
}
