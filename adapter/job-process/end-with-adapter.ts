/**
 * A run must end with its adapter, because the next one would start the same job. A killed adapter closes its channel;
 * for a busy run, a thread watches the parent.
 */

import { Worker } from 'node:worker_threads';

/** ms */
const lookMs = 500;

// Inline text needs no file. Process 0 is this process's group.
const watcher = `
const adapter = process.ppid;
setInterval(() => process.ppid === adapter || process.kill(0, 'SIGKILL'), ${lookMs});
`;

/** Call it in the run's process, its group's leader. */
export function endWithAdapter(): void {
  process.once('disconnect', () => process.kill(0, 'SIGKILL'));
  new Worker(watcher, {
    eval: true,
    resourceLimits: { maxOldGenerationSizeMb: 8, maxYoungGenerationSizeMb: 1 },
  }).unref();
}
