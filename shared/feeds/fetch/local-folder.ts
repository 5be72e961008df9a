/**
 * `file:` feeds: folders of this host that the operator has opened to them (FEED_FOLDERS), and nothing that a link in
 * them leads to outside.
 */

import { createReadStream } from 'node:fs';
import { readdir, realpath, stat } from 'node:fs/promises';
import { join, resolve, sep } from 'node:path';
import { DownloadError } from './download-error.ts';
import type { FeedFolder } from './feed-folder.ts';
import type { FolderFile } from './folder-files.ts';

/**
 * Opens a folder of this host.
 *
 * @param allowed the folders that may be read, with all that is in them
 * @throws {DownloadError} `folder-not-allowed`, `gone`
 */
export async function openLocalFolder(path: string, allowed: readonly string[]): Promise<FeedFolder> {
  const folder = await inside(path, allowed);
  return {
    async list() {
      const found: FolderFile[] = [];
      for (const entry of await readdir(folder, { withFileTypes: true })) {
        // A link may lead anywhere, also after it was looked at.
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

/** The real path, when it lies in a folder that is allowed. */
async function inside(path: string, allowed: readonly string[]): Promise<string> {
  const roots = await Promise.all(allowed.map((root) => realpath(resolve(root)).catch(() => undefined)));
  const real = await realpath(path).catch(() => undefined);
  const isInside = (one: string): boolean =>
    roots.some((root) => root !== undefined && `${one}${sep}`.startsWith(root.endsWith(sep) ? root : `${root}${sep}`));
  // What is there outside of them is nobody's business: it is refused as what is not there.
  if (real === undefined && roots.length > 0 && isInside(resolve(path)))
    throw new DownloadError('gone', 'There is no such file or folder under FEED_FOLDERS');
  if (real === undefined || !isInside(real))
    throw new DownloadError(
      'folder-not-allowed',
      'Expected a file: address under one of FEED_FOLDERS, links resolved: this one is refused',
    );
  return real;
}
