import { Schema, type Types } from 'mongoose';
import { defineModel } from './define-model.ts';

export interface EventMetadata {
  timestamp: Date;
  sourceId?: string;
  conversationId?: string;
  contactId?: string;
  dealId?: string;
}

/** A fact in the outbox, unique by its key. */
export interface EventDoc {
  _id: Types.ObjectId;
  key: string;
  type: string;
  locationId: Types.ObjectId;
  payload: Record<string, unknown>;
  metadata: EventMetadata;
  status: 'pending' | 'delivered' | 'dead';
  attempts: number;
  nextAttemptAt: Date;
  claimedUntil?: Date;
  claimedBy?: string;
  lastError?: string;
  deliveredAt?: Date;
  createdAt: Date;
  updatedAt: Date;
}

const schema = new Schema<EventDoc>(
  {
    key: { type: String, required: true },
    type: { type: String, required: true },
    locationId: { type: Schema.Types.ObjectId, ref: 'Location', required: true },
    payload: { type: Schema.Types.Mixed, required: true },
    metadata: { type: Schema.Types.Mixed, required: true },
    status: { type: String, enum: ['pending', 'delivered', 'dead'], default: 'pending' },
    attempts: { type: Number, default: 0 },
    nextAttemptAt: { type: Date, required: true },
    claimedUntil: Date,
    claimedBy: String,
    lastError: String,
    deliveredAt: Date,
  },
  { timestamps: true, minimize: false },
);

schema.index({ key: 1 }, { unique: true });
schema.index({ status: 1, locationId: 1, _id: 1 });

export const Event = defineModel<EventDoc>('Event', 'events', schema);

/** Filter: a location's waiting events. */
export const headOfLine = (locationId: Types.ObjectId) => ({ status: 'pending' as const, locationId });
