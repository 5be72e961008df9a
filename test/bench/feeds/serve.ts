/** `<folder>`: serves files; `?etag` conditionally. Prints its address. */

import { createReadStream, statSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';

const folder = process.argv[2] as string;

const server = createServer((request, response) => {
  const url = new URL(request.url ?? '/', 'http://localhost');
  const file = path.join(folder, path.basename(url.pathname));
  const etag = url.searchParams.has('etag') ? `"${path.basename(file)}"` : undefined;
  if (etag !== undefined && request.headers['if-none-match'] === etag)
    return void response.writeHead(304, { etag }).end();
  response.writeHead(200, {
    'content-type': 'application/xml',
    'content-length': statSync(file).size,
    ...(etag === undefined ? {} : { etag }),
  });
  createReadStream(file, { highWaterMark: 256 * 1024 }).pipe(response);
});
server.listen(0, '127.0.0.1', () => process.send?.(`http://127.0.0.1:${(server.address() as AddressInfo).port}`));
process.on('disconnect', () => process.exit());
