/** Which jobs' locks are held on this host, by this process or by another one: as the lock files say. */

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

/** The locks that are held; a narrowed run alongside one over everything has one of its own. */
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
