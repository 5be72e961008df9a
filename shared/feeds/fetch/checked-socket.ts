/** Connections of clients other than HTTP's: to public addresses only, as everywhere. */

import { connect, type Socket } from 'node:net';
import { publicLookup, checkHost, type Lookup } from './public-address.ts';

export interface SocketOptions {
  readonly host: string;
  readonly port: number;
  readonly timeoutMs: number;
  readonly allowPrivate?: boolean | undefined;
  readonly lookup?: Lookup | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Connects to a host whose every address is public; the socket goes to the address that was checked.
 *
 * @throws {PrivateAddressError}; what the socket says
 */
export async function checkedSocket(options: SocketOptions): Promise<Socket> {
  const { host, port, timeoutMs, allowPrivate = false, lookup, signal } = options;
  const name = host.replace(/^\[|\]$/g, '');
  if (!allowPrivate) checkHost(name);
  const socket = connect({
    host: name,
    port,
    ...(allowPrivate ? {} : { lookup: publicLookup(lookup) }),
    noDelay: true,
  });
  const timer = setTimeout(
    () => socket.destroy(Object.assign(new Error('the server did not answer in time'), { code: 'ETIMEDOUT' })),
    timeoutMs,
  );
  const abort = () => socket.destroy(signal?.reason as Error);
  signal?.addEventListener('abort', abort, { once: true });
  try {
    await new Promise<void>((done, fail) => socket.once('connect', done).once('error', fail));
    return socket;
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', abort);
  }
}
