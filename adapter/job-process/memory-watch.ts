/** A heap limit excludes buffers, native libraries and other programs (Chromium). */

import { readFile, readdir } from 'node:fs/promises';
import { second } from '../../shared/platform/clock.ts';
import { exceeded, type MemoryLimits, type MemoryUse } from './memory-limits.ts';

/** ms */
const lookMs = second;

export interface MemoryWatchOptions {
  readonly limits: MemoryLimits;
  readonly lookMs?: number | undefined;
  readonly onRun: (mb: number) => void;
  readonly onHelpers: (mb: number, pids: readonly number[]) => void;
}

/** Needs /proc. */
export function watchMemory(pid: number, options: MemoryWatchOptions): () => void {
  let isLooking = false;
  const timer = setInterval(async () => {
    if (isLooking) return;
    isLooking = true;
    const { helpers, ...use } = await memoryUse(pid);
    const excess = exceeded(use, options.limits);
    if (excess === 'run') options.onRun(use.runMb);
    else if (excess === 'helpers') options.onHelpers(use.helpersMb, helpers);
    isLooking = false;
  }, options.lookMs ?? lookMs);
  timer.unref();
  return () => clearInterval(timer);
}

async function memoryUse(pid: number): Promise<MemoryUse & { readonly helpers: readonly number[] }> {
  const helpers = await descendants(pid);
  const sizes = await Promise.all(helpers.map((helper) => sizeMb(helper, 'smaps_rollup', /^Pss:\s+(\d+) kB/m)));
  return {
    runMb: await sizeMb(pid, 'status', /^VmRSS:\s+(\d+) kB/m),
    // Shared pages count once (proportional set size).
    helpersMb: sizes.reduce((sum, size) => sum + size, 0),
    helpers,
  };
}

async function sizeMb(pid: number, file: string, line: RegExp): Promise<number> {
  const content = await readFile(`/proc/${pid}/${file}`, 'utf8').catch(() => '');
  return Number(line.exec(content)?.[1] ?? 0) / 1024;
}

/** All descendants, listed by thread (proc(5), /proc/pid/task/tid/children). */
async function descendants(pid: number): Promise<number[]> {
  const threads = await readdir(`/proc/${pid}/task`).catch(() => []);
  const lists = await Promise.all(
    threads.map((thread) => readFile(`/proc/${pid}/task/${thread}/children`, 'utf8').catch(() => '')),
  );
  const children = lists.join(' ').split(/\s+/).filter(Boolean).map(Number);
  return [...children, ...(await Promise.all(children.map(descendants))).flat()];
}
