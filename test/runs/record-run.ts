import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { hostname } from 'node:os';
import test from 'ava';
import { pino } from 'pino';
import { JobRun } from '../../shared/models/job-run.ts';
import { DatabaseError } from '../../shared/platform/errors.ts';
import { closeDeadRuns, databaseRecorder, newRunId, type RunIdentity } from '../../shared/runs/record-run.ts';
import { useDatabase } from '../doubles/database.ts';
import { testClock } from '../doubles/run-context.ts';

useDatabase(test);

const startedAt = new Date('2026-11-23T09:00:00Z');
const recorder = databaseRecorder({
  log: pino({ level: 'silent' }),
  version: '1.2.3',
  connect: () => Promise.resolve(),
});
const identity = (job: string): RunIdentity => ({ job, runId: newRunId(), trigger: 'cron', startedAt });
const result = {
  status: 'partial',
  counts: { feeds: 2, 'a.b': 1 },
  errors: [{ scope: 'feed 1', code: 'truncated', message: 'cut', retryable: true }],
  finishedAt: startedAt,
  durationMs: 5,
} as const;

test('a run is running, tells its progress, and is finished', async (t) => {
  const run = identity('whole');
  await recorder.started(run);
  t.like(await JobRun.findById(run.runId).lean(), {
    job: 'whole',
    status: 'running',
    trigger: 'cron',
    host: hostname(),
    pid: process.pid,
    version: '1.2.3',
    startedAt,
  });
  await recorder.progressed(run.runId, { message: 'feed 1', done: 1, total: 2 });
  t.deepEqual((await JobRun.findById(run.runId).lean())!.progress, { message: 'feed 1', done: 1, total: 2 });
  await recorder.finished(run, result);
  const finished = (await JobRun.findById(run.runId).lean())!;
  t.like(finished, { status: 'partial', counts: { feeds: 2, 'a.b': 1 }, durationMs: 5, errors: [...result.errors] });
  t.false('progress' in finished);
});

test('runs of this host that never ended are marked when the next one of their job begins', async (t) => {
  const [dead, other] = [identity('interrupted'), identity('another-job')];
  await recorder.started(dead);
  await recorder.started(other);
  const elsewhere = newRunId();
  await JobRun.create({
    _id: elsewhere,
    job: 'interrupted',
    status: 'running',
    trigger: 'cron',
    startedAt,
    host: 'another-host',
    pid: 1,
    version: '1',
  });
  await recorder.started(identity('interrupted'));
  t.like(await JobRun.findById(dead.runId).lean(), { status: 'failed', reason: 'interrupted', finishedAt: startedAt });
  t.is((await JobRun.findById(other.runId).lean())!.status, 'running');
  t.is((await JobRun.findById(elsewhere).lean())!.status, 'running');
});

test("a run closes another host's run that died in the meantime", async (t) => {
  const [dead, alive, own] = [identity('taken-over'), identity('taken-over'), identity('taken-over')];
  for (const run of [dead, alive, own]) await recorder.started(run);
  const elsewhere = { host: 'another-host', status: 'running', aliveUntil: new Date('2100-01-01') } as const;
  await JobRun.updateMany({ _id: { $in: [dead.runId, alive.runId] } }, { $set: elsewhere });
  await JobRun.updateOne({ _id: dead.runId }, { aliveUntil: new Date(0) });
  await recorder.finished(own, result);
  t.like(await JobRun.findById(dead.runId).lean(), { status: 'failed', reason: 'interrupted' });
  t.like(await JobRun.findById(alive.runId).lean(), { status: 'running' });
});

test('a beginning that is written late leaves the run alone that has begun since', async (t) => {
  const [late, since] = [
    identity('overtaken'),
    { ...identity('overtaken'), startedAt: new Date(startedAt.getTime() + 1) },
  ];
  await recorder.started(since);
  await recorder.started(late);
  t.is((await JobRun.findById(since.runId).lean())!.status, 'running');
});

