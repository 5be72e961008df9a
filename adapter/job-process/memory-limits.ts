/** How much memory a run's process may hold, and how it gives it back. */

/**
 * Flags of Node for a heap of at most `maxHeapMb`. The young generation (three times the semi-space) is small: what a
 * job reads passes through quickly, and memory stays low on a small server.
 */
export function heapFlags(maxHeapMb: number): string[] {
  return [`--max-old-space-size=${maxHeapMb}`, '--max-semi-space-size=4'];
}

/**
 * Makes glibc give memory back (mallopt(3)): by default each thread keeps pools of its own, and what is read in pieces
 * of 128 kB and more stays with the process. Other libraries of C do not look at it.
 */
export const memoryEnvironment = { MALLOC_ARENA_MAX: '2', MALLOC_MMAP_THRESHOLD_: '131072' };

/** What a run may hold, MB. */
export interface MemoryLimits {
  /** Of JavaScript. */
  readonly heapMb: number;
  /** The run's own process, resident. */
  readonly runMb: number;
  /** All that it has started together: Chromium. */
  readonly helpersMb: number;
}

/** Alongside a heap: code, buffers, what libraries take; alongside a browser that is to be restarted: its next page. */
const allowanceMb = 512;

/** The limits that the settings mean. */
export function memoryLimits(config: {
  readonly cronWorkerMaxMb: number;
  readonly chromiumMaxMb: number;
}): MemoryLimits {
  const { cronWorkerMaxMb: heapMb, chromiumMaxMb } = config;
  return { heapMb, runMb: heapMb + allowanceMb, helpersMb: chromiumMaxMb + allowanceMb };
}

/** What a run holds, MB. */
export interface MemoryUse {
  readonly runMb: number;
  readonly helpersMb: number;
}

/** Who holds more than allowed. */
export function exceeded(use: MemoryUse, limits: MemoryLimits): 'run' | 'helpers' | undefined {
  if (use.runMb > limits.runMb) return 'run';
  return use.helpersMb > limits.helpersMb ? 'helpers' : undefined;
}
