/** Pictures that came with feeds. Public: no one can guess the name, a hash of the content. */

import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pictureKinds } from '../shared/feeds/fetch/enclosed-pictures.ts';
import { pictureFolderOf } from '../shared/feeds/fetch/picture-folder.ts';
import { json } from '../shared/runs/job-handler.ts';
import type { Route } from './routes.ts';

const shape = /^\/feed-images\/([0-9a-f]{24})\/([0-9a-f]{40})\.(jpg|png|gif|webp)$/;

export function feedImagesRoute(dataDir: string): Route {
  return {
    path: '/feed-images/*',
    methods: ['GET', 'HEAD'],
    async handle(request, path) {
      const [, feedId = '', name = '', extension = ''] = shape.exec(path) ?? [];
      const type = pictureKinds.find((kind) => kind.extension === extension)?.type;
      const file = type && (await openFile(join(pictureFolderOf(dataDir, feedId), `${name}.${extension}`)));
      if (!type || !file) return json({ error: 'Not found' }, 404);
      const { size } = await file.stat();
      const headers = {
        'content-type': type,
        'content-length': String(size),
        // The same name always has the same content.
        'cache-control': 'public, max-age=31536000, immutable',
        'x-content-type-options': 'nosniff',
        'content-security-policy': "default-src 'none'",
        'cross-origin-resource-policy': 'cross-origin',
      };
      if (request.method === 'HEAD') {
        await file.close();
        return new Response(null, { headers });
      }
      return new Response(Readable.toWeb(file.createReadStream()) as ReadableStream, { headers });
    },
  };
}

async function openFile(path: string) {
  return open(path).catch(() => undefined);
}
