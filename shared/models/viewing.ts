import { Schema, type Types } from 'mongoose';
import { defineModel } from './define-model.ts';
import { deletionIndexes } from './deletion.ts';
import { notDate } from './stored-value.ts';
import { viewingStatuses, wordSpellings } from './stored-word.ts';

type ViewingStatus = (typeof viewingStatuses)[number];

export interface ViewingDoc {
  _id: Types.ObjectId;
  locationId: Types.ObjectId;
  contactId: Types.ObjectId;
  propertyId?: Types.ObjectId;
  scheduledAt: Date;
  status: ViewingStatus;
  feedbackReceived: boolean;
  expectedFollowUpAt?: Date;
  /** The due time whose follow-up event was emitted. */
  followUpSettledFor?: Date;
  /** Skipped until it can become an event. */
  putOffUntil?: Date;
  /** Announced time, hours before it, withdrawals. */
  upcomingFor?: Date;
  upcomingNotice?: number;
  upcomingTakenBack?: number;
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
    status: {
      type: String,
      enum: viewingStatuses,
      default: 'requested',
    },
    feedbackReceived: { type: Boolean, default: false },
    expectedFollowUpAt: Date,
    followUpSettledFor: Date,
    putOffUntil: Date,
    upcomingFor: Date,
    upcomingNotice: Number,
    upcomingTakenBack: Number,
    deletedAt: Date,
  },
  { timestamps: true },
);

schema.index({ contactId: 1, scheduledAt: -1 });
schema.index({ propertyId: 1 });
for (const [keys, options] of deletionIndexes) schema.index(keys, options);

// Unsettled follow-ups, dated or confirmed without a date.
schema.index(
  { deletedAt: 1, feedbackReceived: 1, status: 1, putOffUntil: 1, expectedFollowUpAt: 1, scheduledAt: 1 },
  { partialFilterExpression: { followUpSettledFor: null } },
);
// Settled ones whose date was moved, by index keys alone ...
schema.index(
  { expectedFollowUpAt: 1, status: 1, feedbackReceived: 1, followUpSettledFor: 1, deletedAt: 1, _id: 1 },
  { partialFilterExpression: { followUpSettledFor: { $exists: true } } },
);
// ... and confirmed ones that were rescheduled.
schema.index(
  {
    status: 1,
    scheduledAt: 1,
    feedbackReceived: 1,
    expectedFollowUpAt: 1,
    followUpSettledFor: 1,
    deletedAt: 1,
    _id: 1,
  },
  { partialFilterExpression: { followUpSettledFor: { $exists: true } } },
);

/** Driver's filter, and the condition of its index. */
export const confirmed = { status: { $in: wordSpellings('confirmed') } } as const;

for (const field of ['scheduledAt', 'expectedFollowUpAt'])
  schema.index({ [field]: 1, putOffUntil: 1 }, { partialFilterExpression: { [field]: notDate } });

// Upcoming viewings; shaped so that no other query uses it.
schema.index(
  { scheduledAt: 1, upcomingFor: 1 },
  { partialFilterExpression: { ...confirmed, scheduledAt: { $gt: new Date('2020-01-01T00:00:00Z') } } },
);
schema.index({ upcomingFor: 1 }, { partialFilterExpression: { upcomingFor: { $exists: true } } });

export const Viewing = defineModel<ViewingDoc>('Viewing', 'viewings', schema);
