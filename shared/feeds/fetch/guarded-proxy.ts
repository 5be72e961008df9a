/** Chromium resolves names itself, so allowed addresses are enforced here. */

import { createServer, request, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { bareHost, checkedLookup, checkHost, type Reach } from '../../platform/checked-address.ts';

export interface GuardedProxy {
  /** `http://127.0.0.1:<port>` */
  readonly url: string;
  close(): Promise<void>;
}

export async function startGuardedProxy(reach: Reach): Promise<GuardedProxy> {
  const lookup = checkedLookup(reach);
  const sockets = new Set<Duplex>();
  const server: Server = createServer((incoming, outgoing) => forward(incoming, outgoing, reach));
  server.on('connection', (socket) => keep(socket));
  server.on('connect', (incoming: IncomingMessage, client: Duplex, head: Buffer) => {
    const target = URL.canParse(`http://${incoming.url}`) ? new URL(`http://${incoming.url}`) : undefined;
    if (!target || !isAllowed(target.hostname, reach)) return void client.end('HTTP/1.1 403 Forbidden\r\n\r\n');
    const upstream: Socket = connect(
      { host: bareHost(target.hostname), port: Number(target.port || 443), lookup },
      () => {
        client.write('HTTP/1.1 200 Connection Established\r\n\r\n');
        if (head.length > 0) upstream.write(head);
        upstream.pipe(client).pipe(upstream);
      },
    );
    keep(upstream);
    upstream.on('error', () => client.destroy());
    client.on('error', () => upstream.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));

  function keep(socket: Duplex): void {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  }

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

function forward(incoming: IncomingMessage, outgoing: ServerResponse, reach: Reach): void {
  const target = URL.canParse(incoming.url ?? '') ? new URL(incoming.url as string) : undefined;
  if (target?.protocol !== 'http:' || !isAllowed(target.hostname, reach)) return void outgoing.writeHead(403).end();
  const { 'proxy-connection': _, ...headers } = incoming.headers;
  const options = { method: incoming.method ?? 'GET', headers, agent: false as const, lookup: checkedLookup(reach) };
  const upstream = request(target, options, (answer) => {
    outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(outgoing);
  });
  upstream.on('error', () => (outgoing.headersSent ? outgoing.destroy() : void outgoing.writeHead(502).end()));
  incoming.pipe(upstream);
}

function isAllowed(hostname: string, reach: Reach): boolean {
  try {
    checkHost(hostname, reach);
    return true;
  } catch {
    return false;
  }
}
