import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import anyTest, { type ExecutionContext, type TestFn } from 'ava';
import { processExecutor } from '../../adapter/job-process/executor.ts';
import { findJobs, type BuiltJob } from '../../adapter/jobs.ts';
import { delay } from '../../shared/platform/clock.ts';
import { createLogger } from '../../shared/platform/logger.ts';
import { processExists } from '../../shared/platform/process-tree.ts';
import { newRunId } from '../../shared/runs/record-run.ts';
import type { Execution } from '../../shared/runs/execution.ts';
import { models } from '../../shared/models/index.ts';
import { cleanEnvironment, startAdapter } from '../doubles/adapter.ts';
import { databaseUri, useDatabase } from '../doubles/database.ts';
import { useTestJobs } from '../doubles/test-jobs.ts';

const test = anyTest as TestFn;
useDatabase(test, models);
const jobsFolder = useTestJobs(test);

async function until<T>(look: () => Promise<T>): Promise<NonNullable<T>> {
  for (;;) {
    const found = await look();
    if (found) return found;
    await delay(20);
  }
}

/** Pids (proc(5), /proc/pid/task/tid/children). */
async function childrenOf(pid: number): Promise<number[]> {
  const list = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8').catch(() => '');
  return list.split(' ').filter(Boolean).map(Number);
}

function processOf(job: string, parent = process.pid): Promise<number> {
  return until(async () => {
    for (const pid of await childrenOf(parent)) {
      const argv = (await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')).split('\0');
      if (argv.includes(job) && argv.some((part) => part.includes('job-process'))) return pid;
    }
    return undefined;
  });
}

/** Once it handles signals. */
async function listening(job: string): Promise<number> {
  const pid = await processOf(job);
  await until(async () => (await readFile(`/proc/${pid}/oom_score_adj`, 'utf8')).trim() === '500');
  return pid;
}

async function execute(t: ExecutionContext, name: string, signal = new AbortController().signal): Promise<Execution> {
  const jobs = await findJobs({ production: true, folder: jobsFolder() });
  const log = await createLogger({ level: 'silent', fd: 2 });
  const environment = cleanEnvironment({ MONGODB_URI: databaseUri(), LOG_LEVEL: 'silent' });
  const executor = processExecutor({
    jobs,
    limits: { heapMb: 64, runMb: 300, helpersMb: 10 },
    memoryLookMs: 100,
    log,
    options: { environment, logFd: 2, prettyLog: false },
  });
  const execution = executor((jobs.get(name) as BuiltJob).description, {
    runId: newRunId(),
    trigger: 'invoke',
    parameters: { dryRun: false, confirmRemovals: false },
    signal,
    onProgress: () => undefined,
    assertHeld: () => Promise.resolve(),
  });
  t.teardown(() => execution.terminate());
  return execution;
}

test.serial('timers and programs that a job leaves open end with its run, after its last line', async (t) => {
  const execution = await execute(t, 'linger');
  const pid = await processOf('linger');
  const { status, counts } = await execution.finished;
  t.is(status, 'succeeded');
  t.false(processExists(pid));
  await until(async () => !processExists(counts['helperPid'] as number));
  t.regex(execution.lines().at(-1) ?? '', /999$/);
});

test.serial('a program in a session of its own ends with its run', async (t) => {
  const execution = await execute(t, 'stray');
  const { counts } = await execution.finished;
  const helper = counts['helperPid'] as number;
  t.true(helper > 0);
  await until(async () => !processExists(helper));
});

test.serial('a run that closes its channel to the adapter is ended, and says so', async (t) => {
  const execution = await execute(t, 'hang-up');
  await t.throwsAsync(execution.finished, {
    message: /hang-up closed its channel to the adapter, so it was ended/,
    code: 'process-exit',
  } as object);
});

test.serial('a run that waits in a system call is ended, with the program that it waits for', async (t) => {
  const execution = await execute(t, 'deaf');
  const pid = await processOf('deaf');
  const program = await until(async () => (await childrenOf(pid))[0]);
  await execution.terminate();
  await t.throwsAsync(execution.finished, { code: 'killed' } as object);
  t.false(processExists(pid));
  await until(async () => !processExists(program));
  t.pass();
});

test.serial('a run that uses too much memory outside its heap is ended, and says how much', async (t) => {
  const execution = await execute(t, 'hoard-buffers');
  await t.throwsAsync(execution.finished, {
    message: /hoard-buffers was ended: it held \d+ MB of memory, but the limit is 300 MB/,
    code: 'out-of-memory',
  } as object);
});

test.serial('a browser that holds too much is ended, and its run continues', async (t) => {
  const execution = await execute(t, 'hoard-helper');
  t.like(await execution.finished, { status: 'succeeded', counts: { endedHelpers: 1 } });
});

test.serial('a run that the system kills is a failed run that says so', async (t) => {
  const execution = await execute(t, 'patient');
  process.kill(await listening('patient'), 'SIGKILL');
  await t.throwsAsync(execution.finished, {
    message: /patient was killed from outside \(SIGKILL\)/,
    code: 'killed',
  } as object);
});

test.serial('a signal to its process group does not end a run: the adapter decides when it stops', async (t) => {
  const stop = new AbortController();
  const execution = await execute(t, 'patient', stop.signal);
  process.kill(-(await listening('patient')), 'SIGTERM');
  stop.abort(new Error('asked to stop'));
  t.like(await execution.finished, { status: 'partial', reason: 'asked to stop' });
});

test.serial('a run that does not react does not outlive an adapter that is killed', async (t) => {
  const adapter = await startAdapter(t, {
    args: ['--functions', jobsFolder()],
    environment: { MONGODB_URI: databaseUri() },
  });
  void adapter.request('/api/cron/loop').catch(() => undefined);
  const pid = await processOf('loop', adapter.pid);
  await adapter.logged((line) => line.msg === 'started');
  adapter.kill('SIGKILL');
  await until(async () => !processExists(pid));
  t.pass();
});

test('a busy run whose adapter was gone before it looked ends too', async (t) => {
  const url = new URL('../../adapter/job-process/end-with-adapter.ts', import.meta.url);
  const busy = `import { endWithAdapter } from '${url}'; endWithAdapter(${process.pid} + 1); for (;;);`;
  const run = spawn(process.execPath, ['--input-type=module', '--eval', busy], { detached: true, stdio: 'ignore' });
  const [, signal] = (await once(run, 'exit')) as [number | null, NodeJS.Signals | null];
  t.is(signal, 'SIGKILL');
});
