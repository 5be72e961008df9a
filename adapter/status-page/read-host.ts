import { availableParallelism, hostname, totalmem } from 'node:os';
import { readHostResources } from '../../shared/platform/host-resources.ts';
import type { JobService } from '../job-service.ts';
import { readLocks } from '../read-locks.ts';
import type { Host } from './status.ts';

const bytesPerMb = 1_048_576;

export async function readHost(service: JobService): Promise<Host> {
  const { config } = service;
  return {
    ...readHostResources(),
    name: hostname(),
    totalMb: Math.round(totalmem() / bytesPerMb),
    minFreeMb: config.cronMinFreeMb,
    maxLoad: config.cronMaxLoad,
    processors: availableParallelism(),
    processMb: Math.round(process.memoryUsage.rss() / bytesPerMb),
    startedAt: service.startedAt,
    locks: await readLocks(service),
  };
}
