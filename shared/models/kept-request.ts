import { randomUUID } from 'node:crypto';
import { Schema, type Types } from 'mongoose';
import { defineModel } from './define-model.ts';
import { upsertAtOnce } from './upsert.ts';

/** A request for earlier mail, kept until listed. */
export interface KeptRequestDoc {
  _id: Types.ObjectId;
  job: string;
  contactId: Types.ObjectId;
  /** Absent: all of the job. */
  accountId?: Types.ObjectId;
  /** All mail from then on; absent: only the latest. */
  since?: Date;
  /** Changes with each request: earlier work does not answer it. */
  revision: string;
  /** Although the mailbox answered. */
  failures?: number;
  createdAt: Date;
  updatedAt: Date;
}

const schema = new Schema<KeptRequestDoc>(
  {
    job: { type: String, required: true },
    contactId: { type: Schema.Types.ObjectId, ref: 'Contact', required: true },
    accountId: { type: Schema.Types.ObjectId, ref: 'Account' },
    since: Date,
    revision: { type: String, required: true },
    failures: Number,
  },
  { timestamps: true },
);

schema.index({ job: 1, accountId: 1, contactId: 1 }, { unique: true });
schema.index({ accountId: 1 });

export const KeptRequest = defineModel<KeptRequestDoc>('KeptRequest', 'keptrequests', schema);

export type KeptRequestKey = Pick<KeptRequestDoc, 'job' | 'contactId'> & { readonly accountId: Types.ObjectId | null };

/** The earlier `since` wins. */
export async function keepRequest(key: KeptRequestKey, since?: Date): Promise<KeptRequestDoc> {
  const options = { upsert: true, returnDocument: 'after' } as const;
  const found = await upsertAtOnce(() =>
    KeptRequest.findOneAndUpdate(
      key as never,
      { $set: { revision: randomUUID() }, $unset: { failures: 1 }, ...(since ? { $min: { since } } : {}) },
      options,
    )
      .lean<KeptRequestDoc>()
      .exec(),
  );
  return found as KeptRequestDoc;
}

/** `null`: requests for all mailboxes. */
export function findKeptRequests(job: string, accountId: Types.ObjectId | null) {
  return KeptRequest.find({ job, accountId } as never).sort({ _id: 1 });
}

/** Unless it was repeated since. */
export async function dropRequest({ _id, revision }: Pick<KeptRequestDoc, '_id' | 'revision'>): Promise<void> {
  await KeptRequest.deleteOne({ _id, revision });
}

export async function noteFailedRequest({ _id, revision }: Pick<KeptRequestDoc, '_id' | 'revision'>): Promise<void> {
  await KeptRequest.updateOne({ _id, revision }, { $inc: { failures: 1 } });
}
