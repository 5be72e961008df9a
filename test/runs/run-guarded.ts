import { setImmediate } from 'node:timers/promises';
import { mock } from 'node:test';
import anyTest, { type TestFn } from 'ava';
import { pino } from 'pino';
import { second } from '../../shared/platform/clock.ts';
import { readConfig } from '../../shared/platform/config.ts';
import { lockHeartbeatMs, type HeldLock, type LockResult } from '../../shared/platform/file-lock.ts';
import { LockError } from '../../shared/platform/lock-holder.ts';
import type { JobDescription } from '../../shared/runs/job.ts';
import type { FinishedRun, RunIdentity } from '../../shared/runs/record-run.ts';
import type { RunReport } from '../../shared/runs/run-context.ts';
import type { ExecutionRequest } from '../../shared/runs/execution.ts';
import { runGuarded, type GuardedRunDeps, type RunRequest } from '../../shared/runs/run-guarded.ts';
import { testClock } from '../doubles/run-context.ts';

// Tests take turns, since timers are the process's.
const test = (anyTest as TestFn).serial;
anyTest.beforeEach(() => mock.timers.enable({ apis: ['setTimeout', 'setInterval'] }));
anyTest.afterEach.always(() => mock.timers.reset());

async function pass(ms: number): Promise<void> {
  await setImmediate();
  mock.timers.tick(ms);
  await setImmediate();
}

const job: JobDescription = { name: 'sync-feeds', description: 'For tests.', schedule: '0 * * * *', parameters: [] };
const parameters = { dryRun: false, confirmRemovals: false };
const succeeded: RunReport = { status: 'succeeded', counts: { feeds: 2 }, errors: [] };

/** With lock, host and execution under control. */
function guard(
  options: {
    keeps?: () => Promise<unknown>;
    lock?: () => Promise<LockResult>;
    hangs?: boolean;
    availableMb?: number;
    load?: number;
    environment?: Record<string, string>;
  } = {},
) {
  const lock = { held: true, renewFails: false, released: 0, renewed: 0 };
  const never = new Promise<never>(() => {});
  const held: HeldLock = {
    isHeld: () => Promise.resolve(lock.held),
    renew() {
      lock.renewed += 1;
      if (options.hangs) return never;
      return lock.renewFails ? Promise.reject(new Error('disk on fire')) : Promise.resolve(lock.held);
    },
    async release() {
      lock.released += 1;
      if (options.hangs) await never;
    },
  };
  const execution = Promise.withResolvers<RunReport>();
  const state = {
    lock,
    execution,
    request: undefined as ExecutionRequest | undefined,
    terminated: 0,
    records: [] as unknown[][],
  };
  const deps: GuardedRunDeps = {
    config: readConfig({ CRON_BUDGET: '10m', CRON_GRACE: '60s', ...options.environment }),
    clock: testClock(),
    log: pino({ level: 'silent' }),
    recorder: {
      async started(run: RunIdentity) {
        state.records.push(['started', run.runId]);
        if (options.hangs) await never;
      },
      alive: () => Promise.resolve(),
      progressed: async (runId) => void state.records.push(['progressed', runId]),
      async finished(run, result: FinishedRun) {
        state.records.push(['finished', run.runId, result.status]);
        if (options.hangs) await never;
      },
      skipped: async (_, reason) => void state.records.push(['skipped', reason]),
    },
    acquireLock: options.lock ?? (() => Promise.resolve({ acquired: held })),
    keep: options.keeps ?? (async (_, { contactId }) => void state.records.push(['kept', contactId])),
    hostResources: () => ({ availableMb: options.availableMb ?? 4000, load: options.load ?? 0.5 }),
    execute(_, request) {
      state.request = request;
      return {
        finished: execution.promise,
        lines: () => [],
        async terminate() {
          state.terminated += 1;
        },
      };
    },
  };
  const run = (request: Partial<RunRequest> = {}, of = job) =>
    runGuarded(of, { trigger: 'cron', parameters, ...request }, deps);
  return { state, run };
}

