import { constants, readFileSync, type Stats } from 'node:fs';
import { lstat, open } from 'node:fs/promises';
import { hostname } from 'node:os';
import type { Clock } from './clock.ts';
import { EstioError } from './errors.ts';
import { isLockDead, lockPlace, lockStaleMs, type LockPlace } from './lock-liveness.ts';
import { isSameProcessAlive, ownPidSpace, type PidSpace } from './process-identity.ts';

const maxHolder = 4096;

interface NamedProcess {
  readonly pid: number;
  readonly startTicks?: string;
}

export interface LockHolder extends Partial<NamedProcess>, PidSpace {
  readonly owner?: string;
  readonly host?: string;
  /** ISO 8601 */
  readonly since?: string;
  /** The process that does the work. */
  readonly run?: NamedProcess;
}

/** A person must look. */
export class LockError extends EstioError {
  override name = 'LockError';

  constructor(message: string, cause?: unknown) {
    super(message, { code: 'lock-unusable', cause });
  }
}

export interface FoundLock {
  readonly path: string;
  readonly holder: LockHolder;
  readonly touchedAt: number;
}

/** Does not follow links. */
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

/** @throws {LockError} not ours or not regular, with the remedy */
export async function regularFile(path: string): Promise<Stats | undefined> {
  const status = await lstat(path).catch(ignoreMissing);
  if (!status) return undefined;
  const kind = kindOf(status);
  if (kind === undefined) return status;
  throw new LockError(
    `The lock file ${path} is ${kind}: expected a regular file of this user. Check it, then remove ` +
      `it with "sudo rm -r -- '${path}'"`,
  );
}

/** Root may use everyone's. */
function kindOf(status: Stats): string | undefined {
  if (status.isSymbolicLink()) return 'a symbolic link';
  if (status.isDirectory()) return 'a directory';
  if (!status.isFile()) return 'not a regular file';
  const own = process.getuid?.();
  if (own === undefined || own === 0 || own === status.uid) return undefined;
  return `owned by another user (uid ${status.uid}, this process is uid ${own})`;
}

/** Anyone may have written it: unexpected values are dropped. */
function parseHolder(content: string): LockHolder {
  try {
    const { owner, host, since, boot, pids, run, ...process } = JSON.parse(content) as Record<string, unknown>;
    return defined({
      ...parseProcess(process),
      owner: text(owner),
      host: text(host),
      since: Number.isNaN(Date.parse(String(since))) ? undefined : text(since),
      boot: text(boot),
      pids: text(pids),
      run: parseProcess(run) as NamedProcess | undefined,
    });
  } catch {
    return {};
  }
}

function parseProcess(value: unknown): Partial<NamedProcess> | undefined {
  const { pid, startTicks } = (value ?? {}) as Record<string, unknown>;
  if (typeof pid !== 'number' || !Number.isInteger(pid) || pid <= 0) return undefined;
  return defined({ pid, startTicks: text(startTicks) });
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function defined<T extends object>(fields: T): { [K in keyof T]?: NonNullable<T[K]> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as never;
}

/** Whether only its age tells if it lives. */
export async function isElsewhere({ holder }: FoundLock): Promise<boolean> {
  return holder.pid !== undefined && (await placeOf(holder)) === 'elsewhere';
}

async function placeOf(holder: LockHolder): Promise<LockPlace> {
  return lockPlace(holder, { ...(await ownPidSpace()), host: hostname() });
}

export async function isDead(found: FoundLock, clock: Clock): Promise<boolean> {
  const { pid, startTicks, run, ...holder } = found.holder;
  const place = await placeOf(holder);
  const lives = async (one: number, ticks?: string) => place === 'here' && isSameProcessAlive(one, ticks);
  // Without an owner its age decides.
  if (pid === undefined) return ageOf(found, clock, true) > lockStaleMs;
  return isLockDead({
    place,
    ownerLives: await lives(pid, startTicks),
    runLives: run && (await lives(run.pid, run.startTicks)),
    untouchedMs: ageOf(found, clock, false),
  });
}

/** ms. After a clock was set back: the time watched, or very long if no one can be setting it. */
function ageOf(found: FoundLock, clock: Clock, isNobodys: boolean): number {
  const now = clock.now().getTime();
  const age = now - found.touchedAt;
  if (age >= -lockStaleMs) return age;
  return isNobodys ? Number.POSITIVE_INFINITY : untouchedFor(found, now);
}

/** Locks with useless times. */
const watched = new Map<string, { readonly touchedAt: number; readonly since: number }>();

/** By our own clock (ms). */
function untouchedFor({ path, touchedAt }: FoundLock, now: number): number {
  const seen = watched.get(path);
  if (seen?.touchedAt === touchedAt && seen.since <= now) return now - seen.since;
  watched.set(path, { touchedAt, since: now });
  return 0;
}

export function readOwnerSync(path: string): string | undefined {
  try {
    return parseHolder(readFileSync(path, 'utf8')).owner;
  } catch {
    return undefined;
  }
}

/** For a status page: never throws. */
export async function readLockHolder(path: string): Promise<(LockHolder & { touchedAt: Date }) | undefined> {
  const found = await inspect(path).catch(() => undefined);
  return found && { ...found.holder, touchedAt: new Date(found.touchedAt) };
}

export function ignoreMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error;
  return undefined;
}
