/**
 * A child program with children of its own, as Linux shows it under /proc: who belongs to it, how much memory all of it
 * holds, and how to end all of it by pid. A process counts as a member when it descends from the root or names the
 * `marker` (a path that no other program has) on its command line: helpers that detach themselves are found too, and a
 * pid that was given to somebody else meanwhile is not.
 */

import { readdir, readFile } from 'node:fs/promises';
import { delay } from './clock.ts';

export interface ProcessTree {
  readonly rootPid: number | undefined;
  readonly marker: string;
}

/** Pids of the members that live now; empty where there is no /proc. */
async function treeMembers(tree: ProcessTree): Promise<number[]> {
  const pids = (await readdir('/proc').catch(() => [])).filter((name) => /^\d+$/.test(name)).map(Number);
  const parents = new Map<number, number>();
  const members = new Set<number>();
  await Promise.all(
    pids.map(async (pid) => {
      const parent = await parentPid(pid);
      if (parent === undefined) return;
      parents.set(pid, parent);
      if (pid !== process.pid && (await commandLine(pid)).includes(tree.marker)) members.add(pid);
    }),
  );
  if (tree.rootPid !== undefined && members.has(tree.rootPid)) {
    for (const pid of parents.keys()) if (descendsFrom(pid, tree.rootPid, parents)) members.add(pid);
  }
  return [...members];
}

/**
 * Memory of the whole tree in MB (2^20 bytes): proportional set size, so that pages shared by the members count once;
 * resident size where the kernel tells no better. `undefined` when nothing can be read.
 */
export async function treeMemoryMb(tree: ProcessTree): Promise<number | undefined> {
  const sizes = (await Promise.all((await treeMembers(tree)).map(memoryKb))).filter((size) => size !== undefined);
  return sizes.length === 0 ? undefined : Math.round(sizes.reduce((sum, size) => sum + size, 0) / 1024);
}

/** Kills every member (SIGKILL) and waits until none is left, at most `timeoutMs`. Returns how many were killed. */
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
        // gone between the look and the kill
      }
    }
    await delay(50);
  }
  return killed.size;
}

/** Whether a process of this number exists, whoever owns it. */
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

/** Field 4 of /proc/<pid>/stat; zombies (already dead, not yet reaped) are no members. */
async function parentPid(pid: number): Promise<number | undefined> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  // The program's name stands in brackets and may hold anything, brackets too.
  const [state, parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return parent === undefined || state === 'Z' || state === 'X' ? undefined : Number(parent);
}

async function commandLine(pid: number): Promise<string> {
  return readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
}

async function memoryKb(pid: number): Promise<number | undefined> {
  const rollup = await readFile(`/proc/${pid}/smaps_rollup`, 'utf8').catch(() => '');
  const pss = /^Pss:\s+(\d+) kB/m.exec(rollup)?.[1];
  if (pss !== undefined) return Number(pss);
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  const rss = /^VmRSS:\s+(\d+) kB/m.exec(status)?.[1];
  return rss === undefined ? undefined : Number(rss);
}
