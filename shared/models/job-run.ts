import { Schema, type Types } from 'mongoose';
import { leaseMs } from './claim.ts';
import { defineModel } from './define-model.ts';

export type RunStatus = 'running' | 'succeeded' | 'partial' | 'failed' | 'skipped';
export type RunTrigger = 'cron' | 'invoke' | 'hosted' | 'page' | 'push';

export interface RunError {
  scope: string;
  code: string;
  message: string;
  retryable: boolean;
}

export interface JobRunDoc {
  _id: Types.ObjectId;
  job: string;
  status: RunStatus;
  /** Of a skip or failure: `locked`, `timeout`. */
  reason?: string;
  detail?: string;
  trigger: RunTrigger;
  /** Absent: a run over everything. */
  parameters?: Readonly<Record<string, string | true>>;
  /** Scheduled (database time). */
  tick?: Date;
  /** Later attempts are not due (database time). */
  dueSince?: Date;
  startedAt: Date;
  finishedAt?: Date;
  durationMs?: number;
  /** Due units and records left over. */
  waiting?: number;
  counts: Record<string, number>;
  errors: RunError[];
  progress?: { message: string; done?: number; total?: number; unit?: string };
  host: string;
  /** Two lock folders on one host count as two hosts. */
  lockDir?: string;
  pid: number;
  /** Dead if silent beyond this (database time). */
  aliveUntil?: Date;
  startTicks?: string;
  version: string;
}

const schema = new Schema<JobRunDoc>(
  {
    job: { type: String, required: true },
    status: { type: String, enum: ['running', 'succeeded', 'partial', 'failed', 'skipped'], required: true },
    reason: String,
    detail: String,
    trigger: { type: String, enum: ['cron', 'invoke', 'hosted', 'page', 'push'], required: true },
    parameters: Schema.Types.Mixed,
    tick: Date,
    dueSince: Date,
    startedAt: { type: Date, required: true },
    finishedAt: Date,
    durationMs: Number,
    waiting: Number,
    counts: { type: Schema.Types.Mixed, default: {} },
    errors: [{ _id: false, scope: String, code: String, message: String, retryable: Boolean }],
    progress: Schema.Types.Mixed,
    host: { type: String, required: true },
    lockDir: String,
    aliveUntil: Date,
    pid: { type: Number, required: true },
    startTicks: String,
    version: { type: String, required: true },
  },
  { minimize: false, suppressReservedKeysWarning: true },
);

export const runRetentionDays = 30;

schema.index({ job: 1, startedAt: -1, _id: -1 });
schema.index({ job: 1, status: 1, startedAt: -1, _id: -1 });
// Runs of one tick on several hosts.
schema.index({ job: 1, tick: 1 });
schema.index({ startedAt: -1, _id: -1 });
schema.index({ startedAt: -1 }, { expireAfterSeconds: runRetentionDays * 86_400 });

export const JobRun = defineModel<JobRunDoc>('JobRun', 'jobruns', schema);

/** Identifies a lock. */
export interface LockPlace {
  readonly host: string;
  readonly lockDir?: string | undefined;
}

/**
 * `dueSince` of runs under other locks.
 *
 * @param continues also of runs under this lock that ended with work left
 */
export async function findTickMates(
  job: string,
  tick: Date,
  { host, lockDir }: LockPlace,
  continues = false,
): Promise<Date[]> {
  const isOther = { $nor: [{ host, lockDir: lockDir ?? null }] };
  const isMate = continues ? { $or: [isOther, { waiting: { $gt: 0 } }] } : isOther;
  const mates = await JobRun.find({ job, tick, ...isMate } as never, { dueSince: 1 }).lean();
  return mates.flatMap(({ dueSince }) => (dueSince instanceof Date ? [dueSince] : []));
}

export async function noteDueSince(runId: string, tick: Date, dueSince: Date): Promise<void> {
  await JobRun.updateOne({ _id: runId }, { $set: { tick, dueSince } });
}

export async function renewRun(runId: string): Promise<void> {
  await JobRun.updateOne({ _id: runId, status: 'running' }, [{ $set: { aliveUntil: { $add: ['$$NOW', leaseMs] } } }], {
    updatePipeline: true,
    timestamps: false,
  });
}

/** Closes silent runs on any host. */
export async function closeSilentRuns(
  jobs: readonly string[],
  as: { readonly status: string; readonly reason: string; readonly detail: string },
): Promise<void> {
  await JobRun.collection.updateMany(
    {
      job: { $in: [...jobs] },
      status: 'running',
      aliveUntil: { $type: 'date' },
      $expr: { $lte: ['$aliveUntil', '$$NOW'] },
    } as never,
    [{ $set: { ...as, finishedAt: '$$NOW' } }] as never,
  );
}

/** On all hosts. */
export function countLiveRuns(job: string): Promise<number> {
  return JobRun.collection.countDocuments({ job, status: 'running', $expr: { $gt: ['$aliveUntil', '$$NOW'] } });
}

/** Seen within `withinMs`. */
export async function findOtherHosts({ host, lockDir }: LockPlace, withinMs: number): Promise<string[]> {
  const recent = { $gt: ['$startedAt', { $subtract: ['$$NOW', withinMs] }] };
  const places = await JobRun.collection
    .aggregate<{ _id: { host?: unknown; lockDir?: unknown } }>([
      { $match: { status: { $ne: 'skipped' }, lockDir: { $type: 'string' }, $expr: recent } },
      { $group: { _id: { host: '$host', lockDir: '$lockDir' } } },
    ])
    .toArray();
  return places.flatMap(({ _id }) => (_id.host === host && _id.lockDir === lockDir ? [] : [String(_id.host)]));
}
