/** `node host.mjs <bundle> <heap limit in MB> <arguments>`: runs a bundle in a worker with the limits of the adapter's, and sends its figures. */

import { Worker } from 'node:worker_threads';

const [bundle, heapMb, ...argv] = process.argv.slice(2) as [string, string, ...string[]];
const worker = new Worker(bundle, { argv, resourceLimits: { maxOldGenerationSizeMb: Number(heapMb), maxYoungGenerationSizeMb: 12 } });
let figures: Record<string, unknown> | undefined;
worker.on('message', (message: Record<string, unknown>) => (figures = message));
worker.on('error', (error) => {
  console.error(error);
  process.exitCode = 1;
});
worker.on('exit', () => {
  if (figures) process.send?.({ ...figures, peakRssMb: process.resourceUsage().maxRSS / 1024 });
  process.disconnect?.();
});
