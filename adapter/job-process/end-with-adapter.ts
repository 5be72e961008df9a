/**
 * The next adapter would start the same job. A killed adapter closes the channel; for a busy run, a thread watches the
 * parent.
 */

import { Worker } from 'node:worker_threads';
import { hungUpCode } from './protocol.ts';

/** ms */
const lookMs = 500;
/** ms; an ending process closes its channels before its children get another parent. */
const partingMs = 100;

// Inline text needs no file. Process 0 is this process's group.
const watcher = `
const { workerData: adapter } = require('node:worker_threads');
setInterval(() => process.ppid === adapter || process.kill(0, 'SIGKILL'), ${lookMs});
`;

/**
 * Call it in the run's process, its group's leader.
 *
 * @param adapter its number: by now it may have been killed
 */
export function endWithAdapter(adapter: number): void {
  process.once('disconnect', () =>
    setTimeout(() => {
      if (process.ppid !== adapter) process.kill(0, 'SIGKILL');
      // The run itself closed it, and can report nothing.
      process.exit(hungUpCode);
    }, partingMs),
  );
  new Worker(watcher, {
    eval: true,
    execArgv: [],
    workerData: adapter,
    resourceLimits: { maxOldGenerationSizeMb: 8, maxYoungGenerationSizeMb: 1 },
  }).unref();
}
