import { Schema, type Types } from 'mongoose';
import { defineModel } from './define-model.ts';

export type ViewingStatus = 'requested' | 'confirmed' | 'completed' | 'cancelled' | 'no_show';

/** A contact sees a listing. */
export interface ViewingDoc {
  _id: Types.ObjectId;
  locationId: Types.ObjectId;
  contactId: Types.ObjectId;
  propertyId?: Types.ObjectId;
  scheduledAt: Date;
  status: ViewingStatus;
  feedbackReceived: boolean;
  expectedFollowUpAt?: Date;
  /** The due time that a follow-up event was emitted for. */
  followUpSettledFor?: Date;
  deletedAt?: Date | null;
  createdAt: Date;
  updatedAt: Date;
}

const schema = new Schema<ViewingDoc>(
  {
    locationId: { type: Schema.Types.ObjectId, ref: 'Location', required: true },
    contactId: { type: Schema.Types.ObjectId, ref: 'Contact', required: true },
    propertyId: { type: Schema.Types.ObjectId, ref: 'Property' },
    scheduledAt: { type: Date, required: true },
    status: { type: String, enum: ['requested', 'confirmed', 'completed', 'cancelled', 'no_show'], default: 'requested' },
    feedbackReceived: { type: Boolean, default: false },
    expectedFollowUpAt: Date,
    followUpSettledFor: Date,
    deletedAt: Date,
  },
  { timestamps: true },
);

// The viewings of a contact or a listing; purging them.
schema.index({ contactId: 1, scheduledAt: -1 });
schema.index({ propertyId: 1 });
// purge-trash: what was deleted before a date.
schema.index({ deletedAt: 1 }, { partialFilterExpression: { deletedAt: { $type: 'date' } } });

// Due follow-ups with a date of their own: index keys alone tell which are open.
schema.index(
  { expectedFollowUpAt: 1, status: 1, feedbackReceived: 1, followUpSettledFor: 1, _id: 1 },
  { partialFilterExpression: { expectedFollowUpAt: { $exists: true } } },
);
// The same for confirmed viewings without one.
schema.index({ status: 1, scheduledAt: 1, feedbackReceived: 1, expectedFollowUpAt: 1, followUpSettledFor: 1, _id: 1 });

export const Viewing = defineModel<ViewingDoc>('Viewing', 'viewings', schema);
