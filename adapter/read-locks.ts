import { readLockHolder } from '../shared/platform/lock-holder.ts';
import { breadths, jobLockPath } from '../shared/runs/job-lock.ts';
import type { JobService } from './job-service.ts';

export interface LockInUse {
  readonly job: string;
  readonly pid: number | undefined;
  readonly host: string | undefined;
  readonly since: Date | undefined;
  readonly touchedAt: Date | undefined;
}

export async function readLocks({ jobs, config }: JobService): Promise<LockInUse[]> {
  const locks: LockInUse[] = [];
  for (const job of jobs.keys()) {
    for (const breadth of breadths) {
      const holder = await readLockHolder(jobLockPath(job, config, breadth));
      if (!holder) continue;
      const { pid, host, since, touchedAt } = holder;
      locks.push({ job, pid, host, since: since ? new Date(since) : undefined, touchedAt });
    }
  }
  return locks;
}
