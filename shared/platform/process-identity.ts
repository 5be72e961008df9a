/**
 * What names a process for as long as the machine runs: its pid, and when it started, since a pid is given again; and
 * what names the machine's present life: its boot, and the pids that are counted together (a container counts its own).
 * Neither depends on a clock. Where there is no /proc, the pid and the host's name have to do.
 */

import { readFile, readlink } from 'node:fs/promises';

/** Life of a machine in which a pid means something. */
export interface PidSpace {
  /** /proc/sys/kernel/random/boot_id */
  readonly boot?: string | undefined;
  /** /proc/self/ns/pid (pid_namespaces(7)) */
  readonly pids?: string | undefined;
}

/** That of this process. */
export async function ownPidSpace(): Promise<PidSpace> {
  const boot = await readFile('/proc/sys/kernel/random/boot_id', 'utf8').catch(() => undefined);
  const pids = await readlink('/proc/self/ns/pid').catch(() => undefined);
  return { boot: boot?.trim(), pids };
}

/**
 * When a process started, in clock ticks since boot (proc(5): field 22 of /proc/<pid>/stat). `undefined` where there is
 * no /proc or no such process.
 */
export async function processStartTicks(pid: number): Promise<string | undefined> {
  return (await processStat(pid))?.startTicks;
}

async function processStat(pid: number): Promise<{ state: string; startTicks: string | undefined } | undefined> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  // The second field is the command in parentheses and may hold spaces: count from its end.
  const fields = stat?.slice(stat.lastIndexOf(')') + 2).split(' ');
  return fields && { state: fields[0] ?? '', startTicks: fields[19] };
}

/**
 * Whether the process of this pid lives, and is the one that started then (when that is known). One that has ended and
 * waits for its parent to notice (a zombie) does not live.
 */
export async function isSameProcessAlive(pid: number, startTicks?: string): Promise<boolean> {
  try {
    process.kill(pid, 0);
  } catch (error) {
    // EPERM: it lives and belongs to somebody else.
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  const stat = await processStat(pid);
  if (stat === undefined) return true;
  return !['Z', 'X'].includes(stat.state) && (startTicks === undefined || stat.startTicks === startTicks);
}
