import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

export type FeedAnswer = string | Buffer | ((request: IncomingMessage, response: ServerResponse) => void);

export interface FeedServer {
  /** `http://127.0.0.1:<port>` */
  readonly origin: string;
  /** @returns the address */
  publish(path: string, answer: FeedAnswer, headers?: Record<string, string>): string;
  readonly requests: { readonly path: string; readonly headers: IncomingMessage['headers'] }[];
  close(): Promise<void>;
}

export async function startFeedServer(): Promise<FeedServer> {
  const answers = new Map<string, { answer: FeedAnswer; headers: Record<string, string> }>();
  const requests: FeedServer['requests'] = [];
  const sockets = new Set<Socket>();
  const listener: RequestListener = (request, response) => {
    const path = request.url ?? '/';
    requests.push({ path, headers: request.headers });
    const found = answers.get(path) ?? answers.get(path.replace(/\?.*/, ''));
    if (!found) return void response.writeHead(404).end();
    if (typeof found.answer === 'function') return found.answer(request, response);
    const { etag } = found.headers;
    if (etag !== undefined && request.headers['if-none-match'] === etag)
      return void response.writeHead(304, { etag }).end();
    const body = Buffer.from(found.answer);
    response
      .writeHead(200, { 'content-type': 'application/xml', 'content-length': body.length, ...found.headers })
      .end(body);
  };
  // The default cuts answers that a busy reader takes later than five seconds.
  const server = createServer({ keepAliveTimeout: 0 }, listener);
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    origin,
    requests,
    publish(path, answer, headers = {}) {
      answers.set(path, { answer, headers });
      return `${origin}${path}`;
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
