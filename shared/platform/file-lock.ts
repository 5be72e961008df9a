import { constants } from 'node:fs';
import { chmod, link, lstat, rename, unlink, utimes, writeFile } from 'node:fs/promises';
import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { dirname } from 'node:path';
import { promisify } from 'node:util';
import lockfile from 'lockfile';
import { delay, type Clock } from './clock.ts';
import { EstioError } from './errors.ts';
import {
  ignoreMissing,
  inspect,
  isDead,
  isElsewhere,
  LockError,
  readOwnerSync,
  regularFile,
  type FoundLock,
  type LockHolder,
} from './lock-holder.ts';
import { lockStaleMs } from './lock-liveness.ts';
import { folderProblem, makeFolder } from './make-folder.ts';
import { ownPidSpace, processStartTicks } from './process-identity.ts';

const folderSetting = 'CRON_LOCK_DIR';

/** ms */
export const lockHeartbeatMs = 10_000;
const lookAgainMs = lockHeartbeatMs + 2_000;
/** ms; an older take-over was killed. */
const takeOverStaleMs = 5_000;

/** ms; a lock without an owner beyond this is foreign. */
const maxWritingMs = 1_000;
const writingPauseMs = 10;
/** Then others take it each time. */
const maxAttempts = 3;

export interface HeldLock {
  /** Heartbeat; `false` when the lock is lost. */
  renew(): Promise<boolean>;
  isHeld(): Promise<boolean>;
  /** While this process lives, no one on this host takes over. */
  nameRun?(pid: number): Promise<void>;
  release(): Promise<void>;
}

export type LockResult = { readonly acquired: HeldLock } | { readonly heldBy: LockHolder };

const lock = promisify(lockfile.lock) as (path: string, options: lockfile.Options) => Promise<void>;
const unlock = promisify(lockfile.unlock) as (path: string) => Promise<void>;

const owners = new Map<string, string>();

// At exit, lockfile would also remove a lock that another owner took over.
const unlockSync = lockfile.unlockSync;
lockfile.unlockSync = (path) => {
  if (!owners.has(path) || readOwnerSync(path) === owners.get(path)) unlockSync(path);
};

/** @throws {LockError} not a writable regular file */
export async function acquireFileLock(path: string, clock: Clock): Promise<LockResult> {
  try {
    await makeFolder(dirname(path), { setting: folderSetting, mode: 0o700 });
    const own: LockHolder = {
      owner: randomUUID(),
      pid: process.pid,
      host: hostname(),
      since: clock.now().toISOString(),
      ...(await ownPidSpace()),
      ...withStartTicks(await processStartTicks(process.pid)),
    };
    // Its own, if another contender moved it aside, and back, while it was written.
    const answer = ({ holder }: FoundLock): LockResult =>
      holder.owner === own.owner ? { acquired: heldLock(path, own, clock) } : { heldBy: holder };
    for (let attempt = 1; attempt <= maxAttempts; attempt += 1) {
      if (await create(path, own)) return { acquired: heldLock(path, own, clock) };
      const found = await inspectWritten(path);
      if (found && (!(await isDead(found, clock)) || (await isTouchedAgain(found, clock)))) return answer(found);
      if (await takeOver(path, own, clock)) return { acquired: heldLock(path, own, clock) };
      const winner = await inspectWritten(path);
      if (winner) return answer(winner);
      // Released between two looks.
    }
    return { heldBy: {} };
  } catch (error) {
    if (error instanceof LockError) throw error;
    if (error instanceof EstioError) throw new LockError(error.message, error);
    throw new LockError(
      `The lock file ${path} cannot be used: ${folderProblem(error)}. Choose another folder (${folderSetting})`,
      error,
    );
  }
}

function withStartTicks(startTicks: string | undefined): { startTicks?: string } {
  return startTicks === undefined ? {} : { startTicks };
}

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
    // Another contender moved it aside.
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    await unlock(path);
    throw error;
  }
  return (await inspect(path))?.holder.owner === own.owner;
}

async function write(path: string, holder: LockHolder): Promise<void> {
  const flag = constants.O_WRONLY | constants.O_TRUNC | constants.O_NOFOLLOW;
  await writeFile(path, JSON.stringify(holder), { flag });
}

/** Waits a moment for the owner, which is written after creation. */
async function inspectWritten(path: string): Promise<FoundLock | undefined> {
  for (let waited = 0; ; waited += writingPauseMs) {
    const found = await inspect(path);
    if (found === undefined || found.holder.owner !== undefined || waited >= maxWritingMs) return found;
    await delay(writingPauseMs);
  }
}

/** Every lock looks old to a clock that was set forward, or is ahead of the other host's. */
async function isTouchedAgain(found: FoundLock, clock: Clock): Promise<boolean> {
  if (!(await isElsewhere(found))) return false;
  await clock.wait(lookAgainMs);
  const again = await inspect(found.path);
  return again !== undefined && again.touchedAt !== found.touchedAt;
}

/** One contender removes a dead lock, after another look. */
async function takeOver(path: string, own: LockHolder, clock: Clock): Promise<boolean> {
  const turn = `${path}.takeover`;
  const status = await regularFile(turn);
  // A killed take-over, before the clock was set back.
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

/** Moved aside, and put back if it changed; who has not written its owner yet notices, and tries again. */
async function removeDead(path: string, own: LockHolder, dead: FoundLock): Promise<boolean> {
  const aside = `${path}.${own.owner}`;
  await rename(path, aside).catch(ignoreMissing);
  const moved = await inspect(aside);
  const same = moved?.holder.owner === undefined || moved.holder.owner === dead.holder.owner;
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
      // This process was suspended: the lock may have had another owner.
      if (performance.now() - renewedAt > lockStaleMs) return false;
      // Removed by hand: ours again unless another was quicker.
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
