import { Schema } from 'mongoose';
import { defineModel } from './define-model.ts';

/** The lock of a job when several hosts share one database (CRON_LOCK=mongo). */
export interface JobLeaseDoc {
  /** The job's name. */
  _id: string;
  owner: string;
  host: string;
  pid: number;
  /** Fencing token: grows with every take-over, so that a late writer can be told from the present owner. */
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
