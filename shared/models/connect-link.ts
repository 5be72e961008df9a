import { Schema, type Types } from 'mongoose';
import { defineModel } from './define-model.ts';

/** A one-time link to connect a mailbox. Only hashes of its token and states are stored. */
export interface ConnectLinkDoc {
  /** Hash of the token. */
  _id: string;
  provider: 'gmail' | 'outlook';
  locationId: Types.ObjectId;
  createdAt: Date;
  expiresAt: Date;
  /** The current consent; the state is taken once. */
  stateHash?: string;
  /** Sealed. */
  codeVerifier?: string;
  /** It has connected a mailbox. */
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

// The way back from a consent.
schema.index({ stateHash: 1 }, { partialFilterExpression: { stateHash: { $type: 'string' } } });
// Expired links stay some days, so that they can say so.
schema.index({ expiresAt: 1 }, { expireAfterSeconds: keptDays * 86_400 });

export const ConnectLink = defineModel<ConnectLinkDoc>('ConnectLink', 'connectlinks', schema);

/** Begins a consent, ending an earlier one. @returns whether the link is still valid */
export async function beginAttempt(
  tokenHash: string,
  attempt: { readonly stateHash: string; readonly codeVerifier: string },
  now: Date,
): Promise<boolean> {
  const open = { _id: tokenHash, usedAt: null, expiresAt: { $gt: now } };
  return (await ConnectLink.updateOne(open, { $set: attempt })).matchedCount === 1;
}

/** Takes the consent of a state, once. */
export async function takeAttempt(stateHash: string, now: Date): Promise<ConnectLinkDoc | null> {
  return ConnectLink.findOneAndUpdate(
    { stateHash, usedAt: null, expiresAt: { $gt: now } },
    { $unset: { stateHash: 1, codeVerifier: 1 } },
    { returnDocument: 'before' },
  ).lean<ConnectLinkDoc>();
}

/** @returns false when another consent has used the link */
export async function markUsed(tokenHash: string, now: Date): Promise<boolean> {
  const used = await ConnectLink.updateOne({ _id: tokenHash, usedAt: null }, { $set: { usedAt: now } });
  return used.modifiedCount === 1;
}