test('a run whose process on this host is gone is closed when someone looks, even if its pid is reused', async (t) => {
  const gone = spawn('true');
  await once(gone, 'close');
  const common = {
    job: 'looked-at',
    status: 'running',
    trigger: 'cron',
    startedAt,
    host: hostname(),
    pid: gone.pid as number,
    version: '1',
  } as const;
  const [dead, given, elsewhere] = await JobRun.create([
    common,
    { ...common, pid: process.pid, startTicks: '1' },
    { ...common, host: 'another-host' },
  ]);
  const alive = identity('looked-at-too');
  await recorder.started(alive);
  await closeDeadRuns(['looked-at', 'looked-at-too'], testClock());
  for (const run of [dead, given])
    t.like(await JobRun.findById(run!._id).lean(), {
      status: 'failed',
      reason: 'interrupted',
      finishedAt: testClock().now(),
    });
  for (const id of [elsewhere!._id, alive.runId]) t.is((await JobRun.findById(id).lean())!.status, 'running');
});

test('a run whose beginning was not written is recorded at its end', async (t) => {
  const run = identity('late');
  await recorder.finished(run, result);
  t.like(await JobRun.findById(run.runId).lean(), { job: 'late', status: 'partial', startedAt });
});

test('a skip is recorded with its reason', async (t) => {
  const run = identity('skipped');
  await recorder.skipped(run, 'low-memory', '10 MB are available');
  t.like(await JobRun.findById(run.runId).lean(), {
    status: 'skipped',
    reason: 'low-memory',
    detail: '10 MB are available',
    durationMs: 0,
  });
});

test('whoever ends can wait for what is being written', async (t) => {
  const connected = Promise.withResolvers<void>();
  const slow = databaseRecorder({ log: pino({ level: 'silent' }), version: '1', connect: () => connected.promise });
  const run = identity('slow');
  void slow.skipped(run, 'locked', '');
  const settled = slow.settled();
  connected.resolve();
  await settled;
  t.like(await JobRun.findById(run.runId).lean(), { status: 'skipped' });
});

test('an end that the database refuses is written when it is back, whatever was thought in the meantime', async (t) => {
  const [run, next] = [
    identity('restarted'),
    { ...identity('restarted'), startedAt: new Date(startedAt.getTime() + 1) },
  ];
  const written = Promise.withResolvers<void>();
  let isDown = false;
  const pauses: number[] = [];
  const restarting = databaseRecorder({
    log: pino(
      { level: 'info' },
      { write: (line: string) => void (line.includes('was recorded after a delay') && written.resolve()) },
    ),
    version: '1',
    connect: () =>
      isDown ? Promise.reject(new DatabaseError('The database at localhost cannot be used')) : Promise.resolve(),
    async pause(ms) {
      if (pauses.push(ms) < 3) return;
      await recorder.started(next);
      t.like(await JobRun.findById(run.runId).lean(), { reason: 'interrupted' });
      isDown = false;
    },
  });
  await restarting.started(run);
  isDown = true;
  await restarting.finished(run, result);
  await written.promise;
  t.deepEqual(pauses, [2000, 5000, 10_000]);
  const recorded = (await JobRun.findById(run.runId).lean())!;
  t.like(recorded, { status: 'partial', durationMs: 5 });
  t.false('reason' in recorded || 'detail' in recorded);
});

test('history that cannot be written is logged and fails nothing', async (t) => {
  const lines: string[] = [];
  const down = databaseRecorder({
    log: pino({ level: 'error' }, { write: (line: string) => void lines.push(line) }),
    version: '1',
    connect: () => Promise.reject(new DatabaseError('The database at localhost cannot be used')),
    pause: () => new Promise(() => {}),
  });
  const run = identity('down');
  await t.notThrowsAsync(
    Promise.all([
      down.started(run),
      down.progressed(run.runId, { message: 'x' }),
      down.finished(run, result),
      down.skipped(run, 'locked', ''),
    ]),
  );
  t.is(lines.length, 4);
  t.is(await JobRun.findById(run.runId).lean(), null);
});
