import { Schema, type Types } from 'mongoose';
import type { PlannedChange } from './planned-change.ts';
import { defineModel } from './define-model.ts';
import { runRetentionDays } from './job-run.ts';

/** What of a run only its own page shows: too much for the history. Its id is the run's. */
export interface RunDetailDoc {
  _id: Types.ObjectId;
  /** The last log lines of its process, as they were written; bounded by `RecentLines`. */
  lines: string[];
  /** A dry run: what it would do, as far as its report listed it and people would see it. */
  plan: PlannedChange[];
  startedAt: Date;
}

const schema = new Schema<RunDetailDoc>({
  lines: [String],
  plan: [{ _id: false, scope: String, do: String, reference: String, because: String }],
  startedAt: { type: Date, required: true },
});

// MongoDB removes it together with the run.
schema.index({ startedAt: 1 }, { expireAfterSeconds: runRetentionDays * 86_400 });

export const RunDetail = defineModel<RunDetailDoc>('RunDetail', 'rundetails', schema);
