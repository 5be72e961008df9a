import { readFile } from 'node:fs/promises';

/**
 * When a process started, in clock ticks since boot (proc(5): field 22 of /proc/<pid>/stat); with the pid it names a
 * process even after the pid was given to another. `undefined` where there is no /proc or no such process.
 */
export async function processStartTicks(pid: number): Promise<string | undefined> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  // The second field is the command in parentheses and may hold spaces: count from its end.
  return stat?.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
}

/** Whether the process of this pid lives, and is the one that started then (when that is known). */
export async function isSameProcessAlive(pid: number, startTicks?: string): Promise<boolean> {
  try {
    process.kill(pid, 0);
  } catch (error) {
    // EPERM: it lives and belongs to somebody else.
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  const ticks = startTicks === undefined ? undefined : await processStartTicks(pid);
  return ticks === undefined || ticks === startTicks;
}
