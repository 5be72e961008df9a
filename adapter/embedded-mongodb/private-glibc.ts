import { glob, mkdtemp, rename, rm, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { delay, hour, systemClock } from '../../shared/platform/clock.ts';
import { currentEnvironment, type Environment } from '../../shared/platform/config.ts';
import { acquireFileLock } from '../../shared/platform/file-lock.ts';
import { makeFolder } from '../../shared/platform/make-folder.ts';
import type { AptSource } from './apt-source.ts';
import type { LinuxNames } from './engine-runtime.ts';
import { fetchGlibc } from './fetch-glibc.ts';
import { findGlibc, type PrivateGlibc } from './find-glibc.ts';

export interface PrivateGlibcOptions {
  readonly names: LinuxNames;
  readonly source: AptSource;
  /** The first writable one is used. */
  readonly cacheFolders: readonly string[];
  readonly signal?: AbortSignal;
  readonly onFetch?: (folder: string) => void;
}

/** XDG's cache folder, else one in the data directory. */
export function glibcCacheFolders(dataDir: string, environment: Environment = currentEnvironment()): string[] {
  const { XDG_CACHE_HOME: configured } = environment;
  // XDG: a relative path is invalid.
  const cache = configured?.startsWith('/') ? configured : join(homedir(), '.cache');
  return [join(cache, 'estio-cron'), resolve(dataDir, 'cache')];
}

/** @throws {Error} what is missing or which command failed */
export async function preparePrivateGlibc(options: PrivateGlibcOptions): Promise<PrivateGlibc> {
  const { names, source, cacheFolders, signal } = options;
  const folderName = `glibc-${source.suite}-${names.debian}`;
  const findAny = () =>
    cacheFolders.map((cache) => findGlibc(join(cache, folderName), names)).find((found) => found !== undefined);
  const found = findAny();
  if (found) return found;
  const cache = await firstUsableFolder(cacheFolders);
  // The lock only avoids fetching twice; a complete folder is renamed into place.
  for (;;) {
    const lock = await acquireFileLock(join(cache, `${folderName}.lock`), systemClock);
    try {
      const fetchedByAnother = findAny();
      if (fetchedByAnother) return fetchedByAnother;
      if ('acquired' in lock) return await fetchInto(join(cache, folderName), options);
    } finally {
      if ('acquired' in lock) await lock.acquired.release();
    }
    await delay(100, signal);
  }
}

async function fetchInto(
  target: string,
  { names, source, signal, onFetch }: PrivateGlibcOptions,
): Promise<PrivateGlibc> {
  onFetch?.(target);
  await removeAbandoned(target);
  const work = await mkdtemp(unfinishedPrefix(target));
  try {
    const root = await fetchGlibc(work, source, names, signal);
    const found = findGlibc(root, names);
    if (!found) throw new Error(`the packages of ${source.suite} do not contain the expected files`);
    await rm(target, { recursive: true, force: true });
    await rename(root, target);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
  return findGlibc(target, names)!;
}

async function firstUsableFolder(folders: readonly string[]): Promise<string> {
  const problems: string[] = [];
  for (const folder of folders) {
    try {
      await makeFolder(folder, { setting: 'XDG_CACHE_HOME or DATA_DIR' });
      await rm(await mkdtemp(join(folder, 'probe-')), { recursive: true });
      return folder;
    } catch (error) {
      problems.push((error as Error).message);
    }
  }
  throw new Error(`no cache folder can be written to: ${problems.join('; ')}`);
}

/** Of processes killed while fetching. */
async function removeAbandoned(target: string): Promise<void> {
  for await (const folder of glob(`${unfinishedPrefix(target)}*`)) {
    const status = await stat(folder).catch(() => undefined);
    if (status && systemClock.now().getTime() - status.mtimeMs > hour)
      await rm(folder, { recursive: true, force: true });
  }
}

function unfinishedPrefix(target: string): string {
  return `${target}.unfinished-`;
}
