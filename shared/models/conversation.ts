import { Schema, type Types, type PipelineStage } from 'mongoose';
import { defineModel } from './define-model.ts';
import { Message } from './message.ts';

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

/**
 * When the last message of each conversation was sent: by what the conversation says, and by the messages themselves.
 * The CRM's own may not have told their conversation, and may name it in `conversationId` alone.
 */
export function lastMessages(contactIds: readonly Types.ObjectId[]): PipelineStage[] {
  const newest = [
    { $match: { deletedAt: null } },
    { $sort: { sentAt: -1 as const } },
    { $limit: 1 },
    { $project: { _id: 0, sentAt: 1 } },
  ];
  const found = ['conversationIds', 'conversationId'];
  return [
    { $match: { contactId: { $in: [...contactIds] } } },
    ...found.map((foreignField) => ({
      $lookup: { from: Message.collection.name, localField: '_id', foreignField, pipeline: newest, as: foreignField },
    })),
    {
      $project: {
        contactId: 1,
        times: { $concatArrays: [['$lastMessageAt'], ...found.map((field) => `$${field}.sentAt`)] },
      },
    },
  ];
}
