import { readdir } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { dirname, join } from 'node:path';
import { systemClock } from '../../shared/platform/clock.ts';
import type { Config } from '../../shared/platform/config.ts';
import { acquireFileLock } from '../../shared/platform/file-lock.ts';
import { inspect, isDead } from '../../shared/platform/lock-holder.ts';
import { readHostResources, resourceShortage } from '../../shared/platform/host-resources.ts';
import { jobLockPath } from '../../shared/runs/job-lock.ts';
import { chooseRuntime, neededGlibc, probeHost } from '../embedded-mongodb/engine-runtime.ts';
import { examine, type Finding } from './finding.ts';

/** Works without configuration. */
export function examineRuntime(): readonly Finding[] {
  const host = probeHost();
  const runtime = chooseRuntime(host);
  const unsupported = runtime.kind === 'unsupported' ? runtime.reason : '';
  const system = `${host.platform} on ${host.architecture}`;
  const remarks: Readonly<Record<typeof runtime.kind, string>> = {
    direct: `glibc ${host.glibc ?? 'none'}, ${system}`,
    'private-glibc':
      `glibc ${host.glibc}, ${system}: the embedded MongoDB needs ${neededGlibc} and fetches one for itself; with ` +
      'MONGODB_URI set, none is needed',
    unsupported: `${unsupported}: there is no embedded MongoDB, so set MONGODB_URI`,
  };
  return [
    { what: 'Node', level: 'ok', found: `${process.version} (${process.execPath})` },
    { what: 'C library', level: runtime.kind === 'unsupported' ? 'warning' : 'ok', found: remarks[runtime.kind] },
  ];
}

export function examineResources(config: Config): Finding {
  const host = readHostResources();
  const shortage = resourceShortage(host, { minFreeMb: config.cronMinFreeMb, maxLoad: config.cronMaxLoad });
  if (shortage)
    return {
      what: 'resources',
      level: 'warning',
      found: `a run would be skipped now: ${shortage.detail}`,
      remedy: 'CRON_MIN_FREE_MB, CRON_MAX_LOAD',
    };
  return {
    what: 'resources',
    level: 'ok',
    found: `${host.availableMb} MB of memory available, load ${host.load.toFixed(2)}`,
  };
}

export async function examineLocks(config: Config): Promise<readonly Finding[]> {
  const what = 'locks';
  const file = jobLockPath(`doctor-${process.pid}`, config);
  const taken = await acquireFileLock(file, systemClock);
  if ('acquired' in taken) await taken.acquired.release();
  const folder = dirname(file);
  const names = (await readdir(folder)).filter((name) => isLockName(name, userInfo().uid));
  const findings = await Promise.all(
    names.map((name) => examine(what, 'until then each of its runs fails', () => examineLock(join(folder, name)))),
  );
  return [{ what, level: 'ok', found: `files in ${folder} (CRON_LOCK=${config.cronLock})` }, ...findings.flat()];
}

function isLockName(name: string, uid: number): boolean {
  const [, triggeredBy] = /^estio-cron-trigger-(\d+)-/.exec(name) ?? [];
  return /^estio-cron-[a-z0-9-]+\.lock(\.takeover)?$/.test(name) && (!triggeredBy || Number(triggeredBy) === uid);
}

/** @throws {LockError} a foreign lock, with the remedy */
async function examineLock(path: string): Promise<readonly Finding[]> {
  const found = await inspect(path);
  const { pid, since } = found?.holder ?? {};
  if (!found || pid === undefined || (await isDead(found, systemClock))) return [];
  return [{ what: 'locks', level: 'ok', found: `${path} is held by pid ${pid}${since ? ` since ${since}` : ''}` }];
}
