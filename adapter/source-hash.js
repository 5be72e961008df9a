// JavaScript, because build.mjs runs on any Node.

import { createHash } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

const single = ['build.mjs', 'package.json', 'package-lock.json'];
const folders = ['functions', 'shared'];

/**
 * Finds outdated bundles: file times change at a checkout.
 *
 * @param {string} root @returns {string | undefined} hexadecimal SHA-256; undefined without sources
 */
export function sourceHash(root) {
  const hash = createHash('sha256');
  try {
    const nested = folders.flatMap((folder) =>
      readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => join(entry.parentPath, entry.name)),
    );
    for (const path of [...single.map((file) => join(root, file)), ...nested].sort()) {
      hash.update(path.slice(root.length)).update('\0').update(readFileSync(path)).update('\0');
    }
  } catch {
    return undefined;
  }
  return hash.digest('hex');
}
