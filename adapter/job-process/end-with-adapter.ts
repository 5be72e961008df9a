/**
 * A run does not outlive its adapter, or another one would take over the lock and run the same job too. When the
 * adapter is killed its end of the channel closes; a run too busy to hear that is ended by a thread that looks who the
 * parent is.
 */

import { Worker } from 'node:worker_threads';

/** How often the thread looks (ms). */
const lookMs = 500;

// Text, because a file would have to be found and read; process 0 is this process with all that it has started.
const watcher = `
const adapter = process.ppid;
setInterval(() => process.ppid === adapter || process.kill(0, 'SIGKILL'), ${lookMs});
`;

/** To be called in the run's process, the leader of a process group of its own. */
export function endWithAdapter(): void {
  process.once('disconnect', () => process.kill(0, 'SIGKILL'));
  new Worker(watcher, {
    eval: true,
    resourceLimits: { maxOldGenerationSizeMb: 8, maxYoungGenerationSizeMb: 1 },
  }).unref();
}
