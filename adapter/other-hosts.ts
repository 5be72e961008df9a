import { hostname } from 'node:os';
import { findOtherHosts } from '../shared/models/job-run.ts';
import { hour } from '../shared/platform/clock.ts';
import type { Config } from '../shared/platform/config.ts';
import { jobLockFolder } from '../shared/runs/job-lock.ts';

/** ms; most jobs run every hour. */
const recently = 2 * hour;

export async function otherHostsWarning(config: Config): Promise<string | undefined> {
  if (config.cronLock === 'mongo') return undefined;
  const others = await findOtherHosts({ host: hostname(), lockDir: jobLockFolder(config) }, recently);
  if (others.length === 0) return undefined;
  return (
    `Jobs of this database ran on another host within two hours (${others.join(', ')}), and ` +
    'CRON_LOCK is file here. If that host is still in use, set CRON_LOCK=mongo on both'
  );
}
