/** The user's side of a lease on a running engine: a connection that keeps it alive. */

import { once } from 'node:events';
import { createConnection, type Socket } from 'node:net';
import { engineUri, leaseSocket, readEngineAddress, type EngineFiles } from './engine-files.ts';

export interface EngineLease {
  readonly pid: number;
  readonly uri: string;
  /** Resolves when the connection is gone: after `release`, or because the engine has ended. */
  readonly ended: Promise<void>;
  /** Gives the lease back; resolves when the engine knows, and, for its last user, when it has ended. */
  release(): Promise<void>;
}

/** What an engine says to a new user, and what it says it about. */
export interface EngineGreeting {
  readonly pid: number;
  readonly data: string;
}

/** How long a running engine may take to greet, ms. */
const greetingTimeout = 5000;
/** How long a closing engine may take, ms: a little more than it gives itself. */
const releaseTimeout = 12_000;

/**
 * Takes a lease on the engine whose address stands alongside the data.
 *
 * @returns undefined when none runs: no address, no one answers there, or someone who serves other data
 */
export async function takeLease(files: EngineFiles): Promise<EngineLease | undefined> {
  const address = readEngineAddress(files);
  if (!address) return undefined;
  const socket = createConnection({ path: leaseSocket(address.socketFolder), allowHalfOpen: true });
  const ended = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  // An engine ends its side only when it is done with this user.
  socket.on('error', () => undefined).on('end', () => socket.destroy());
  const greeting = await readGreeting(socket, ended);
  if (greeting?.data !== address.data) {
    socket.destroy();
    return undefined;
  }
  // Unreferenced: a lease must not keep its holder's process from ending.
  socket.resume().unref();
  return { pid: greeting.pid, uri: engineUri(address.socketFolder), ended, release: () => release(socket, ended) };
}

/** The first line that the engine says. One that is about to end says nothing. */
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
