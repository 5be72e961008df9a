import { createServer } from 'node:http';
import { readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';

export interface FeedFolder {
  /** By path below the folder. */
  readonly feeds: ReadonlyMap<string, string>;
  close(): Promise<void>;
}

export async function serveFeedFolder(folder: string): Promise<FeedFolder> {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.xml$/i.test(file))
    .sort();
  if (files.length === 0) throw new Error(`There is no XML file in ${folder}`);
  const paths = new Map(files.map((file) => [`/${file.split('/').map(encodeURIComponent).join('/')}`, file]));
  const server = createServer(async (request, response) => {
    const file = paths.get(request.url ?? '');
    if (file === undefined) return void response.writeHead(404).end();
    response.writeHead(200, { 'content-type': 'application/xml' }).end(await readFile(join(folder, file)));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    feeds: new Map([...paths].map(([path, file]) => [file, base + path])),
    close: () => new Promise((resolve) => void server.close(() => resolve()).closeAllConnections()),
  };
}
