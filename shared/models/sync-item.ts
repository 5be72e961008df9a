import { Schema, type Types } from 'mongoose';
import { defineModel } from './define-model.ts';

/** Written before the cursor moves, deleted when done. */
export interface SyncItemDoc {
  _id: Types.ObjectId;
  accountId: Types.ObjectId;
  locationId: Types.ObjectId;
  providerMessageId: string;
  state: 'queued' | 'parked';
  /** New mail goes before the first import. */
  origin: 'change' | 'import' | 'backfill' | 'audit';
  /** Later mail may be announced. */
  newsSince?: Date;
  /** Changes with each listing: work begun earlier does not count as done. */
  revision: string;
  attempts: number;
  nextAttemptAt: Date;
  reason?: string;
  createdAt: Date;
  updatedAt: Date;
}

const schema = new Schema<SyncItemDoc>(
  {
    accountId: { type: Schema.Types.ObjectId, ref: 'Account', required: true },
    locationId: { type: Schema.Types.ObjectId, ref: 'Location', required: true },
    providerMessageId: { type: String, required: true },
    state: { type: String, enum: ['queued', 'parked'], default: 'queued' },
    origin: { type: String, enum: ['change', 'import', 'backfill', 'audit'], default: 'change' },
    newsSince: Date,
    revision: { type: String, required: true },
    attempts: { type: Number, default: 0 },
    nextAttemptAt: { type: Date, required: true },
    reason: String,
  },
  { timestamps: true },
);

schema.index({ accountId: 1, providerMessageId: 1 }, { unique: true });
schema.index({ accountId: 1, attempts: 1, nextAttemptAt: 1 });
// purge-trash: items parked before a date.
schema.index({ createdAt: 1 }, { partialFilterExpression: { state: 'parked' } });

export const SyncItem = defineModel<SyncItemDoc>('SyncItem', 'syncitems', schema);

/** Filter: parked, and listed at or before a date. */
export function parkedSince(date: Date) {
  return { state: 'parked', createdAt: { $lte: date } } as const;
}
