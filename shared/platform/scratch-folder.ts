/** A dead owner (the name has its pid) or an old date means abandoned. */

import { mkdtemp, readdir, rm, stat, utimes } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import path from 'node:path';
import { minute, second } from './clock.ts';
import { processExists } from './process-tree.ts';

export interface ScratchFolder {
  readonly path: string;
  /** Repeatable. */
  remove(): Promise<void>;
}

const heartbeatMs = 10 * second;
const staleMs = 2 * minute;

function scratchPrefix(kind: string): string {
  return `estio-cron-${kind}-${userInfo().uid}-`;
}

export async function makeScratchFolder(kind: string): Promise<ScratchFolder> {
  const folder = await mkdtemp(path.join(tmpdir(), `${scratchPrefix(kind)}${process.pid}-`));
  const heartbeat = setInterval(() => void touch(folder), heartbeatMs).unref();
  return {
    path: folder,
    async remove() {
      clearInterval(heartbeat);
      await removeFolder(folder);
    },
  };
}

/** @param before runs first, such as ending a program that uses the folder */
export async function removeAbandonedFolders(
  kind: string,
  before: (folder: string) => Promise<unknown> = () => Promise.resolve(),
): Promise<number> {
  const prefix = scratchPrefix(kind);
  const names = (await readdir(tmpdir())).filter((name) => name.startsWith(prefix));
  const removed = await Promise.all(
    names.map(async (name) => {
      const folder = path.join(tmpdir(), name);
      if (!(await isAbandoned(folder, Number.parseInt(name.slice(prefix.length), 10)))) return 0;
      await before(folder);
      await removeFolder(folder);
      return 1;
    }),
  );
  return removed.reduce<number>((sum, one) => sum + one, 0);
}

async function isAbandoned(folder: string, owner: number): Promise<boolean> {
  const refreshed = await stat(folder).catch(() => undefined);
  if (refreshed === undefined) return false;
  return Date.now() - refreshed.mtimeMs > staleMs || (owner > 0 && !processExists(owner));
}

async function touch(folder: string): Promise<void> {
  const now = new Date();
  await utimes(folder, now, now).catch(() => undefined);
}

async function removeFolder(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 }).catch(() => undefined);
}
