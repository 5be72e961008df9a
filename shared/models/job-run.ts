import { Schema, type Types } from 'mongoose';
import { defineModel } from './define-model.ts';

export type RunStatus = 'running' | 'succeeded' | 'partial' | 'failed' | 'skipped';
export type RunTrigger = 'cron' | 'invoke' | 'hosted';

/** One thing that went wrong in a run. */
export interface RunError {
  scope: string;
  code: string;
  message: string;
  retryable: boolean;
}

/** One execution of a job, or the guard's refusal of one. */
export interface JobRunDoc {
  _id: Types.ObjectId;
  job: string;
  status: RunStatus;
  /** Why it was skipped, or how it failed: `locked`, `timeout`. */
  reason?: string;
  detail?: string;
  trigger: RunTrigger;
  /** What it was narrowed to; left out of a run over everything. */
  parameters?: Readonly<Record<string, string | true>>;
  startedAt: Date;
  finishedAt?: Date;
  durationMs?: number;
  counts: Record<string, number>;
  errors: RunError[];
  /** The last progress report, while it runs. */
  progress?: { message: string; done?: number; total?: number; unit?: string };
  host: string;
  pid: number;
  /** Start of its process, in clock ticks since boot: tells a pid that was given again (proc(5), field 22). */
  startTicks?: string;
  version: string;
}

const schema = new Schema<JobRunDoc>(
  {
    job: { type: String, required: true },
    status: { type: String, enum: ['running', 'succeeded', 'partial', 'failed', 'skipped'], required: true },
    reason: String,
    detail: String,
    trigger: { type: String, enum: ['cron', 'invoke', 'hosted'], required: true },
    parameters: Schema.Types.Mixed,
    startedAt: { type: Date, required: true },
    finishedAt: Date,
    durationMs: Number,
    counts: { type: Schema.Types.Mixed, default: {} },
    errors: [{ _id: false, scope: String, code: String, message: String, retryable: Boolean }],
    progress: Schema.Types.Mixed,
    host: { type: String, required: true },
    pid: { type: Number, required: true },
    startTicks: String,
    version: { type: String, required: true },
  },
  { minimize: false, suppressReservedKeysWarning: true },
);

const runRetentionDays = 30;

// The history of a job, newest first, runs of one moment in the order of their ids; also its last run of a status.
schema.index({ job: 1, startedAt: -1, _id: -1 });
schema.index({ job: 1, status: 1, startedAt: -1, _id: -1 });
// The history of all jobs.
schema.index({ startedAt: -1, _id: -1 });
// MongoDB removes what is older than the retention.
schema.index({ startedAt: -1 }, { expireAfterSeconds: runRetentionDays * 86_400 });

export const JobRun = defineModel<JobRunDoc>('JobRun', 'jobruns', schema);
