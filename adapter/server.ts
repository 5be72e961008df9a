/** Converts between node:http and Fetch once. */

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getRequestListener, RequestError } from '@hono/node-server';
import { EstioError } from '../shared/platform/errors.ts';

/** More is 431. */
const maxHeaderBytes = 16_384;
/** Only forms have bodies; more is 413. */
const maxBodyBytes = 65_536;
/** ms; slower is 408. */
const headersTimeoutMs = 10_000;
const requestTimeoutMs = 20_000;

export interface ListenOptions {
  readonly host: string;
  readonly port: number;
  /** File descriptor that replaces host and port. */
  readonly inherited?: number | undefined;
  readonly handle: (request: Request, path: string, peer: string | undefined) => Promise<Response>;
}

export interface HttpServer {
  /** http://127.0.0.1:8787 */
  readonly url: string;
  /**
   * Leaves new connections of an inherited socket to the next process. Its own port still answers, because otherwise
   * they would be refused.
   */
  leave(): void;
  /** Refuses new connections; fulfilled after the last answer. */
  close(): Promise<void>;
}

class ListenError extends EstioError {
  override name = 'ListenError';
}

/** @throws {ListenError} port taken, address not here, port below 1024 without the right */
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
      // HTTP/1.0 has no Host; some load balancers still check with it.
      if (incoming.httpVersion === '1.0') incoming.headers.host ??= 'localhost';
      if (hasTwoHosts(incoming)) return void badRequest(outgoing, 'expected one Host header, got several');
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

/** A target may be a whole address (RFC 9112 3.2.2). */
function requestPath(incoming: IncomingMessage): string {
  const target = (incoming.url ?? '/').replace(/^https?:\/\/[^/?#]*/, '');
  return target.split('?', 1)[0] || '/';
}

function refuse(error: unknown): Response {
  const { message } = error as Error;
  return Response.json(
    { error: error instanceof RequestError ? `Bad request: ${message}` : 'Internal error' },
    { status: error instanceof RequestError ? 400 : 500 },
  );
}

/** Two programs might choose different ones (RFC 9112 3.2); Node takes the first. */
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
    // @hono/node-server looks here for a body.
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

/** ms for the last answers, when no run is active. */
const closeGraceMs = 2_000;

function stopListening(server: Server): Promise<void> {
  return new Promise<void>((resolve) => void server.close(() => resolve()));
}

/** Waits for active connections only. */
function closeServer(server: Server, left: Promise<void>): Promise<void> {
  const rest = setTimeout(() => server.closeAllConnections(), closeGraceMs);
  server.closeIdleConnections();
  return left.finally(() => clearTimeout(rest));
}
