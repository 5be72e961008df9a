import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock } from '../platform/clock.ts';
import type { Config } from '../platform/config.ts';
import { acquireFileLock, type LockResult } from '../platform/file-lock.ts';

/** RuntimeDirectory of the systemd unit: only the service can write there. */
const serviceFolder = '/run/estio-cron';

/** A run over everything, or narrowed. */
export type Breadth = 'whole' | 'narrowed';

export const breadths: readonly Breadth[] = ['whole', 'narrowed'];

export function jobLockFolder(config: Pick<Config, 'cronLockDir'>): string {
  return config.cronLockDir ?? (existsSync(serviceFolder) ? serviceFolder : '/tmp');
}

/** A job's lock file. A narrowed run has its own, to run during a long whole run. */
export function jobLockPath(job: string, config: Pick<Config, 'cronLockDir'>, breadth: Breadth = 'whole'): string {
  return join(jobLockFolder(config), `estio-cron-${job}${breadth === 'narrowed' ? '-narrowed' : ''}.lock`);
}

export function jobLock(config: Config, clock: Clock): (job: string, breadth: Breadth) => Promise<LockResult> {
  return (job, breadth) => acquireFileLock(jobLockPath(job, config, breadth), clock);
}
