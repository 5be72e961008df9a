/**
 * Identifies a process by pid and start, within one boot and pid namespace, without clocks. Without /proc: pid and host
 * name.
 */

import { readFile, readlink } from 'node:fs/promises';

/** Where a pid is unique. */
export interface PidSpace {
  /** /proc/sys/kernel/random/boot_id */
  readonly boot?: string | undefined;
  /** /proc/self/ns/pid (pid_namespaces(7)) */
  readonly pids?: string | undefined;
}

export async function ownPidSpace(): Promise<PidSpace> {
  const boot = await readFile('/proc/sys/kernel/random/boot_id', 'utf8').catch(() => undefined);
  const pids = await readlink('/proc/self/ns/pid').catch(() => undefined);
  return { boot: boot?.trim(), pids };
}

/** Clock ticks since boot (proc(5), field 22); `undefined` without /proc or process. */
export async function processStartTicks(pid: number): Promise<string | undefined> {
  return (await processStat(pid))?.startTicks;
}

async function processStat(pid: number): Promise<{ state: string; startTicks: string | undefined } | undefined> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  // The command may contain spaces: count from its end.
  const fields = stat?.slice(stat.lastIndexOf(')') + 2).split(' ');
  return fields && { state: fields[0] ?? '', startTicks: fields[19] };
}

export async function isSameProcessAlive(pid: number, startTicks?: string): Promise<boolean> {
  try {
    process.kill(pid, 0);
  } catch (error) {
    // EPERM: alive under another user.
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  const stat = await processStat(pid);
  if (stat === undefined) return true;
  return !['Z', 'X'].includes(stat.state) && (startTicks === undefined || stat.startTicks === startTicks);
}
