/** `DATA_DIR/feed-images/<feed>/<name>` */

import { rename, utimes, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { makeFolder } from '../../platform/make-folder.ts';
import type { PictureStore } from './enclosed-pictures.ts';

export interface PictureFolderOptions {
  readonly dataDir: string;
  readonly feedId: string;
  /** FEED_IMAGES_URL */
  readonly url: string;
  readonly now: () => Date;
  readonly isDry?: boolean;
}

export function pictureFolder({ dataDir, feedId, url, now, isDry = false }: PictureFolderOptions): PictureStore {
  const folder = pictureFolderOf(dataDir, feedId);
  return {
    async keep(name, bytes) {
      if (!isDry) await writeOnce(folder, name, bytes, now());
      return `${url.replace(/\/+$/, '')}/${feedId}/${name}`;
    },
  };
}

export function pictureFolderOf(dataDir: string, feedId: string): string {
  return resolve(dataDir, 'feed-images', feedId);
}

async function writeOnce(folder: string, name: string, bytes: Buffer, now: Date): Promise<void> {
  const file = join(folder, name);
  try {
    await utimes(file, now, now);
  } catch {
    await makeFolder(folder, { setting: 'DATA_DIR' });
    const unfinished = `${file}.${process.pid}.tmp`;
    await writeFile(unfinished, bytes);
    await rename(unfinished, file);
  }
}
