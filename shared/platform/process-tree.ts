/**
 * Descendants, and processes with the unique `marker` on their command line or in their environment. This finds
 * detached helpers and excludes reused pids.
 */

import { readdir, readFile } from 'node:fs/promises';
import { delay } from './clock.ts';

export interface ProcessTree {
  readonly rootPid: number | undefined;
  readonly marker: string;
}

/** Empty without /proc. */
async function treeMembers(tree: ProcessTree): Promise<number[]> {
  const pids = (await readdir('/proc').catch(() => [])).filter((name) => /^\d+$/.test(name)).map(Number);
  const parents = new Map<number, number>();
  const members = new Set<number>();
  await Promise.all(
    pids.map(async (pid) => {
      const parent = await parentPid(pid);
      if (parent === undefined) return;
      parents.set(pid, parent);
      if (pid !== process.pid && (await isMarked(pid, tree.marker))) members.add(pid);
    }),
  );
  if (tree.rootPid !== undefined && members.has(tree.rootPid)) {
    for (const pid of parents.keys()) if (descendsFrom(pid, tree.rootPid, parents)) members.add(pid);
  }
  return [...members];
}

/** MB (2^20), shared pages counted once if possible; `undefined` if unreadable. */
export async function treeMemoryMb(tree: ProcessTree): Promise<number | undefined> {
  const sizes = (await Promise.all((await treeMembers(tree)).map(memoryKb))).filter((size) => size !== undefined);
  return sizes.length === 0 ? undefined : Math.round(sizes.reduce((sum, size) => sum + size, 0) / 1024);
}

/** SIGKILL; waits at most `timeoutMs`; returns how many. */
export async function killTree(tree: ProcessTree, timeoutMs = 5000): Promise<number> {
  const killed = new Set<number>();
  for (let waited = 0; waited <= timeoutMs; waited += 50) {
    const members = await treeMembers(tree);
    if (members.length === 0) break;
    for (const pid of members) {
      try {
        process.kill(pid, 'SIGKILL');
        killed.add(pid);
      } catch {
        // already gone
      }
    }
    await delay(50);
  }
  return killed.size;
}

export function processExists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function descendsFrom(pid: number, root: number, parents: ReadonlyMap<number, number>): boolean {
  let current: number | undefined = pid;
  for (let depth = 0; current !== undefined && depth < 64; depth += 1) {
    if (current === root) return true;
    current = parents.get(current);
  }
  return false;
}

/** Zombies are no members. */
async function parentPid(pid: number): Promise<number | undefined> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  // The name may contain brackets.
  const [state, parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return parent === undefined || state === 'Z' || state === 'X' ? undefined : Number(parent);
}

async function isMarked(pid: number, marker: string): Promise<boolean> {
  for (const file of ['cmdline', 'environ']) {
    if ((await readFile(`/proc/${pid}/${file}`, 'utf8').catch(() => '')).includes(marker)) return true;
  }
  return false;
}

async function memoryKb(pid: number): Promise<number | undefined> {
  const rollup = await readFile(`/proc/${pid}/smaps_rollup`, 'utf8').catch(() => '');
  const pss = /^Pss:\s+(\d+) kB/m.exec(rollup)?.[1];
  if (pss !== undefined) return Number(pss);
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  const rss = /^VmRSS:\s+(\d+) kB/m.exec(status)?.[1];
  return rss === undefined ? undefined : Number(rss);
}
