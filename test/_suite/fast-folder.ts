import { mkdtempSync, statfsSync } from 'node:fs';
import { freemem, tmpdir } from 'node:os';
import { join } from 'node:path';

/** Several times what a whole run needs (bytes). */
const needed = 4 * 1024 ** 3;

/** In memory if possible (/dev/shm): creating collections and indexes waits for disks. */
export function makeFastFolder(memory = '/dev/shm'): string {
  try {
    const { bavail, bsize } = statfsSync(memory);
    if (Math.min(bavail * bsize, freemem()) >= needed) return mkdtempSync(join(memory, 'estio-'));
  } catch {
    // Missing or not writable.
  }
  return mkdtempSync(join(tmpdir(), 'estio-'));
}
