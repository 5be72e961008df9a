import { Schema, type Types } from 'mongoose';
import type { PlannedChange } from './planned-change.ts';
import { defineModel } from './define-model.ts';
import { runRetentionDays } from './job-run.ts';

/** The id is the run's. */
export interface RunDetailDoc {
  _id: Types.ObjectId;
  /** The last log lines (`RecentLines`). */
  lines: string[];
  /** A dry run's plan, shortened. */
  plan: PlannedChange[];
  startedAt: Date;
}

const schema = new Schema<RunDetailDoc>({
  lines: [String],
  plan: [{ _id: false, scope: String, do: String, reference: String, because: String }],
  startedAt: { type: Date, required: true },
});

// Together with the run.
schema.index({ startedAt: 1 }, { expireAfterSeconds: runRetentionDays * 86_400 });

export const RunDetail = defineModel<RunDetailDoc>('RunDetail', 'rundetails', schema);
