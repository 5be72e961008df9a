/** What a job reads passes quickly, so a small young generation (three times the semi-space) keeps memory low. */
export function heapFlags(maxHeapMb: number): string[] {
  return [`--max-old-space-size=${maxHeapMb}`, '--max-semi-space-size=4'];
}

/** Makes glibc return memory (mallopt(3)): fewer pools, and pieces from 128 kB on. */
export const memoryEnvironment = { MALLOC_ARENA_MAX: '2', MALLOC_MMAP_THRESHOLD_: '131072' };

/** MB */
export interface MemoryLimits {
  /** JavaScript */
  readonly heapMb: number;
  /** The run's own process, resident. */
  readonly runMb: number;
  /** Its other processes together: Chromium. */
  readonly helpersMb: number;
}

/** For code, buffers and libraries; for a browser's next page. */
const allowanceMb = 512;

export function memoryLimits(config: {
  readonly cronWorkerMaxMb: number;
  readonly chromiumMaxMb: number;
}): MemoryLimits {
  const { cronWorkerMaxMb: heapMb, chromiumMaxMb } = config;
  return { heapMb, runMb: heapMb + allowanceMb, helpersMb: chromiumMaxMb + allowanceMb };
}

export interface MemoryUse {
  readonly runMb: number;
  readonly helpersMb: number;
}

/** Who exceeds a limit. */
export function exceeded(use: MemoryUse, limits: MemoryLimits): 'run' | 'helpers' | undefined {
  if (use.runMb > limits.runMb) return 'run';
  return use.helpersMb > limits.helpersMb ? 'helpers' : undefined;
}
