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
