import { availableParallelism, hostname, totalmem } from 'node:os';
import { JobLease } from '../../shared/models/job-lease.ts';
import { readLockHolder } from '../../shared/platform/file-lock.ts';
import { readHostResources } from '../../shared/platform/host-resources.ts';
import { jobLockPath } from '../../shared/runs/job-lock.ts';
import type { JobService } from '../job-service.ts';
import type { Host, LockInUse } from './status.ts';

const bytesPerMb = 1_048_576;

/** What the host has to offer, and which locks are held. */
export async function readHost(service: JobService): Promise<Host> {
  const { config } = service;
  return {
    ...readHostResources(),
    name: hostname(),
    totalMb: Math.round(totalmem() / bytesPerMb),
    minFreeMb: config.cronMinFreeMb,
    maxLoad: config.cronMaxLoad,
    processors: availableParallelism(),
    processMb: Math.round(process.memoryUsage.rss() / bytesPerMb),
    startedAt: service.startedAt,
    locks: await (config.cronLock === 'mongo' ? readLeases(service) : readFileLocks(service)),
  };
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
