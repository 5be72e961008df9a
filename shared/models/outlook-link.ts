import { Schema, type Types } from 'mongoose';
import { defineModel } from './define-model.ts';

/** An Outlook contact of one mailbox that a contact is linked to: only that mailbox can say that it is no longer there. */
export interface OutlookLinkDoc {
  _id: Types.ObjectId;
  accountId: Types.ObjectId;
  outlookContactId: string;
  /** The last walk through all of the mailbox's contacts that showed it. */
  walk: string;
}

const schema = new Schema<OutlookLinkDoc>({
  accountId: { type: Schema.Types.ObjectId, ref: 'Account', required: true },
  outlookContactId: { type: String, required: true },
  walk: { type: String, default: '' },
});

// One a contact; and what a walk did not show.
schema.index({ accountId: 1, outlookContactId: 1 }, { unique: true });

export const OutlookLink = defineModel<OutlookLinkDoc>('OutlookLink', 'outlooklinks', schema);

/** Notes that a mailbox has a linked contact, shown by this walk. */
export async function noteOutlookLink(accountId: Types.ObjectId, outlookContactId: string, walk: string): Promise<void> {
  await OutlookLink.updateOne({ accountId, outlookContactId }, { $set: { walk } }, { upsert: true });
}

export async function forgetOutlookLink(accountId: Types.ObjectId, outlookContactId: string): Promise<void> {
  await OutlookLink.deleteOne({ accountId, outlookContactId });
}

/** Ids of a mailbox's linked contacts that a complete walk did not show. */
export async function outlookLinksUnseen(accountId: Types.ObjectId, walk: string): Promise<string[]> {
  const links = await OutlookLink.find({ accountId, walk: { $ne: walk } }, { outlookContactId: 1 }).lean();
  return links.map((link) => link.outlookContactId);
}
