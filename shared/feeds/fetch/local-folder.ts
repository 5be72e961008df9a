/** `file:` feeds in folders that the operator opened (FEED_FOLDERS). */

import { createReadStream } from 'node:fs';
import { readdir, realpath, stat } from 'node:fs/promises';
import { join, resolve, sep } from 'node:path';
import { DownloadError } from './download-error.ts';
import type { FeedFolder } from './feed-folder.ts';
import type { FolderFile } from './folder-files.ts';

/** @throws {DownloadError} `folder-not-allowed`, `gone` */
export async function openLocalFolder(path: string, allowed: readonly string[]): Promise<FeedFolder> {
  const folder = await inside(path, allowed);
  return {
    async list() {
      const found: FolderFile[] = [];
      for (const entry of await readdir(folder, { withFileTypes: true })) {
        // A link could change after the check.
        if (!entry.isFile()) continue;
        const { size, mtimeMs } = await stat(join(folder, entry.name));
        found.push({ name: entry.name, size, modifiedAt: Math.trunc(mtimeMs) });
      }
      return found;
    },
    async *read(name) {
      const file = await inside(join(folder, name), allowed);
      for await (const chunk of createReadStream(file)) yield chunk as Buffer;
    },
    close: () => Promise.resolve(),
  };
}

async function inside(path: string, allowed: readonly string[]): Promise<string> {
  const roots = await Promise.all(allowed.map((root) => realpath(resolve(root)).catch(() => undefined)));
  const real = await realpath(path).catch(() => undefined);
  const isInside = (one: string): boolean =>
    roots.some((root) => root !== undefined && `${one}${sep}`.startsWith(root.endsWith(sep) ? root : `${root}${sep}`));
  // Refused alike, so that missing paths outside stay secret.
  if (real === undefined && roots.length > 0 && isInside(resolve(path)))
    throw new DownloadError('gone', 'The file or folder does not exist under FEED_FOLDERS');
  if (real === undefined || !isInside(real))
    throw new DownloadError(
      'folder-not-allowed',
      'The file: address was refused: it leads outside FEED_FOLDERS (symbolic links are followed)',
    );
  return real;
}
