import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock } from '../platform/clock.ts';
import type { Config } from '../platform/config.ts';
import { acquireFileLock, type LockResult } from '../platform/file-lock.ts';
import { acquireJobLease } from './job-lease.ts';

/** RuntimeDirectory of the systemd unit: only the service can write there. */
const serviceFolder = '/run/estio-cron';

/** Where the lock file of a job lies: whoever runs jobs on this host comes to the same place. */
export function jobLockPath(job: string, config: Pick<Config, 'cronLockDir'>): string {
  const folder = config.cronLockDir ?? (existsSync(serviceFolder) ? serviceFolder : '/tmp');
  return join(folder, `estio-cron-${job}.lock`);
}

/** Takes the lock of a job in the way that CRON_LOCK says. */
export function jobLock(
  config: Config,
  clock: Clock,
  connect: () => Promise<unknown>,
): (job: string) => Promise<LockResult> {
  if (config.cronLock === 'file') return (job) => acquireFileLock(jobLockPath(job, config), clock);
  return async (job) => {
    await connect();
    return acquireJobLease(job);
  };
}
