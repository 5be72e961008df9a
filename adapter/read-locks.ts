/** Which jobs' locks are held, by this process or by another one: as the lock files or the leases say. */

import { JobLease } from '../shared/models/job-lease.ts';
import { readLockHolder } from '../shared/platform/lock-holder.ts';
import { jobLockPath } from '../shared/runs/job-lock.ts';
import type { JobService } from './job-service.ts';

export interface LockInUse {
  readonly job: string;
  readonly pid: number | undefined;
  readonly host: string | undefined;
  readonly since: Date | undefined;
  readonly touchedAt: Date | undefined;
}

/** The locks that are held; without the database no lease is known. */
export function readLocks(service: JobService): Promise<LockInUse[]> {
  return service.config.cronLock === 'mongo' ? readLeases(service) : readFileLocks(service);
}

async function readFileLocks(service: JobService): Promise<LockInUse[]> {
  const locks: LockInUse[] = [];
  for (const job of service.jobs.keys()) {
    const holder = await readLockHolder(jobLockPath(job, service.config));
    if (!holder) continue;
    const { pid, host, since, touchedAt } = holder;
    locks.push({ job, pid, host, since: since ? new Date(since) : undefined, touchedAt });
  }
  return locks;
}

async function readLeases(service: JobService): Promise<LockInUse[]> {
  try {
    await service.database();
    const leases = await JobLease.find({ expiresAt: { $gt: service.clock.now() } }).lean();
    return leases.map(({ _id, pid, host, since }) => ({ job: String(_id), pid, host, since, touchedAt: undefined }));
  } catch {
    // Said elsewhere on the page.
    return [];
  }
}
