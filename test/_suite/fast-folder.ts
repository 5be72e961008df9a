import { mkdtempSync, statfsSync } from 'node:fs';
import { freemem, tmpdir } from 'node:os';
import { join } from 'node:path';

/** What the databases of a whole run need, several times over (bytes). */
const needed = 4 * 1024 ** 3;

/**
 * A folder for temporary databases, in memory if possible (/dev/shm): creating collections and indexes waits for disks.
 */
export function makeFastFolder(memory = '/dev/shm'): string {
  try {
    const { bavail, bsize } = statfsSync(memory);
    if (Math.min(bavail * bsize, freemem()) >= needed) return mkdtempSync(join(memory, 'estio-'));
  } catch {
    // There is none, or it is not ours to write to.
  }
  return mkdtempSync(join(tmpdir(), 'estio-'));
}
