import { Schema, type Types } from 'mongoose';
import { defineModel } from './define-model.ts';
import { deletionIndexes } from './deletion.ts';
import { offerStatuses } from './stored-word.ts';

type OfferStatus = (typeof offerStatuses)[number];

export interface OfferDoc {
  _id: Types.ObjectId;
  locationId: Types.ObjectId;
  dealId: Types.ObjectId;
  type?: string;
  amount: number;
  currency: string;
  status: OfferStatus;
  validUntil?: Date;
  /** Expired, event not yet emitted. */
  expiredEventPending?: true;
  /** Skipped until it can become an event. */
  putOffUntil?: Date;
  deletedAt?: Date | null;
  createdAt: Date;
  updatedAt: Date;
}

const schema = new Schema<OfferDoc>(
  {
    locationId: { type: Schema.Types.ObjectId, ref: 'Location', required: true },
    dealId: { type: Schema.Types.ObjectId, ref: 'Deal', required: true },
    type: String,
    amount: { type: Number, required: true },
    currency: { type: String, required: true },
    status: {
      type: String,
      enum: offerStatuses,
      default: 'pending',
    },
    validUntil: Date,
    expiredEventPending: Boolean,
    putOffUntil: Date,
    deletedAt: Date,
  },
  { timestamps: true },
);

// Pending offers by validity.
schema.index({ status: 1, deletedAt: 1, validUntil: 1, putOffUntil: 1 });
schema.index({ expiredEventPending: 1 }, { partialFilterExpression: { expiredEventPending: true } });
schema.index({ dealId: 1 });
for (const [keys, options] of deletionIndexes) schema.index(keys, options);

export const Offer = defineModel<OfferDoc>('Offer', 'offers', schema);
