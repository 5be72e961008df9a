import { once } from 'node:events';
import { createConnection, type Socket } from 'node:net';
import { engineUri, leaseSocket, readEngineAddress, type EngineFiles } from './engine-files.ts';

export interface EngineLease {
  readonly pid: number;
  readonly uri: string;
  /** Resolves after `release` or the engine's end. */
  readonly ended: Promise<void>;
  /** Resolves, for the last user, when the engine has ended. */
  release(): Promise<void>;
}

export interface EngineGreeting {
  readonly pid: number;
  readonly data: string;
}

/** ms for a running engine */
const greetingTimeout = 5000;
/** ms; longer than the engine's own limit. */
const releaseTimeout = 12_000;

/** @returns undefined: no address, no answer, or other data */
export async function takeLease(files: EngineFiles): Promise<EngineLease | undefined> {
  const address = readEngineAddress(files);
  if (!address) return undefined;
  const socket = createConnection({ path: leaseSocket(address.socketFolder), allowHalfOpen: true });
  const ended = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  // An engine ends its side when it is done with this user.
  socket.on('error', () => undefined).on('end', () => socket.destroy());
  const greeting = await readGreeting(socket, ended);
  if (greeting?.data !== address.data) {
    socket.destroy();
    return undefined;
  }
  // A lease must not keep its process alive.
  socket.resume().unref();
  return { pid: greeting.pid, uri: engineUri(address.socketFolder), ended, release: () => release(socket, ended) };
}

/** Missing if the engine is ending. */
async function readGreeting(socket: Socket, ended: Promise<void>): Promise<EngineGreeting | undefined> {
  let text = '';
  const greeted = new Promise<void>((resolve) => {
    socket.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
      if (text.includes('\n')) resolve();
    });
  });
  await Promise.race([greeted, ended, once(AbortSignal.timeout(greetingTimeout), 'abort')]);
  socket.removeAllListeners('data');
  try {
    return JSON.parse(text) as EngineGreeting;
  } catch {
    return undefined;
  }
}

async function release(socket: Socket, ended: Promise<void>): Promise<void> {
  socket.ref().end();
  await Promise.race([ended, once(AbortSignal.timeout(releaseTimeout), 'abort')]);
  socket.destroy();
}
