/** Chromium resolves names itself, so allowed addresses are enforced here. */

import { createServer, request, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { connect, type AddressInfo, type LookupFunction, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { bareHost, checkedLookup, checkHost, PrivateAddressError, type Reach } from '../../platform/checked-address.ts';

export interface GuardedProxy {
  /** `http://127.0.0.1:<port>` */
  readonly url: string;
  /** Why a host was refused, if it was. */
  refusal(hostname: string): PrivateAddressError | undefined;
  close(): Promise<void>;
}

export async function startGuardedProxy(reach: Reach): Promise<GuardedProxy> {
  const refusals = new Map<string, PrivateAddressError>();
  const guard: Guard = {
    lookup: checkedLookup(reach),
    allows: (hostname) => {
      try {
        checkHost(hostname, reach);
        return true;
      } catch (error) {
        guard.note(hostname, error);
        return false;
      }
    },
    note: (hostname, error) => {
      if (error instanceof PrivateAddressError) refusals.set(hostname, error);
    },
  };
  const sockets = new Set<Duplex>();
  const server: Server = createServer((incoming, outgoing) => forward(incoming, outgoing, guard));
  server.on('connection', (socket) => keep(socket));
  server.on('connect', (incoming: IncomingMessage, client: Duplex, head: Buffer) => {
    // With `https:`, a port of 443 is left out, and only that.
    const target = URL.canParse(`https://${incoming.url}`) ? new URL(`https://${incoming.url}`) : undefined;
    if (!target || !guard.allows(target.hostname)) return void client.end('HTTP/1.1 403 Forbidden\r\n\r\n');
    const upstream: Socket = connect(
      { host: bareHost(target.hostname), port: Number(target.port || 443), lookup: guard.lookup },
      () => {
        client.write('HTTP/1.1 200 Connection Established\r\n\r\n');
        if (head.length > 0) upstream.write(head);
        upstream.pipe(client).pipe(upstream);
      },
    );
    keep(upstream);
    upstream.on('error', (error) => {
      guard.note(target.hostname, error);
      client.destroy();
    });
    client.on('error', () => upstream.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));

  function keep(socket: Duplex): void {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  }

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    refusal: (hostname) => refusals.get(hostname),
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

interface Guard {
  readonly lookup: LookupFunction;
  allows(hostname: string): boolean;
  note(hostname: string, error: unknown): void;
}

function forward(incoming: IncomingMessage, outgoing: ServerResponse, guard: Guard): void {
  const target = URL.canParse(incoming.url ?? '') ? new URL(incoming.url as string) : undefined;
  if (target?.protocol !== 'http:' || !guard.allows(target.hostname)) return void outgoing.writeHead(403).end();
  const { 'proxy-connection': _, ...headers } = incoming.headers;
  const options = { method: incoming.method ?? 'GET', headers, agent: false as const, lookup: guard.lookup };
  const upstream = request(target, options, (answer) => {
    outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(outgoing);
  });
  upstream.on('error', (error) => {
    guard.note(target.hostname, error);
    if (outgoing.headersSent) outgoing.destroy();
    else outgoing.writeHead(502).end();
  });
  incoming.pipe(upstream);
}