test('a run is recorded, reported and lets go of its lock', async (t) => {
  const { run, state } = guard();
  state.execution.resolve(succeeded);
  const envelope = await run();
  t.like(envelope, {
    job: 'sync-feeds',
    status: 'succeeded',
    startedAt: '2026-11-23T09:00:00.000Z',
    durationMs: 0,
    counts: { feeds: 2 },
    errors: [],
  });
  t.is(state.lock.released, 1);
  const { runId } = envelope as { runId: string };
  t.deepEqual(state.records, [
    ['started', runId],
    ['finished', runId, 'succeeded'],
  ]);
});

test('a lock that someone has is a skip that says who, and nothing is executed', async (t) => {
  const heldBy = { owner: 'o', pid: 77, host: 'vps', since: '2026-11-23T08:59:00.000Z' };
  const { run, state } = guard({ lock: () => Promise.resolve({ heldBy }) });
  t.deepEqual(await run(), {
    job: 'sync-feeds',
    status: 'skipped',
    reason: 'locked',
    pid: 77,
    host: 'vps',
    since: heldBy.since,
    detail: 'another run holds the lock since 2026-11-23T08:59:00.000Z (60 s), pid 77 on vps',
  });
  t.deepEqual([state.request, state.records], [undefined, [['skipped', 'locked']]]);
});

test('a host that is short of something is a skip that lets go of the lock', async (t) => {
  for (const [short, reason] of [
    [{ availableMb: 10 }, 'low-memory'],
    [{ load: 9 }, 'high-load'],
  ] as const) {
    const { run, state } = guard(short);
    t.like(await run(), { status: 'skipped', reason });
    t.deepEqual([state.request, state.lock.released], [undefined, 1]);
  }
});

test('what a refused run was asked for once is kept, and the answer says so only then', async (t) => {
  const mail: JobDescription = { ...job, parameters: ['contactId'], keeps: 'contactId' };
  const asked = { parameters: { ...parameters, contactId: 'c1' } };
  const { run, state } = guard({ load: 99 });
  t.like(await run(asked, mail), { status: 'skipped', reason: 'high-load', kept: true });
  t.deepEqual(state.records, [
    ['skipped', 'high-load'],
    ['kept', 'c1'],
  ]);
  for (const envelope of [
    await run({}, mail),
    await run(asked),
    await guard({ load: 99, keeps: () => Promise.reject(new Error('down')) }).run(asked, mail),
  ]) {
    t.like(envelope, { status: 'skipped' });
    t.false('kept' in envelope);
  }
});

test('a lock that cannot be used is a failed run', async (t) => {
  const { run } = guard({ lock: () => Promise.reject(new LockError('The lock file is a directory')) });
  t.like(await run(), {
    status: 'failed',
    reason: 'lock-unusable',
    errors: [{ scope: 'guard', code: 'lock-unusable', message: 'The lock file is a directory', retryable: false }],
  });
});

test('an execution that dies is a failed run', async (t) => {
  const { run, state } = guard();
  state.execution.reject(new Error('Worker terminated due to reaching memory limit'));
  t.like(await run(), {
    status: 'failed',
    errors: [
      {
        scope: 'sync-feeds',
        code: 'unexpected',
        message: 'Worker terminated due to reaching memory limit',
        retryable: false,
      },
    ],
  });
  t.is(state.lock.released, 1);
});

test('at the budget the run is asked to stop, and may then report', async (t) => {
  const { run, state } = guard();
  const envelope = run();
  await pass(10 * 60_000 - 1);
  t.false(state.request!.signal.aborted);
  await pass(1);
  t.true(state.request!.signal.aborted);
  t.regex(String(state.request!.signal.reason), /the time budget of 600 s ended/);
  state.execution.resolve({ ...succeeded, status: 'partial' });
  t.like(await envelope, { status: 'partial' });
  await pass(120_000);
  t.is(state.terminated, 0);
});

test('a run that ignores its budget is terminated after the grace', async (t) => {
  const { run, state } = guard();
  const envelope = run();
  await pass(10 * 60_000);
  await pass(59_999);
  t.is(state.terminated, 0);
  await pass(1);
  t.like(await envelope, {
    status: 'failed',
    reason: 'timeout',
    errors: [
      {
        code: 'timeout',
        message: 'The run was terminated: it did not stop within 60 s after its time budget ended',
        retryable: true,
      },
    ],
  });
  t.deepEqual([state.terminated, state.lock.released], [1, 1]);
});

