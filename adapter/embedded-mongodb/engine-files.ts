/**
 * Where an embedded engine keeps its things. Alongside each other in `<dataDir>/mongodb`:
 * `data/` (the database), `engine.json` (its address while it runs), `engine.log`, and its two sockets.
 */

import { createHash } from 'node:crypto';
import {
  lstatSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

/** What `engine.json` says: who runs and how to reach it. Only a connection proves that it is still true. */
export interface EngineAddress {
  readonly pid: number;
  /** The data that it serves: a copied folder brings the address of another engine along. */
  readonly data: string;
  /** Folder of both sockets. */
  readonly socketFolder: string;
}

export interface EngineFiles {
  readonly home: string;
  readonly data: string;
  readonly address: string;
  readonly log: string;
  readonly socketFolder: string;
}

/**
 * The longest folder that has room for `embedded-mongodb-XXXXXX/mongodb.sock`: the address of a Unix socket takes 103
 * bytes on every system (108 on Linux, 104 on macOS, each with a closing zero).
 */
const maxSocketFolder = 103 - '/embedded-mongodb-XXXXXX/mongodb.sock'.length;

/** The files of the engine of a data directory. Pure. */
export function engineFiles(dataDir: string, temporaryFolder = tmpdir()): EngineFiles {
  const home = resolve(dataDir, 'mongodb');
  return {
    home,
    data: join(home, 'data'),
    address: join(home, 'engine.json'),
    log: join(home, 'engine.log'),
    socketFolder: chooseSocketFolder(home, temporaryFolder),
  };
}

/**
 * Alongside the data when the path is short enough for a socket; else a short folder of its own that follows from the
 * path.
 */
function chooseSocketFolder(home: string, temporaryFolder: string): string {
  const name = `estio-cron-${createHash('sha256').update(home).digest('hex').slice(0, 12)}`;
  const candidates = [home, join(temporaryFolder, name), join('/tmp', name)];
  return candidates.find((folder) => Buffer.byteLength(folder) <= maxSocketFolder)!;
}

/** The socket for database drivers. */
export function databaseSocket(socketFolder: string): string {
  return join(socketFolder, 'mongodb.sock');
}

/** The socket of the leases: who holds a connection to it keeps the engine alive. */
export function leaseSocket(socketFolder: string): string {
  return join(socketFolder, 'lease.sock');
}

/**
 * What a driver needs. `journal`: a write is acknowledged once it is in the journal, so that a killed engine has lost
 * nothing that it acknowledged.
 */
export function engineUri(socketFolder: string): string {
  return `mongodb://${encodeURIComponent(databaseSocket(socketFolder))}/?directConnection=true&journal=true`;
}

/** Makes the folders, readable by their owner only. */
export function makeEngineFolders(files: EngineFiles): void {
  mkdirSync(files.data, { recursive: true, mode: 0o700 });
  mkdirSync(files.socketFolder, { recursive: true, mode: 0o700 });
  const { uid } = lstatSync(files.socketFolder);
  // The name of a folder in /tmp can be foreseen: someone else's may stand there.
  if (files.socketFolder !== files.home && uid !== process.getuid?.())
    throw new Error(`${files.socketFolder} belongs to another user`);
}

/**
 * The address next to the data; undefined if missing, unreadable, or of other data.
 */
export function readEngineAddress(files: EngineFiles): EngineAddress | undefined {
  try {
    const written: unknown = JSON.parse(readFileSync(files.address, 'utf8'));
    return isEngineAddress(written) && written.data === realpathSync(files.data) ? written : undefined;
  } catch {
    return undefined;
  }
}

/** The address of this process as the engine of these files. */
export function ownEngineAddress(files: EngineFiles): EngineAddress {
  return { pid: process.pid, data: realpathSync(files.data), socketFolder: files.socketFolder };
}

/** Replaces the address file in one step: a reader sees the old one or the new one. */
export function writeEngineAddress(files: EngineFiles, address: EngineAddress): void {
  const unfinished = `${files.address}.unfinished`;
  writeFileSync(unfinished, `${JSON.stringify(address, undefined, 2)}\n`, { mode: 0o600 });
  renameSync(unfinished, files.address);
}

/** Removes what a running engine has alongside its data. Only for the one who holds the data directory. */
export function removeEngineAddress(files: EngineFiles): void {
  const address = readEngineAddress(files);
  rmSync(files.address, { force: true });
  if (!address) return;
  rmSync(leaseSocket(address.socketFolder), { force: true });
  rmSync(databaseSocket(address.socketFolder), { force: true });
  if (address.socketFolder !== files.home) removeEmptyFolder(address.socketFolder);
}

function removeEmptyFolder(folder: string): void {
  try {
    rmdirSync(folder);
  } catch {
    // Not there any more, or someone else's things are in it: both are fine.
  }
}

function isEngineAddress(written: unknown): written is EngineAddress {
  const address = written as Partial<EngineAddress> | null;
  return (
    typeof address === 'object' &&
    address !== null &&
    Number.isInteger(address.pid) &&
    typeof address.data === 'string' &&
    typeof address.socketFolder === 'string'
  );
}
