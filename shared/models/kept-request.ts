import { randomUUID } from 'node:crypto';
import { Schema, type Types } from 'mongoose';
import { defineModel } from './define-model.ts';

/** The mail of before with one contact, asked for and not yet listed: kept until a run of the job has done so. */
export interface KeptRequestDoc {
  _id: Types.ObjectId;
  job: string;
  contactId: Types.ObjectId;
  /** From this mailbox; absent: the job could not run, and every mailbox that it would have read is meant. */
  accountId?: Types.ObjectId;
  /** All mail from then on, however much; absent: the latest only. */
  since?: Date;
  /** Names who asked last: what was done before is not taken for the answer. */
  revision: string;
  /** So often the search failed although the mailbox was there. */
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

// A request is kept once; what a job's run or a mailbox has to make up.
schema.index({ job: 1, accountId: 1, contactId: 1 }, { unique: true });
// The end of a mailbox.
schema.index({ accountId: 1 });

export const KeptRequest = defineModel<KeptRequestDoc>('KeptRequest', 'keptrequests', schema);

export type KeptRequestKey = Pick<KeptRequestDoc, 'job' | 'contactId'> & { readonly accountId: Types.ObjectId | null };

/** Keeps a request, or notes that it was made again; of two the one that goes back further counts. */
export async function keepRequest(key: KeptRequestKey, since?: Date): Promise<KeptRequestDoc> {
  const options = { upsert: true, returnDocument: 'after' } as const;
  const ask = () =>
    KeptRequest.findOneAndUpdate(
      key as never,
      { $set: { revision: randomUUID() }, $unset: { failures: 1 }, ...(since ? { $min: { since } } : {}) },
      options,
    ).lean<KeptRequestDoc>();
  // Of two upserts at once the index lets one through; the other finds it now.
  return (await ask().catch((error: { code?: unknown }) =>
    error.code === 11_000 ? ask() : Promise.reject(error),
  )) as KeptRequestDoc;
}

/** What a job has to make up for one mailbox (`null`: for those that it would have read), oldest first. */
export function findKeptRequests(job: string, accountId: Types.ObjectId | null) {
  return KeptRequest.find({ job, accountId } as never).sort({ _id: 1 });
}

/** A request is done, unless it was made again meanwhile. */
export async function dropRequest({ _id, revision }: Pick<KeptRequestDoc, '_id' | 'revision'>): Promise<void> {
  await KeptRequest.deleteOne({ _id, revision });
}

/** Notes that a search failed by itself. */
export async function noteFailedRequest({ _id, revision }: Pick<KeptRequestDoc, '_id' | 'revision'>): Promise<void> {
  await KeptRequest.updateOne({ _id, revision }, { $inc: { failures: 1 } });
}
