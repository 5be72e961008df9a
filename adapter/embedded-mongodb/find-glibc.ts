import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { LinuxNames } from './engine-runtime.ts';

/** What Node and the engine load; a cache folder without one of them is not used. */
const libraries = ['libc.so.6', 'libm.so.6', 'libdl.so.2', 'libpthread.so.0', 'libgcc_s.so.1', 'libstdc++.so.6'];

export interface PrivateGlibc {
  /** The dynamic loader: started instead of the program, which it takes as an argument. */
  readonly loader: string;
  /** Where it finds the libraries. */
  readonly folder: string;
}

/** The library below a folder that is laid out like the root of a file system; undefined unless it is complete. */
export function findGlibc(root: string, names: LinuxNames): PrivateGlibc | undefined {
  const folder = join(root, 'usr/lib', names.multiarch);
  const complete = [names.loader, ...libraries].every((file) => existsSync(join(folder, file)));
  return complete ? { loader: join(folder, names.loader), folder } : undefined;
}
