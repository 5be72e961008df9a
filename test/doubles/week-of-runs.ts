import { Types } from 'mongoose';
import type { JobRunDoc, RunError } from '../../shared/models/job-run.ts';
import { day } from '../../shared/platform/clock.ts';
import { nextRunAfter } from '../../shared/runs/schedule.ts';

export interface WeekOptions {
  readonly job: string;
  readonly schedule: string;
  readonly now: Date;
  /** `busy`: 0 to 1. */
  readonly counts: (busy: number) => Record<string, number>;
  /** ms */
  readonly durationMs: number;
  readonly error: RunError;
}

/** Always the same, oldest first. */
export function weekOfRuns({ job, schedule, now, counts, durationMs, error }: WeekOptions): Omit<JobRunDoc, '_id'>[] {
  const runs: Omit<JobRunDoc, '_id'>[] = [];
  const random = numbers(job);
  for (
    let time = nextRunAfter(schedule, new Date(now.getTime() - 7 * day));
    time && time < now;
    time = nextRunAfter(schedule, time)
  ) {
    const startedAt = new Date(time.getTime() + 400 + random() * 900);
    const busy = Math.max(0, Math.sin(((startedAt.getHours() - 5) / 16) * Math.PI)) * (0.4 + 0.6 * random());
    const origin = { job, trigger: 'cron' as const, startedAt, host: 'cx22', pid: 4711, version: '0.1.0' };
    const luck = random();
    if (luck < 0.012) {
      runs.push({
        ...origin,
        status: 'skipped',
        reason: 'high-load',
        detail: 'the 1-minute load is 5.21, the limit is 4.00',
        counts: {},
        errors: [],
        finishedAt: startedAt,
        durationMs: 0,
      });
      continue;
    }
    const took = Math.round(durationMs * (0.5 + busy * 1.6 + random() * 0.4));
    const ended = { durationMs: took, finishedAt: new Date(startedAt.getTime() + took) };
    if (luck < 0.018) runs.push({ ...origin, ...ended, status: 'failed', counts: {}, errors: [error] });
    else if (luck < 0.035) runs.push({ ...origin, ...ended, status: 'partial', counts: counts(busy), errors: [error] });
    else runs.push({ ...origin, ...ended, status: 'succeeded', counts: counts(busy), errors: [] });
  }
  return runs.map((run) => ({ _id: new Types.ObjectId(), ...run }));
}

/** A linear congruential generator. */
function numbers(name: string): () => number {
  let state = [...name].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 2_147_483_647, 7);
  return () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
}
