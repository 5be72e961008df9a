import { Schema, type Types } from 'mongoose';
import { defineModel } from './define-model.ts';

/**
 * An Outlook contact of one mailbox that a contact is linked to: only that mailbox can say that it is no longer there.
 */
export interface OutlookLinkDoc {
  _id: Types.ObjectId;
  accountId: Types.ObjectId;
  outlookContactId: string;
  /** When the mailbox last showed it. */
  seenAt: Date;
}

const schema = new Schema<OutlookLinkDoc>({
  accountId: { type: Schema.Types.ObjectId, ref: 'Account', required: true },
  outlookContactId: { type: String, required: true },
  seenAt: { type: Date, required: true },
});

// One a contact; and what a walk did not show.
schema.index({ accountId: 1, outlookContactId: 1 }, { unique: true });

export const OutlookLink = defineModel<OutlookLinkDoc>('OutlookLink', 'outlooklinks', schema);

/** Notes that a mailbox has shown a linked contact. The latest time stands: overlapping runs show the same ones. */
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

/** Ids of a mailbox's linked contacts that nothing has shown since a complete walk began. */
export async function outlookLinksUnseen(accountId: Types.ObjectId, walkStartedAt: Date): Promise<string[]> {
  const links = await OutlookLink.find(
    { accountId, seenAt: { $not: { $gte: walkStartedAt } } },
    { outlookContactId: 1 },
  ).lean();
  return links.map((link) => link.outlookContactId);
}