test('a job may have a budget and needs of its own', async (t) => {
  const { run, state } = guard({ availableMb: 600 });
  const envelope = run({}, { ...job, budgetMs: 5000, needs: { minFreeMb: 600 } });
  await pass(5000);
  t.regex(String(state.request!.signal.reason), /the time budget of 5 s ended/);
  state.execution.resolve({ ...succeeded, status: 'partial' });
  await envelope;
  t.like(await guard({ availableMb: 600 }).run({}, { ...job, needs: { minFreeMb: 601 } }), {
    status: 'skipped',
    reason: 'low-memory',
  });
});

test('the lock is touched while the run continues, and no longer', async (t) => {
  const { run, state } = guard();
  const envelope = run();
  for (let beat = 0; beat < 3; beat += 1) await pass(lockHeartbeatMs);
  t.is(state.lock.renewed, 3);
  state.execution.resolve(succeeded);
  await envelope;
  await pass(10 * lockHeartbeatMs);
  t.is(state.lock.renewed, 3);
});

test('a lost lock stops the run, and one that ignores it is terminated', async (t) => {
  const { run, state } = guard();
  const envelope = run();
  await pass(lockHeartbeatMs);
  await t.notThrowsAsync(state.request!.assertHeld());
  state.lock.held = false;
  await t.throwsAsync(state.request!.assertHeld(), { message: /another run has taken over the lock/ });
  await pass(lockHeartbeatMs);
  t.true(state.request!.signal.aborted);
  await pass(60_000);
  t.like(await envelope, { status: 'failed', reason: 'lock-lost' });
  t.is(state.terminated, 1);
});

test('a lock that cannot be touched for a moment is not lost', async (t) => {
  const { run, state } = guard();
  const envelope = run();
  state.lock.renewFails = true;
  await pass(lockHeartbeatMs);
  t.false(state.request!.signal.aborted);
  state.execution.resolve(succeeded);
  t.like(await envelope, { status: 'succeeded' });
});

test('a database that takes what is written and never answers holds up neither the run nor its end', async (t) => {
  const { run, state } = guard({ hangs: true });
  state.execution.resolve(succeeded);
  const envelope = run();
  // For the beginning, the end and the lock.
  for (let limit = 0; limit < 3; limit += 1) await pass(2 * second);
  t.like(await envelope, { status: 'succeeded' });
  t.deepEqual(
    state.records.map(([what]) => what),
    ['started', 'finished'],
  );
  t.is(state.lock.released, 1);
});

test('a lock whose renewals are never answered is lost before another run may take it', async (t) => {
  let elapsed = 0;
  const now = mock.method(performance, 'now', () => elapsed);
  t.teardown(() => now.mock.restore());
  const { run, state } = guard({ hangs: true });
  const envelope = run();
  await pass(2 * second);
  for (let beat = 1; beat < 5; beat += 1) {
    elapsed += lockHeartbeatMs;
    await pass(lockHeartbeatMs);
  }
  t.false(state.request!.signal.aborted);
  elapsed += lockHeartbeatMs;
  await pass(lockHeartbeatMs);
  t.regex(String(state.request!.signal.reason), /the lock could not be renewed in time/);
  await pass(60_000);
  for (let limit = 0; limit < 2; limit += 1) await pass(2 * second);
  t.like(await envelope, { status: 'failed', reason: 'lock-lost' });
});

test('a shutdown is passed on, and what does not stop is terminated', async (t) => {
  const shutdown = new AbortController();
  const { run, state } = guard();
  const envelope = run({ signal: shutdown.signal });
  await pass(1);
  shutdown.abort();
  t.true(state.request!.signal.aborted);
  await pass(20 * second);
  t.like(await envelope, { status: 'failed', reason: 'stopped' });
  t.deepEqual([state.terminated, state.lock.released], [1, 1]);
});

test('progress reaches every listener', async (t) => {
  const seen: string[] = [];
  const { run, state } = guard();
  const envelope = run({ onProgress: ({ message }) => seen.push(message) });
  await pass(1);
  state.request!.onProgress({ message: 'feed 1' });
  state.execution.resolve(succeeded);
  await envelope;
  t.deepEqual(seen, ['feed 1']);
});
