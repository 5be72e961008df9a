import { Schema, type Types } from 'mongoose';
import { leaseMs } from './claim.ts';
import { defineModel } from './define-model.ts';

export type RunStatus = 'running' | 'succeeded' | 'partial' | 'failed' | 'skipped';
/** `page`: a button of the status page; `push`: a provider told of changes. */
export type RunTrigger = 'cron' | 'invoke' | 'hosted' | 'page' | 'push';

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
  /** What it was narrowed to; absent for a whole run. */
  parameters?: Readonly<Record<string, string | true>>;
  /** The scheduled time it was started for (database time). */
  tick?: Date;
  /** Attempts since then are not due in it (database time). */
  dueSince?: Date;
  startedAt: Date;
  finishedAt?: Date;
  durationMs?: number;
  /** Due units and records that it left. */
  waiting?: number;
  counts: Record<string, number>;
  errors: RunError[];
  /** The last progress report, while it runs. */
  progress?: { message: string; done?: number; total?: number; unit?: string };
  host: string;
  /** Folder of its lock: two folders on one host count as two hosts. */
  lockDir?: string;
  pid: number;
  /** While running: dead if silent beyond this (database time). */
  aliveUntil?: Date;
  /** Process start in clock ticks since boot: tells a reused pid (proc(5), field 22). */
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

// A job's history, newest first; its last run of a status.
schema.index({ job: 1, startedAt: -1, _id: -1 });
schema.index({ job: 1, status: 1, startedAt: -1, _id: -1 });
// Runs of a job that several hosts began at one time.
schema.index({ job: 1, tick: 1 });
// The history of all jobs.
schema.index({ startedAt: -1, _id: -1 });
// MongoDB removes what is older than the retention.
schema.index({ startedAt: -1 }, { expireAfterSeconds: runRetentionDays * 86_400 });

export const JobRun = defineModel<JobRunDoc>('JobRun', 'jobruns', schema);

/** Where a run's lock is. */
export interface LockPlace {
  readonly host: string;
  readonly lockDir?: string | undefined;
}

/** Since when attempts count in runs of the same tick under other locks. */
export async function findTickMates(job: string, tick: Date, { host, lockDir }: LockPlace): Promise<Date[]> {
  const mates = await JobRun.find({ job, tick, $nor: [{ host, lockDir: lockDir ?? null }] } as never, {
    dueSince: 1,
  }).lean();
  return mates.flatMap(({ dueSince }) => (dueSince instanceof Date ? [dueSince] : []));
}

/** Keeps which tick a run belongs to. */
export async function noteDueSince(runId: string, tick: Date, dueSince: Date): Promise<void> {
  await JobRun.updateOne({ _id: runId }, { $set: { tick, dueSince } });
}

/** Says that a run lives. */
export async function renewRun(runId: string): Promise<void> {
  await JobRun.updateOne({ _id: runId, status: 'running' }, [{ $set: { aliveUntil: { $add: ['$$NOW', leaseMs] } } }], {
    updatePipeline: true,
    timestamps: false,
  });
}

/** Closes silent runs of these jobs, on any host. */
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

/** How many runs of a job live, on all hosts. */
export function countLiveRuns(job: string): Promise<number> {
  return JobRun.collection.countDocuments({ job, status: 'running', $expr: { $gt: ['$aliveUntil', '$$NOW'] } });
}

/** Hosts with runs under other locks within `withinMs` (database time). */
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
