import { createHash } from 'node:crypto';
import { lstatSync, readFileSync, realpathSync, renameSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { makeFolder } from '../../shared/platform/make-folder.ts';

/** Only a connection proves that it is current. */
export interface EngineAddress {
  readonly pid: number;
  /** A copied folder contains another engine's address. */
  readonly data: string;
  readonly socketFolder: string;
}

export interface EngineFiles {
  readonly home: string;
  readonly data: string;
  readonly address: string;
  readonly log: string;
  readonly socketFolder: string;
}

/** A Unix socket's address has at most 103 bytes on every system (108 on Linux, 104 on macOS, with a closing zero). */
const maxSocketFolder = 103 - '/embedded-mongodb-XXXXXX/mongodb.sock'.length;

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

/** Next to the data, or a short folder derived from the path. */
function chooseSocketFolder(home: string, temporaryFolder: string): string {
  const name = `estio-cron-${createHash('sha256').update(home).digest('hex').slice(0, 12)}`;
  const candidates = [home, join(temporaryFolder, name), join('/tmp', name)];
  return candidates.find((folder) => Buffer.byteLength(folder) <= maxSocketFolder)!;
}

export function databaseSocket(socketFolder: string): string {
  return join(socketFolder, 'mongodb.sock');
}

/** A connection to it keeps the engine alive. */
export function leaseSocket(socketFolder: string): string {
  return join(socketFolder, 'lease.sock');
}

/** The driver's address. `journal`: a killed engine loses no acknowledged write. */
export function engineUri(socketFolder: string): string {
  return `mongodb://${encodeURIComponent(databaseSocket(socketFolder))}/?directConnection=true&journal=true`;
}

/** For the owner only. */
export async function makeEngineFolders(files: EngineFiles): Promise<void> {
  await makeFolder(files.data, { setting: 'DATA_DIR', mode: 0o700 });
  await makeFolder(files.socketFolder, { setting: 'TMPDIR', mode: 0o700 });
  const { uid } = lstatSync(files.socketFolder);
  // The name in /tmp is predictable: it may be another user's.
  if (files.socketFolder !== files.home && uid !== process.getuid?.())
    throw new Error(`${files.socketFolder} belongs to another user`);
}

export function readEngineAddress(files: EngineFiles): EngineAddress | undefined {
  try {
    const written: unknown = JSON.parse(readFileSync(files.address, 'utf8'));
    return isEngineAddress(written) && written.data === realpathSync(files.data) ? written : undefined;
  } catch {
    return undefined;
  }
}

export function ownEngineAddress(files: EngineFiles): EngineAddress {
  return { pid: process.pid, data: realpathSync(files.data), socketFolder: files.socketFolder };
}

/** Atomically. */
export function writeEngineAddress(files: EngineFiles, address: EngineAddress): void {
  const unfinished = `${files.address}.unfinished`;
  writeFileSync(unfinished, `${JSON.stringify(address, undefined, 2)}\n`, { mode: 0o600 });
  renameSync(unfinished, files.address);
}

/** Except data. Only for the holder of the data directory. */
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
    // Missing, or not empty.
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
