/**
 * node:http at the edge, Fetch inside: @hono/node-server converts, once. It was chosen over srvx by reading and
 * measuring both: half the code on our path, no plug-ins, and twice the requests per second; both stream and both
 * answer 204.
 */

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getRequestListener, RequestError } from '@hono/node-server';
import { EstioError } from '../shared/platform/errors.ts';

/** Header bytes of a request; more is 431. */
const maxHeaderBytes = 16_384;
/** The forms of the status page are all that has a body; more is 413. */
const maxBodyBytes = 65_536;
/** A client has this long to send its headers, and its whole request (ms); slower is 408. */
const headersTimeoutMs = 10_000;
const requestTimeoutMs = 20_000;

export interface ListenOptions {
  readonly host: string;
  readonly port: number;
  /** A socket that listens already, in place of host and port: its file descriptor. */
  readonly inherited?: number | undefined;
  /** `path` is the request target as it was sent, without the query. */
  readonly handle: (request: Request, path: string, peer: string | undefined) => Promise<Response>;
}

export interface HttpServer {
  /** Such as http://127.0.0.1:8787 */
  readonly url: string;
  /**
   * Leaves new connections of an inherited socket to the next process: they wait for it. A port of its own continues
   * answering, since without it they would be refused.
   */
  leave(): void;
  /** Takes no new connection; fulfilled when the last answer was sent. */
  close(): Promise<void>;
}

/** The address cannot be listened on. */
class ListenError extends EstioError {
  override name = 'ListenError';
}

/**
 * Starts the server.
 *
 * @throws {ListenError} port taken, address not here, port below 1024 without the right
 */
export async function listen(options: ListenOptions): Promise<HttpServer> {
  const toFetch = getRequestListener(
    (request, env) => {
      const { incoming } = env as { incoming: IncomingMessage };
      return options.handle(request, requestPath(incoming), incoming.socket.remoteAddress);
    },
    { errorHandler: refuse },
  );
  const server = createServer(
    {
      maxHeaderSize: maxHeaderBytes,
      headersTimeout: headersTimeoutMs,
      requestTimeout: requestTimeoutMs,
      connectionsCheckingInterval: 2_000,
      keepAliveTimeout: 5_000,
    },
    (incoming, outgoing) => {
      // HTTP/1.0 knows no Host; a load balancer's plain check still speaks that.
      if (incoming.httpVersion === '1.0') incoming.headers.host ??= 'localhost';
      if (hasTwoHosts(incoming)) return void badRequest(outgoing, 'expected one Host header, came several');
      if (hasBody(incoming)) readBody(incoming, outgoing, () => void toFetch(incoming, outgoing));
      else void toFetch(incoming, outgoing);
    },
  );
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(listenError(options, error)));
    const { inherited, host, port } = options;
    server.listen(inherited === undefined ? { port, host } : { fd: inherited }, resolve);
  });
  let left: Promise<void> | undefined;
  return {
    url: serverUrl(server),
    leave() {
      if (options.inherited !== undefined) left ??= stopListening(server);
    },
    close: () => closeServer(server, (left ??= stopListening(server))),
  };
}

/** The path as it was sent; a target may also be a whole address (RFC 9112, section 3.2.2). */
function requestPath(incoming: IncomingMessage): string {
  const target = (incoming.url ?? '/').replace(/^https?:\/\/[^/?#]*/, '');
  return target.split('?', 1)[0] || '/';
}

/** What cannot be made a request: a Host header that is none, a target that is no address. */
function refuse(error: unknown): Response {
  const { message } = error as Error;
  return Response.json(
    { error: error instanceof RequestError ? `Bad request: ${message}` : 'Internal error' },
    { status: error instanceof RequestError ? 400 : 500 },
  );
}

/** Two mean that two programs may understand two things (RFC 9112, section 3.2); Node takes the first. */
function hasTwoHosts({ rawHeaders }: IncomingMessage): boolean {
  return rawHeaders.filter((text, index) => index % 2 === 0 && text.toLowerCase() === 'host').length > 1;
}

function badRequest(outgoing: ServerResponse, why: string): void {
  outgoing.writeHead(400, { 'content-type': 'application/json', connection: 'close' });
  outgoing.end(JSON.stringify({ error: `Bad request: ${why}` }));
}

function hasBody(incoming: IncomingMessage): boolean {
  return incoming.headers['transfer-encoding'] !== undefined || Number(incoming.headers['content-length'] ?? 0) > 0;
}

/** Reads a body as a whole, for whoever wants it; one that is too long ends the connection. */
function readBody(incoming: IncomingMessage & { rawBody?: Buffer }, outgoing: ServerResponse, next: () => void): void {
  const chunks: Buffer[] = [];
  let bytes = 0;
  const tooLarge = () => {
    incoming.removeAllListeners('data').removeAllListeners('end');
    outgoing.writeHead(413, { 'content-type': 'application/json', connection: 'close' });
    outgoing.end(JSON.stringify({ error: `Content too large: expected at most ${maxBodyBytes} bytes` }), () =>
      incoming.destroy(),
    );
  };
  if (Number(incoming.headers['content-length'] ?? 0) > maxBodyBytes) return tooLarge();
  incoming.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    chunks.push(chunk);
    if (bytes > maxBodyBytes) tooLarge();
  });
  incoming.on('end', () => {
    // Where @hono/node-server looks for a body that was read already.
    incoming.rawBody = Buffer.concat(chunks);
    next();
  });
  incoming.on('error', () => undefined);
}

function listenError(options: ListenOptions, error: NodeJS.ErrnoException): ListenError {
  const where = `${options.host}:${options.port}`;
  const hints: Record<string, string> = {
    EADDRINUSE: 'another process listens there: stop it, or choose another PORT',
    EADDRNOTAVAIL: 'this host has no such address: check HOST',
    EACCES: 'ports below 1024 need root: choose another PORT',
    ENOTFOUND: 'the name does not resolve: check HOST',
  };
  return new ListenError(`Cannot listen on ${where}: ${hints[error.code ?? ''] ?? error.message}`, {
    code: 'listen',
    cause: error,
  });
}

function serverUrl(server: Server): string {
  const { address, family, port } = server.address() as AddressInfo;
  return `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`;
}

/** Longest wait for answers that are still being sent, once no run is under way (ms). */
const closeGraceMs = 2_000;

/** Takes no new connection. @returns when the last one has ended */
function stopListening(server: Server): Promise<void> {
  return new Promise<void>((resolve) => void server.close(() => resolve()));
}

/** Waits for the connections of a closed port; one on which no one has asked anything yet does not hold it up. */
function closeServer(server: Server, left: Promise<void>): Promise<void> {
  const rest = setTimeout(() => server.closeAllConnections(), closeGraceMs);
  server.closeIdleConnections();
  return left.finally(() => clearTimeout(rest));
}
