import { Schema, type Types } from 'mongoose';
import { defineModel } from './define-model.ts';

/** All messages with one contact at one location. */
export interface ConversationDoc {
  _id: Types.ObjectId;
  locationId: Types.ObjectId;
  contactId: Types.ObjectId;
  status: 'open' | 'closed';
  unreadCount: number;
  lastMessageAt?: Date;
  lastMessageBody?: string;
  lastMessageType?: string;
  /** Raised by each change of its messages: a summary computed before the last change is not written. */
  changes: number;
  deletedAt?: Date | null;
  createdAt: Date;
  updatedAt: Date;
}

const schema = new Schema<ConversationDoc>(
  {
    locationId: { type: Schema.Types.ObjectId, ref: 'Location', required: true },
    contactId: { type: Schema.Types.ObjectId, ref: 'Contact', required: true },
    status: { type: String, enum: ['open', 'closed'], default: 'open' },
    unreadCount: { type: Number, default: 0 },
    lastMessageAt: Date,
    lastMessageBody: String,
    lastMessageType: String,
    changes: { type: Number, default: 0 },
    deletedAt: Date,
  },
  { timestamps: true },
);

// One conversation per contact of a location.
schema.index({ locationId: 1, contactId: 1 }, { unique: true });
// purge-trash: the conversations of a purged contact.
schema.index({ contactId: 1 });
// purge-trash: what was deleted before a date.
schema.index({ deletedAt: 1 }, { partialFilterExpression: { deletedAt: { $type: 'date' } } });

export const Conversation = defineModel<ConversationDoc>('Conversation', 'conversations', schema);
