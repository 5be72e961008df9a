import { Schema } from 'mongoose';
import { defineModel } from './define-model.ts';

/** What only one of several hosts does at a time. */
export interface JobLeaseDoc {
  /** What it is for. */
  _id: string;
  owner: string;
  host: string;
  pid: number;
  /** Fencing token, raised by each take-over. */
  token: number;
  since: Date;
  expiresAt: Date;
}

const schema = new Schema<JobLeaseDoc>({
  _id: { type: String, required: true },
  owner: { type: String, default: '' },
  host: String,
  pid: Number,
  token: { type: Number, required: true },
  since: Date,
  expiresAt: { type: Date, required: true },
});

export const JobLease = defineModel<JobLeaseDoc>('JobLease', 'jobleases', schema);
