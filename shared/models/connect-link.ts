import { Schema, type Types } from 'mongoose';
import { defineModel } from './define-model.ts';

/** A one-time link to connect a mailbox, stored as hashes. */
export interface ConnectLinkDoc {
  _id: string;
  provider: 'gmail' | 'outlook';
  locationId: Types.ObjectId;
  createdAt: Date;
  expiresAt: Date;
  stateHash?: string;
  /** Sealed. */
  codeVerifier?: string;
  usedAt?: Date;
}

const schema = new Schema<ConnectLinkDoc>({
  _id: { type: String, required: true },
  provider: { type: String, enum: ['gmail', 'outlook'], required: true },
  locationId: { type: Schema.Types.ObjectId, ref: 'Location', required: true },
  createdAt: { type: Date, required: true },
  expiresAt: { type: Date, required: true },
  stateHash: String,
  codeVerifier: String,
  usedAt: Date,
});

const keptDays = 7;

schema.index({ stateHash: 1 }, { partialFilterExpression: { stateHash: { $type: 'string' } } });
// Kept for a while to say that they expired.
schema.index({ expiresAt: 1 }, { expireAfterSeconds: keptDays * 86_400 });

export const ConnectLink = defineModel<ConnectLinkDoc>('ConnectLink', 'connectlinks', schema);

/** Ends an earlier consent. Returns whether the link is valid. */
export async function beginAttempt(
  tokenHash: string,
  attempt: { readonly stateHash: string; readonly codeVerifier: string },
  now: Date,
): Promise<boolean> {
  const open = { _id: tokenHash, usedAt: null, expiresAt: { $gt: now } };
  return (await ConnectLink.updateOne(open, { $set: attempt })).matchedCount === 1;
}

/** Works once. */
export async function takeAttempt(stateHash: string, now: Date): Promise<ConnectLinkDoc | null> {
  return ConnectLink.findOneAndUpdate(
    { stateHash, usedAt: null, expiresAt: { $gt: now } },
    { $unset: { stateHash: 1, codeVerifier: 1 } },
    { returnDocument: 'before' },
  ).lean<ConnectLinkDoc>();
}

/** Returns false when the link was used. */
export async function markUsed(tokenHash: string, now: Date): Promise<boolean> {
  const used = await ConnectLink.updateOne({ _id: tokenHash, usedAt: null }, { $set: { usedAt: now } });
  return used.modifiedCount === 1;
}
