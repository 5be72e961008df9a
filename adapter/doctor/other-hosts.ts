import type { Config } from '../../shared/platform/config.ts';
import { otherHostsWarning } from '../other-hosts.ts';
import type { Finding } from './finding.ts';

export async function examineOtherHosts(config: Config): Promise<readonly Finding[]> {
  const warning = await otherHostsWarning(config);
  if (!warning) return [];
  return [{ what: 'other hosts', level: 'warning', found: warning, remedy: 'CRON_LOCK=mongo in .env, then restart' }];
}
