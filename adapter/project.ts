import { isAbsolute, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The project's folder: everything relative counts from here, whatever the working directory. */
export const projectRoot = fileURLToPath(new URL('..', import.meta.url)).replace(/\/$/, '');

/** A path of the configuration as an absolute one. */
export function fromProjectRoot(path: string): string {
  return isAbsolute(path) ? path : join(projectRoot, path);
}
