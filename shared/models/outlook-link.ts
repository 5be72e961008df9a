import { Schema, type Types } from 'mongoose';
import { defineModel } from './define-model.ts';

/** Only that mailbox can report the contact's removal. */
export interface OutlookLinkDoc {
  _id: Types.ObjectId;
  accountId: Types.ObjectId;
  outlookContactId: string;
  seenAt: Date;
}

const schema = new Schema<OutlookLinkDoc>({
  accountId: { type: Schema.Types.ObjectId, ref: 'Account', required: true },
  outlookContactId: { type: String, required: true },
  seenAt: { type: Date, required: true },
});

schema.index({ accountId: 1, outlookContactId: 1 }, { unique: true });

export const OutlookLink = defineModel<OutlookLinkDoc>('OutlookLink', 'outlooklinks', schema);

/** The latest time wins. */
export async function noteOutlookLink(
  accountId: Types.ObjectId,
  outlookContactId: string,
  seenAt: Date,
): Promise<void> {
  await OutlookLink.updateOne({ accountId, outlookContactId }, { $max: { seenAt } }, { upsert: true });
}

export async function forgetOutlookLink(accountId: Types.ObjectId, outlookContactId: string): Promise<void> {
  await OutlookLink.deleteOne({ accountId, outlookContactId });
}

export async function outlookLinksUnseen(accountId: Types.ObjectId, walkStartedAt: Date): Promise<string[]> {
  const links = await OutlookLink.find(
    { accountId, seenAt: { $not: { $gte: walkStartedAt } } },
    { outlookContactId: 1 },
  ).lean();
  return links.map((link) => link.outlookContactId);
}
