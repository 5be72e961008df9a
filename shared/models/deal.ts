import { Schema, type Types } from 'mongoose';
import { defineModel } from './define-model.ts';
import { deletionIndexes } from './deletion.ts';

export interface DealDoc {
  _id: Types.ObjectId;
  locationId: Types.ObjectId;
  title: string;
  stage: string;
  buyerContactId?: Types.ObjectId;
  propertyIds: Types.ObjectId[];
  conversationIds: Types.ObjectId[];
  deletedAt?: Date | null;
  createdAt: Date;
  updatedAt: Date;
}

const schema = new Schema<DealDoc>(
  {
    locationId: { type: Schema.Types.ObjectId, ref: 'Location', required: true },
    title: { type: String, required: true },
    stage: { type: String, required: true, default: 'new' },
    buyerContactId: { type: Schema.Types.ObjectId, ref: 'Contact' },
    propertyIds: [{ type: Schema.Types.ObjectId, ref: 'Property' }],
    conversationIds: [{ type: Schema.Types.ObjectId, ref: 'Conversation' }],
    deletedAt: Date,
  },
  { timestamps: true },
);

// purge-trash, by each reference.
schema.index({ buyerContactId: 1 });
schema.index({ propertyIds: 1 });
schema.index({ conversationIds: 1 });
for (const [keys, options] of deletionIndexes) schema.index(keys, options);

export const Deal = defineModel<DealDoc>('Deal', 'deals', schema);
