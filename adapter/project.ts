import { isAbsolute, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Relative paths start here, whatever the working directory. */
export const projectRoot = fileURLToPath(new URL('..', import.meta.url)).replace(/\/$/, '');

export function fromProjectRoot(path: string): string {
  return isAbsolute(path) ? path : join(projectRoot, path);
}
