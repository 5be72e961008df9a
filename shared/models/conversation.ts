import { Schema, type Types, type PipelineStage } from 'mongoose';
import { defineModel } from './define-model.ts';
import { alive, deletionIndexes } from './deletion.ts';
import { Message } from './message.ts';
import { idSpellings } from './stored-value.ts';

/** A contact's messages at a location. */
export interface ConversationDoc {
  _id: Types.ObjectId;
  locationId: Types.ObjectId;
  contactId: Types.ObjectId;
  status: 'open' | 'closed';
  unreadCount: number;
  lastMessageAt?: Date;
  lastMessageBody?: string;
  lastMessageType?: string;
  /** Compare-and-set for the summary. */
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

schema.index({ locationId: 1, contactId: 1 }, { unique: true });
// purge-trash.
schema.index({ contactId: 1 });
for (const [keys, options] of deletionIndexes) schema.index(keys, options);

export const Conversation = defineModel<ConversationDoc>('Conversation', 'conversations', schema);

/**
 * Driver's pipeline: the last message that is not automatic. The CRM's own have no `receivedAt` and may have only
 * `conversationId`.
 */
export function lastMessages(contactIds: readonly unknown[]): PipelineStage[] {
  const own = newestBy('sentAt', { receivedAt: null });
  const found = [
    {
      as: 'mail',
      foreignField: 'conversationIds',
      pipeline: newestBy('receivedAt', { receivedAt: { $type: 'date' } }),
    },
    { as: 'own', foreignField: 'conversationIds', pipeline: own },
    { as: 'ownOfOne', foreignField: 'conversationId', pipeline: own },
  ];
  const isObjectId = { $eq: [{ $type: '$_id' }, 'objectId'] };
  return [
    { $match: { contactId: { $in: idSpellings(...contactIds) } } },
    { $set: { ids: { $cond: [isObjectId, ['$_id', { $toString: '$_id' }], ['$_id']] } } },
    ...found.map((lookup) => ({ $lookup: { from: Message.collection.name, localField: 'ids', ...lookup } })),
    {
      $project: {
        contactId: 1,
        times: { $concatArrays: [['$lastMessageAt'], ...found.map(({ as }) => `$${as}.at`)] },
      },
    },
  ];
}

function newestBy(time: 'receivedAt' | 'sentAt', which: Readonly<Record<string, unknown>>) {
  return [
    { $match: { ...alive, automatic: { $ne: true }, ...which } },
    { $sort: { [time]: -1 as const } },
    { $limit: 1 },
    { $project: { _id: 0, at: `$${time}` } },
  ];
}
