import { connect, type Socket } from 'node:net';
import { bareHost, checkedLookup, checkHost, type Reach } from '../../platform/checked-address.ts';

export interface SocketOptions extends Reach {
  readonly host: string;
  readonly port: number;
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
}

/** @throws {PrivateAddressError}; socket errors */
export async function checkedSocket(options: SocketOptions): Promise<Socket> {
  const { port, timeoutMs, signal } = options;
  const host = bareHost(options.host);
  checkHost(host, options);
  const socket = connect({ host, port, lookup: checkedLookup(options), noDelay: true });
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
