import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { LinuxNames } from './engine-runtime.ts';

/** Needed by Node and the engine. */
const libraries = ['libc.so.6', 'libm.so.6', 'libdl.so.2', 'libpthread.so.0', 'libgcc_s.so.1', 'libstdc++.so.6'];

export interface PrivateGlibc {
  /** It takes the program as an argument. */
  readonly loader: string;
  readonly folder: string;
}

/** `undefined` if incomplete. */
export function findGlibc(root: string, names: LinuxNames): PrivateGlibc | undefined {
  const folder = join(root, 'usr/lib', names.multiarch);
  const complete = [names.loader, ...libraries].every((file) => existsSync(join(folder, file)));
  return complete ? { loader: join(folder, names.loader), folder } : undefined;
}
