/** A run's group has most processes; the marker in their environment finds those that left it. */

import type { ChildProcess } from 'node:child_process';
import { killTree } from '../../shared/platform/process-tree.ts';

/** Environment variable: the id of the run. */
export const runMarker = 'ESTIO_CRON_RUN';

/** A program that the run left open would keep its memory. */
export async function endLeftovers(child: ChildProcess, runId: string): Promise<void> {
  if (child.pid !== undefined) killProcess(-child.pid);
  await killTree({ rootPid: undefined, marker: `${runMarker}=${runId}` });
}

export function killGroup(child: ChildProcess): void {
  // The number of an ended process may be another's.
  if (child.pid !== undefined && child.exitCode === null && child.signalCode === null) killProcess(-child.pid);
}

export function killProcess(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {}
}
