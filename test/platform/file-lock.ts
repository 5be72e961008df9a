import { fork, spawn, type ChildProcess, type SpawnOptions } from 'node:child_process';
import { once } from 'node:events';
import {
  chmod,
  lstat,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  stat,
  symlink,
  truncate,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import test, { type ExecutionContext } from 'ava';
import lockfile from 'lockfile';
import { day, minute, second, type Clock } from '../../shared/platform/clock.ts';
import { acquireFileLock, type HeldLock } from '../../shared/platform/file-lock.ts';
import { LockError, readLockHolder } from '../../shared/platform/lock-holder.ts';
import { ownPidSpace, processStartTicks } from '../../shared/platform/process-identity.ts';
import { testClock } from '../doubles/run-context.ts';
import { cleanEnvironment } from '../doubles/adapter.ts';

// No test can set the change time, lockfile's default.
(lockfile as { filetime?: string }).filetime = 'mtime';

const folder = await mkdtemp(join(tmpdir(), 'lock-'));
test.after.always(() => rm(folder, { recursive: true, force: true }));

/** Waits for no second look. */
const impatientClock: Clock = { now: () => new Date(), wait: () => Promise.resolve() };

let numbers = 0;
const freshPath = () => join(folder, `job-${(numbers += 1)}.lock`);

async function acquire(path: string): Promise<HeldLock | undefined> {
  const result = await acquireFileLock(path, impatientClock);
  return 'acquired' in result ? result.acquired : undefined;
}

async function deadPid(): Promise<number> {
  const child = spawn(process.execPath, ['--version'], { stdio: 'ignore' });
  await once(child, 'close');
  return child.pid!;
}

/** An ended process with a stopped parent. */
async function makeZombie(t: ExecutionContext): Promise<{ pid: number }> {
  const parent = spawn('sh', ['-c', 'sleep 0.01 & echo $!; kill -STOP $$'], { stdio: ['ignore', 'pipe', 'ignore'] });
  t.teardown(() => parent.kill('SIGKILL'));
  const [line] = (await once(parent.stdout, 'data')) as [Buffer];
  const pid = Number(String(line));
  const state = async () => (await readFile(`/proc/${pid}/stat`, 'utf8')).split(' ')[2];
  while ((await state()) !== 'Z') await new Promise((look) => setImmediate(look));
  return { pid };
}

/** As another owner left it. */
async function leaveLock(path: string, holder: unknown, ageMs = 0): Promise<void> {
  await writeFile(path, typeof holder === 'string' ? holder : JSON.stringify(holder));
  const touched = new Date(Date.now() - ageMs);
  await utimes(path, touched, touched);
}

const elsewhere = { owner: 'other', pid: 1, host: 'another-host', since: '2026-11-23T08:00:00.000Z' };

test('a lock has one holder until it is released', async (t) => {
  const path = freshPath();
  const held = (await acquire(path))!;
  const refused = await acquireFileLock(path, impatientClock);
  t.like(refused, { heldBy: { pid: process.pid, host: hostname() } });
  t.true(await held.isHeld());
  t.true(await held.renew());
  await held.release();
  t.false(await held.isHeld());
  const again = (await acquire(path))!;
  t.truthy(again);
  await held.release();
  t.true(await again.isHeld(), "the first holder cannot release the second one's lock");
  await again.release();
});

test('only the owner can read the lock and its folder', async (t) => {
  const path = join(folder, 'made', 'here', 'job.lock');
  const held = (await acquire(path))!;
  t.is((await stat(path)).mode & 0o777, 0o600);
  t.is((await stat(join(folder, 'made'))).mode & 0o777, 0o700);
  await held.release();
});

test('a symbolic link, a directory and a fifo are refused and left alone', async (t) => {
  const target = join(folder, 'target');
  await writeFile(target, 'precious');
  const link = freshPath();
  await symlink(target, link);
  const dangling = freshPath();
  await symlink(join(folder, 'nowhere'), dangling);
  const directory = freshPath();
  await mkdir(directory);
  const fifo = freshPath();
  await once(spawn('mkfifo', [fifo]), 'close');
  for (const [path, kind] of [
    [link, 'a symbolic link'],
    [dangling, 'a symbolic link'],
    [directory, 'a directory'],
    [fifo, 'not a regular file'],
  ] as const) {
    const error = await t.throwsAsync(acquireFileLock(path, impatientClock), { instanceOf: LockError });
    t.is(error.code, 'lock-unusable');
    t.true(error.message.includes(path) && error.message.includes(kind), error.message);
  }
  t.is(await readFile(target, 'utf8'), 'precious');
  t.true((await lstat(link)).isSymbolicLink());
  await t.throwsAsync(stat(join(folder, 'nowhere')), { code: 'ENOENT' });
});

test('a folder that cannot be used is an error that names the cause and the setting', async (t) => {
  const file = join(folder, 'file');
  await writeFile(file, '');
  for (const [at, cause] of [
    [file, 'a file is in its place'],
    [join(file, 'deeper'), 'a file is in its place'],
    ['/proc/nope', 'nothing can be created there'],
    ['/proc', 'nothing can be created there'],
  ] as const) {
    const { code, message } = await t.throwsAsync(acquireFileLock(join(at, 'job.lock'), impatientClock), {
      instanceOf: LockError,
    });
    t.is(code, 'lock-unusable');
    t.true(message.includes(at) && message.includes(cause), message);
    t.regex(message, /Choose another folder \(CRON_LOCK_DIR\)$/);
    t.notRegex(message, /sudo|EN[A-Z]+:/);
  }
});

/** In another process: exit code 9 when taken, 3 when unusable. */
async function tryElsewhere(path: string, prefix: string, options: SpawnOptions = {}): Promise<number> {
  const source = new URL('../../shared/platform/file-lock.ts', import.meta.url).href;
  const program = `
    process.on('SIGXFSZ', () => {});
    const { acquireFileLock } = await import(${JSON.stringify(source)});
    try { await acquireFileLock(${JSON.stringify(path)}, { now: () => new Date() }); process.exitCode = 9; }
    catch (error) { process.exitCode = error.code === 'lock-unusable' ? 3 : 4; }`;
  // Else the limit would end it while it writes compiled modules.
  const child = spawn('sh', ['-c', `${prefix} exec "$0" --input-type=module -e "$1"`, process.execPath, program], {
    stdio: 'ignore',
    env: cleanEnvironment(),
    ...options,
  });
  return (await once(child, 'close'))[0] as number;
}

test("a lock of someone else's is an error that names the command to remove it", async (t) => {
  if (process.getuid?.() !== 0) return t.pass('only root can make one');
  const path = freshPath();
  await leaveLock(path, elsewhere);
  await chmod(path, 0o644);
  await chmod(folder, 0o777);
  t.is(await tryElsewhere(path, '', { uid: 65_534, gid: 65_534 }), 3);
});

test('the process that a lock names keeps it', async (t) => {
  const path = freshPath();
  const held = (await acquire(path))!;
  await held.nameRun!(process.ppid);
  t.like(await readLockHolder(path), { pid: process.pid, run: { pid: process.ppid } });
  t.true(await held.renew());
  await held.release();
  await held.nameRun!(process.ppid);
  t.is(await readLockHolder(path), undefined, 'a lock that was released is not made again');
});

test('a lock that cannot be read is an error', async (t) => {
  const path = freshPath();
  await leaveLock(path, elsewhere);
  await chmod(path, 0);
  await chmod(folder, 0o755);
  // Root may read everything.
  t.is(await tryElsewhere(path, '', process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {}), 3);
});

test('a full disk is an error, and leaves no lock behind', async (t) => {
  // Files of 0 bytes: creating the lock works, writing the owner does not.
  const path = freshPath();
  t.is(await tryElsewhere(path, 'ulimit -f 0;'), 3);
  await t.throwsAsync(lstat(path), { code: 'ENOENT' });
});

test('the cases in which a lock may be taken over', async (t) => {
  const ticks = await processStartTicks(process.pid);
  const zombie = await makeZombie(t);
  const here = { owner: 'other', host: hostname(), since: '2026-11-23T08:00:00.000Z' };
  const cases: [string, unknown, number, boolean][] = [
    ['a dead pid', { ...here, pid: await deadPid() }, 0, true],
    ['a live pid', { ...here, pid: process.pid, startTicks: ticks }, 0, false],
    ['a live pid of someone else', { ...here, pid: 1 }, 0, false],
    ['a pid that was given to another process', { ...here, pid: process.pid, startTicks: '1' }, 0, true],
    ['a live pid, touched 50 s ago', { ...here, pid: process.pid }, 50 * second, false],
    [
      'a live pid, untouched for a day: it is stalled, or the clock was set forward',
      { ...here, pid: process.pid },
      day,
      false,
    ],
    [
      'a dead pid, its run lives',
      { ...here, pid: await deadPid(), run: { pid: process.pid, startTicks: ticks } },
      day,
      false,
    ],
    [
      'a stalled owner, its run has ended',
      { ...here, pid: process.pid, run: { pid: await deadPid() } },
      61 * second,
      true,
    ],
    [
      'a stalled owner, its run is a zombie',
      { ...here, pid: process.pid, run: { pid: zombie.pid } },
      61 * second,
      true,
    ],
    ['an owner whose run has just ended', { ...here, pid: process.pid, run: { pid: await deadPid() } }, 0, false],
    [
      'a live pid of an earlier boot',
      { ...here, ...(await ownPidSpace()), boot: 'another', pid: process.pid },
      0,
      true,
    ],
    ['a dead pid, touched in the future', { ...here, pid: await deadPid() }, -day, true],
    ['rubbish in every field', { owner: 7, pid: '1', host: [], since: {}, run: 'x', boot: null }, 61 * second, true],
    ['another host, touched just now', elsewhere, 0, false],
    ['another host, untouched for more than 60 s', elsewhere, 61 * second, true],
    ['nothing inside, new', '', 0, false],
    ['nothing inside, old', '', 61 * second, true],
    ['rubbish inside, new', '{"pid":', 0, false],
    ['a number inside, old', '7', 61 * second, true],
    ['a pid that is none', { ...here, pid: -1 }, 0, false],
    ['a live pid, touched in the future: the clock was set back', { ...here, pid: process.pid }, -10 * minute, false],
    ['another host, touched in the future: its clock is ahead', elsewhere, -10 * minute, false],
    ['nothing inside, touched in the future', '', -10 * minute, true],
  ];
  for (const [title, holder, age, taken] of cases) {
    const path = freshPath();
    await leaveLock(path, holder, age);
    const held = await acquire(path);
    t.is(held !== undefined, taken, title);
    if (held) t.true(await held.isHeld(), title);
    await held?.release();
    t.deepEqual(
      (await readdir(folder)).filter((name) => name.startsWith(path.slice(folder.length + 2))),
      [],
      `${title}: nothing is left next to it`,
    );
  }
});

test('a lock file of any size is read quickly', async (t) => {
  const path = freshPath();
  await leaveLock(path, '');
  // A hole of 1 GB: longer than any text can be.
  await truncate(path, 2 ** 30);
  t.deepEqual(await acquireFileLock(path, impatientClock), { heldBy: {} });
});

test('a lock that another host has dated in the future is taken over when it stays untouched', async (t) => {
  const path = freshPath();
  const clock = testClock(new Date());
  await leaveLock(path, elsewhere, -day);
  const isTaken = async () => 'acquired' in (await acquireFileLock(path, clock));
  t.false(await isTaken());
  clock.advance(50 * second);
  t.false(await isTaken());
  await leaveLock(path, elsewhere, -day - minute);
  clock.advance(50 * second);
  t.false(await isTaken(), 'touched in between');
  clock.advance(61 * second);
  t.true(await isTaken());
});

test("another host's living lock survives a clock that is set forward, or is ahead", async (t) => {
  const path = freshPath();
  await leaveLock(path, elsewhere);
  const ahead = (beats: boolean): Clock => ({
    now: () => new Date(Date.now() + 10 * minute),
    wait: async () => void (beats && (await leaveLock(path, elsewhere, -second))),
  });
  t.like(await acquireFileLock(path, ahead(true)), { heldBy: { owner: 'other' } });
  t.true('acquired' in (await acquireFileLock(path, ahead(false))), 'a dead one does not');
});

test('a lock that was removed by hand is held again, one that was replaced is lost', async (t) => {
  const path = freshPath();
  const held = (await acquire(path))!;
  await rm(path);
  t.false(await held.isHeld());
  t.true(await held.renew());
  t.true(await held.isHeld());
  await leaveLock(path, elsewhere);
  t.false(await held.renew());
  t.false(await held.isHeld());
  await held.release();
  t.is((await readLockHolder(path))?.owner, 'other');
  t.is(await readLockHolder(freshPath()), undefined);
});

const program = fileURLToPath(new URL('../doubles/lock-contender.ts', import.meta.url));
type Answer = { acquired?: boolean; error?: string };

async function ask(child: ChildProcess, message: object): Promise<Answer> {
  const answer = once(child, 'message') as Promise<[Answer]>;
  child.send(message);
  return (await answer)[0];
}

test('of many contenders in several processes exactly one wins, whatever state the lock is in', async (t) => {
  const contenders = await Promise.all(
    Array.from({ length: 4 }, async () => {
      const child = fork(program);
      await once(child, 'message');
      return child;
    }),
  );
  try {
    const dead = { owner: 'dead', pid: await deadPid(), host: hostname() };
    const states: Record<string, (path: string) => Promise<void>> = {
      'no lock': () => Promise.resolve(),
      'a lock of a dead pid': (path) => leaveLock(path, dead),
      'an untouched lock': (path) => leaveLock(path, elsewhere, 61 * second),
      'an empty, untouched lock': (path) => leaveLock(path, '', 61 * second),
      'a take-over that was killed': async (path) => {
        await leaveLock(path, dead);
        await leaveLock(`${path}.takeover`, '', 6 * second);
      },
    };
    for (const [state, prepare] of Object.entries(states)) {
      for (let round = 0; round < 10; round += 1) {
        const path = freshPath();
        await prepare(path);
        const answers = await Promise.all(contenders.map((child) => ask(child, { acquire: path })));
        t.deepEqual(
          answers.filter(({ error }) => error !== undefined),
          [],
          state,
        );
        t.is(answers.filter(({ acquired }) => acquired).length, 1, `${state}, round ${round}`);
        await Promise.all(contenders.map((child) => ask(child, { release: true })));
        await t.throwsAsync(lstat(path), { code: 'ENOENT' }, state);
      }
    }
  } finally {
    await Promise.all(
      contenders.map(async (child) => {
        child.disconnect();
        await once(child, 'exit');
      }),
    );
  }
});

test('a take-over under way is left to itself, one that was killed in the middle is repeated', async (t) => {
  const path = freshPath();
  await leaveLock(path, { owner: 'dead', pid: await deadPid(), host: hostname() });
  // Refreshed in a minute: not stale here on any machine.
  await leaveLock(`${path}.takeover`, '', -minute);
  t.like(await acquireFileLock(path, impatientClock), { heldBy: { owner: 'dead' } });
  await leaveLock(`${path}.takeover`, '', 6 * second);
  const held = (await acquire(path))!;
  t.true(await held.isHeld());
  await held.release();
});

test('something else in the place of the take-over is an error that names it', async (t) => {
  const path = freshPath();
  await leaveLock(path, { owner: 'dead', pid: await deadPid(), host: hostname() });
  await mkdir(`${path}.takeover`);
  const error = await t.throwsAsync(acquireFileLock(path, impatientClock), { instanceOf: LockError });
  t.true(error.message.includes(`${path}.takeover is a directory`), error.message);
});

test("a process that exits or is asked to end leaves no lock, a killed one's lock is taken over", async (t) => {
  for (const [end, left] of [
    ['disconnect', false],
    ['SIGTERM', false],
    ['SIGINT', false],
    ['SIGKILL', true],
  ] as const) {
    const path = freshPath();
    const child = fork(program, { stdio: 'ignore' });
    await once(child, 'message');
    t.true((await ask(child, { acquire: path })).acquired);
    const closed = once(child, 'exit');
    if (end === 'disconnect') child.disconnect();
    else child.kill(end);
    await closed;
    t.is(
      await lstat(path).then(
        () => true,
        () => false,
      ),
      left,
      end,
    );
    const held = await acquire(path);
    t.truthy(held, end);
    await held?.release();
  }
});

test("a process that has lost its lock does not remove its successor's when it exits", async (t) => {
  const path = freshPath();
  const child = fork(program, { stdio: 'ignore' });
  await once(child, 'message');
  t.true((await ask(child, { acquire: path })).acquired);
  // Another host only sees its age.
  await leaveLock(path, { ...(JSON.parse(await readFile(path, 'utf8')) as object), boot: 'b', host: 'h' }, 61 * second);
  const successor = await acquire(path);
  t.truthy(successor);
  const closed = once(child, 'exit');
  child.disconnect();
  await closed;
  t.true(await successor!.isHeld());
  await successor!.release();
});

test('who comes while a lock is being written still learns its owner', async (t) => {
  const path = freshPath();
  await writeFile(path, '');
  const refused = acquireFileLock(path, impatientClock);
  await writeFile(path, JSON.stringify(elsewhere));
  t.like(await refused, { heldBy: { owner: 'other', pid: 1, since: elsewhere.since } });
});
