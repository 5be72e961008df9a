/** What a lock file says: who holds it, and whether that owner still lives. */

import { constants, readFileSync, type Stats } from 'node:fs';
import { lstat, open } from 'node:fs/promises';
import { hostname } from 'node:os';
import type { Clock } from './clock.ts';
import { EstioError } from './errors.ts';
import { isSameProcessAlive } from './process-identity.ts';

/** Untouched for this long, a lock's owner is dead (ms). */
export const lockStaleMs = 60_000;
/** A holder has some 200 bytes; what is longer was not written by us. */
const maxHolder = 4096;

/** Who holds a lock, as far as it can be told. */
export interface LockHolder {
  readonly owner?: string;
  readonly pid?: number;
  readonly host?: string;
  /** ISO 8601 */
  readonly since?: string;
  /** Start of the process in clock ticks since boot: tells a pid that was given again (proc(5), field 22). */
  readonly startTicks?: string;
}

/** The lock can neither be taken nor read: somebody has to look. */
export class LockError extends EstioError {
  override name = 'LockError';

  constructor(message: string, cause?: unknown) {
    super(message, { code: 'lock-unusable', cause });
  }
}

/** A lock as it was found. */
export interface FoundLock {
  readonly path: string;
  readonly holder: LockHolder;
  readonly touchedAt: number;
}

/** Reads a lock without following links; `undefined` when there is none. */
export async function inspect(path: string): Promise<FoundLock | undefined> {
  const status = await regularFile(path);
  const handle = status && (await open(path, constants.O_RDONLY | constants.O_NOFOLLOW).catch(ignoreMissing));
  if (!handle) return undefined;
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(maxHolder), 0, maxHolder, 0);
    return { path, holder: parseHolder(buffer.toString('utf8', 0, bytesRead)), touchedAt: status.mtimeMs };
  } finally {
    await handle.close();
  }
}

/**
 * The status of a regular file; `undefined` when there is none.
 *
 * @throws {LockError} something else is there
 */
export async function regularFile(path: string): Promise<Stats | undefined> {
  const status = await lstat(path).catch(ignoreMissing);
  if (!status || status.isFile()) return status;
  const kind = status.isSymbolicLink() ? 'a symbolic link' : status.isDirectory() ? 'a directory' : 'no regular file';
  throw new LockError(`The lock file ${path} is ${kind}: expected a regular file of our own; look at it and remove it`);
}

/** A file without a readable owner (just being written, or left by something else) is a lock by its age alone. */
function parseHolder(content: string): LockHolder {
  try {
    const parsed: unknown = JSON.parse(content);
    return typeof parsed === 'object' && parsed !== null ? (parsed as LockHolder) : {};
  } catch {
    return {};
  }
}

/**
 * Whether the owner of a lock is dead: its process is gone from this host, or it has not touched its lock for too long.
 */
export async function isDead(found: FoundLock, clock: Clock): Promise<boolean> {
  const { pid, host, startTicks } = found.holder;
  const local = host === hostname() && typeof pid === 'number' && pid > 0;
  const alive = local && (await isSameProcessAlive(pid, startTicks));
  if (local && !alive) return true;
  const now = clock.now().getTime();
  const age = now - found.touchedAt;
  if (age >= -lockStaleMs) return age > lockStaleMs;
  // A time in the future means that the clock was set back, ours or that of another host.
  if (host !== undefined && !local) return untouchedFor(found, now) > lockStaleMs;
  // A live owner has not touched its lock since then.
  return !alive;
}

/** Locks with a time that says nothing about their age, and since when we see them untouched. */
const watched = new Map<string, { readonly touchedAt: number; readonly since: number }>();

/** For how long this process has seen a lock untouched, by its own clock (ms). */
function untouchedFor({ path, touchedAt }: FoundLock, now: number): number {
  const seen = watched.get(path);
  if (seen?.touchedAt === touchedAt && seen.since <= now) return now - seen.since;
  watched.set(path, { touchedAt, since: now });
  return 0;
}

/** The owner's name in a lock; `undefined` without one. */
export function readOwnerSync(path: string): string | undefined {
  try {
    return parseHolder(readFileSync(path, 'utf8')).owner;
  } catch {
    return undefined;
  }
}

/** Reads the holder of a lock for a status page: never throws. */
export async function readLockHolder(path: string): Promise<(LockHolder & { touchedAt: Date }) | undefined> {
  const found = await inspect(path).catch(() => undefined);
  return found && { ...found.holder, touchedAt: new Date(found.touchedAt) };
}

/** For what may be gone by now. */
export function ignoreMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error;
  return undefined;
}
