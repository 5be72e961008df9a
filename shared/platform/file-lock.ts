/**
 * A lock that is a file, for the processes of one host. `lockfile` creates and removes it; this file adds what it
 * leaves out: an owner inside, liveness of that owner, a take-over that exactly one of many contenders wins, and a
 * heartbeat that notices a lost lock.
 */

import { constants } from 'node:fs';
import { chmod, link, lstat, mkdir, rename, unlink, utimes, writeFile } from 'node:fs/promises';
import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { dirname } from 'node:path';
import { promisify } from 'node:util';
import lockfile from 'lockfile';
import { delay, type Clock } from './clock.ts';
import {
  ignoreMissing,
  inspect,
  isDead,
  LockError,
  readOwnerSync,
  regularFile,
  type FoundLock,
  type LockHolder,
} from './lock-holder.ts';
import { lockStaleMs } from './lock-liveness.ts';
import { ownPidSpace, processStartTicks } from './process-identity.ts';

/** How often the holder touches its lock (ms). */
export const lockHeartbeatMs = 10_000;
/** A take-over takes milliseconds: one that is older was killed in the middle (ms). */
const takeOverStaleMs = 5_000;

/** How long a lock may be there without its owner's name, ms; what has none by then was left by something else. */
const maxWritingMs = 1_000;
const writingPauseMs = 10;
/** A lock that is released at every look is taken by somebody else each time. */
const maxAttempts = 3;

/** A lock that is held. */
export interface HeldLock {
  /** Grows with every owner where the lock can count them; for checks at the database. */
  readonly fencingToken?: number;
  /** Marks the lock as alive; `false` when somebody else has it now. */
  renew(): Promise<boolean>;
  /** Whether the lock is still ours. */
  isHeld(): Promise<boolean>;
  /** Names the process that does the work: as long as it lives, nobody of this host takes the lock over. */
  nameRun?(pid: number): Promise<void>;
  release(): Promise<void>;
}

export type LockResult = { readonly acquired: HeldLock } | { readonly heldBy: LockHolder };

const lock = promisify(lockfile.lock) as (path: string, options: lockfile.Options) => Promise<void>;
const unlock = promisify(lockfile.unlock) as (path: string) => Promise<void>;

/** Owners of the locks that this process has taken, by path. */
const owners = new Map<string, string>();

// When the process ends, lockfile removes every file it has created, also a lock that somebody else has taken over
// since.
const unlockSync = lockfile.unlockSync;
lockfile.unlockSync = (path) => {
  if (!owners.has(path) || readOwnerSync(path) === owners.get(path)) unlockSync(path);
};

/**
 * Takes the lock at `path`, or says who has it.
 *
 * @throws {LockError} when the path is a symlink, a directory, unreadable, or cannot be written
 */
export async function acquireFileLock(path: string, clock: Clock): Promise<LockResult> {
  try {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    const own: LockHolder = {
      owner: randomUUID(),
      pid: process.pid,
      host: hostname(),
      since: clock.now().toISOString(),
      ...(await ownPidSpace()),
      ...withStartTicks(await processStartTicks(process.pid)),
    };
    for (let attempt = 1; attempt <= maxAttempts; attempt += 1) {
      if (await create(path, own)) return { acquired: heldLock(path, own, clock) };
      const found = await inspectWritten(path);
      if (found && !(await isDead(found, clock))) return { heldBy: found.holder };
      if (await takeOver(path, own, clock)) return { acquired: heldLock(path, own, clock) };
      const winner = await inspectWritten(path);
      if (winner) return { heldBy: winner.holder };
      // Released between two looks: whoever comes now may have it.
    }
    return { heldBy: {} };
  } catch (error) {
    if (error instanceof LockError) throw error;
    throw new LockError(`The lock file ${path} cannot be used: ${(error as Error).message}`, error);
  }
}

function withStartTicks(startTicks: string | undefined): { startTicks?: string } {
  return startTicks === undefined ? {} : { startTicks };
}

/** Creates the file with its owner inside; `false` when there is one already. */
async function create(path: string, own: LockHolder): Promise<boolean> {
  try {
    await lock(path, {});
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
  owners.set(path, own.owner as string);
  try {
    await chmod(path, 0o600);
    await write(path, own);
  } catch (error) {
    await unlock(path);
    throw error;
  }
  return (await inspect(path))?.holder.owner === own.owner;
}

/** Writes into the file that is there: one that is gone is not made again. */
async function write(path: string, holder: LockHolder): Promise<void> {
  const flag = constants.O_WRONLY | constants.O_TRUNC | constants.O_NOFOLLOW;
  await writeFile(path, JSON.stringify(holder), { flag });
}

/**
 * A lock is created first and written then: a contender in between waits for the name of the owner, a moment at most.
 */
async function inspectWritten(path: string): Promise<FoundLock | undefined> {
  for (let waited = 0; ; waited += writingPauseMs) {
    const found = await inspect(path);
    if (found === undefined || found.holder.owner !== undefined || waited >= maxWritingMs) return found;
    await delay(writingPauseMs);
  }
}

/** Removes a dead owner's lock and takes it; one contender at a time, each looking again once it is its turn. */
async function takeOver(path: string, own: LockHolder, clock: Clock): Promise<boolean> {
  const turn = `${path}.takeover`;
  const status = await regularFile(turn);
  // Killed in the middle, and the clock was set back since.
  if (status && status.ctimeMs > Date.now() + takeOverStaleMs) await unlink(turn).catch(ignoreMissing);
  try {
    await lock(turn, { stale: takeOverStaleMs });
  } catch (error) {
    if (['EEXIST', 'ENOENT'].includes((error as NodeJS.ErrnoException).code ?? '')) return false;
    throw error;
  }
  try {
    const found = await inspect(path);
    if (found) {
      if (!(await isDead(found, clock))) return false;
      if (!(await removeDead(path, own, found))) return false;
    }
    return await create(path, own);
  } finally {
    await unlock(turn);
  }
}

/** Moves the dead lock aside first: should it turn out to be another one by then, it is put back. */
async function removeDead(path: string, own: LockHolder, dead: FoundLock): Promise<boolean> {
  const aside = `${path}.${own.owner}`;
  await rename(path, aside).catch(ignoreMissing);
  const moved = await inspect(aside);
  const same = !moved || moved.holder.owner === dead.holder.owner;
  if (!same) await link(aside, path).catch(() => undefined);
  await unlink(aside).catch(ignoreMissing);
  return same;
}

function heldLock(path: string, own: LockHolder, clock: Clock): HeldLock {
  const isHeld = async () => (await inspect(path).catch(() => undefined))?.holder.owner === own.owner;
  let renewedAt = performance.now();
  let written = own;
  return {
    isHeld,
    async renew() {
      if (await isHeld()) {
        const now = clock.now();
        await utimes(path, now, now).catch(ignoreMissing);
        renewedAt = performance.now();
        return true;
      }
      // Gone, and this process was suspended: another one may have taken the lock over and ended since.
      if (performance.now() - renewedAt > lockStaleMs) return false;
      // Removed by hand: ours again unless somebody was quicker.
      return (await lstat(path).catch(ignoreMissing)) ? false : create(path, written).catch(() => false);
    },
    async nameRun(pid) {
      written = { ...own, run: { pid, ...withStartTicks(await processStartTicks(pid)) } };
      if (await isHeld()) await write(path, written).catch(ignoreMissing);
    },
    async release() {
      if (await isHeld()) await unlock(path);
    },
  };
}
