/**
 * The executor of an adapter: each run in a process of its own. A 100 MB feed does not stall the HTTP server; a crash,
 * a leak or too much memory dies with its run (a thread's heap limit ends the whole process when the last piece asked
 * for is large: Node.js, "Worker threads", resourceLimits); and a run that ignores its deadline can be ended, whatever
 * it does.
 */

import { fork, type ChildProcess } from 'node:child_process';
import { getCompileCacheDir } from 'node:module';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { abortReason, EstioError } from '../../shared/platform/errors.ts';
import type { Logger } from '../../shared/platform/logger.ts';
import type { ExecutionOptions } from '../../shared/runs/define-job.ts';
import type { JobDescription } from '../../shared/runs/job.ts';
import type { RunReport } from '../../shared/runs/run-context.ts';
import type { Execution, ExecutionRequest, Executor } from '../../shared/runs/execution.ts';
import { installationProblem } from '../installation.ts';
import type { BuiltJob } from '../jobs.ts';
import { projectRoot } from '../project.ts';
import { heartbeatMs, type FromJobProcess, type ToJobProcess } from './protocol.ts';
import { heapFlags, memoryEnvironment, type MemoryLimits } from './memory-limits.ts';
import { watchMemory } from './memory-watch.ts';
import { passOutputOn } from './pass-output-on.ts';

/** A run's process ended without a report. */
class JobProcessDiedError extends EstioError {
  override name = 'JobProcessDiedError';
}

export interface ProcessExecutorOptions {
  readonly jobs: ReadonlyMap<string, BuiltJob>;
  readonly limits: MemoryLimits;
  /** How often the memory is looked at (ms). */
  readonly memoryLookMs?: number;
  readonly options: ExecutionOptions;
  readonly log: Logger;
}

/** Makes the executor. */
export function processExecutor(settings: ProcessExecutorOptions): Executor {
  return (job, request) => {
    const built = settings.jobs.get(job.name);
    if (!built) throw new EstioError(`There is no bundle of the job ${job.name}`, { code: 'unknown-job' });
    return executeInProcess(built, request, settings);
  };
}

function executeInProcess(
  { file, description }: BuiltJob,
  request: ExecutionRequest,
  settings: ProcessExecutorOptions,
): Execution {
  const { runId, trigger, parameters } = request;
  const child = start(description, settings);
  const recent = passOutputOn(child, settings.options.logFd);
  // A message to a process that has just ended is lost, and its end is reported by 'exit'.
  const tell = (message: ToJobProcess) => void child.send(message, () => {});
  const onAbort = () => tell({ type: 'abort', reason: abortReason(request.signal) });
  tell({ type: 'run', file, run: { runId, trigger, parameters }, options: settings.options });
  if (request.signal.aborted) onAbort();
  else request.signal.addEventListener('abort', onAbort, { once: true });

  const watch = watchHeartbeat(description, settings.log);
  let excess: JobProcessDiedError | undefined;
  const stopWatching = limitMemory(child, description, settings, (error) => {
    excess = error;
    killGroup(child);
  });
  const ended = Promise.withResolvers<void>();
  const finished = new Promise<RunReport>((resolve, reject) => {
    let report: RunReport | undefined;
    let crash: JobProcessDiedError | undefined;
    child.on('message', (message: FromJobProcess) => {
      if (message.type === 'heartbeat') watch.beat();
      else if (message.type === 'progress') request.onProgress(message.update);
      else if (message.type === 'report') report = message.report;
      else if (message.type === 'crashed') crash = crashed(description, message);
      else
        void request.assertHeld().then(
          () => tell({ type: 'held', question: message.question, held: true }),
          () => tell({ type: 'held', question: message.question, held: false }),
        );
    });
    child.on('error', (error) => {
      reject(
        new JobProcessDiedError(
          `The job ${description.name} could not be started: ${installationProblem(file) ?? error.message}`,
          {
            code: 'not-started',
            retryable: true,
            cause: error,
          },
        ),
      );
      ended.resolve();
    });
    // Nothing of the run continues when its outcome is known. After 'exit' there may still be messages, after 'close'
    // none.
    child.on('close', (code, signal) => {
      if (report) resolve(report);
      else reject(excess ?? crash ?? died(description, code, signal, settings.limits.heapMb));
      ended.resolve();
    });
  }).finally(() => {
    watch.stop();
    stopWatching();
    request.signal.removeEventListener('abort', onAbort);
  });
  return {
    pid: child.pid,
    finished,
    lines: () => recent.all(),
    async terminate() {
      killGroup(child);
      await ended.promise;
    },
  };
}

/** Runs that have not ended; whatever is left of them when this process ends, ends with it. */
const alive = new Set<ChildProcess>();
process.once('exit', () => alive.forEach(killGroup));

function start(job: JobDescription, { limits, options }: ProcessExecutorOptions): ChildProcess {
  const compileCache = getCompileCacheDir();
  const child = fork(fileURLToPath(new URL('./main.ts', import.meta.url)), [job.name], {
    execArgv: [...process.execArgv, ...heapFlags(limits.heapMb)],
    // A bundle is 3 MB of code: compiling it again for each run would take longer than most runs.
    env: {
      ...memoryEnvironment,
      ...options.environment,
      ...(compileCache ? { NODE_COMPILE_CACHE: dirname(compileCache) } : {}),
    } as NodeJS.ProcessEnv,
    // Relative paths of the settings count from the project's folder.
    cwd: projectRoot,
    serialization: 'advanced',
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    // A group of its own: out of reach of a terminal's Ctrl-C, and ended together with all that it has started.
    detached: true,
  });
  alive.add(child);
  child.once('close', () => alive.delete(child));
  return child;
}

/** Ends a run that holds too much, and of a run only the browser when it is that. */
function limitMemory(
  child: ChildProcess,
  job: JobDescription,
  { limits, memoryLookMs, log }: ProcessExecutorOptions,
  end: (error: JobProcessDiedError) => void,
): () => void {
  if (child.pid === undefined) return () => undefined;
  return watchMemory(child.pid, {
    limits,
    lookMs: memoryLookMs,
    onRun: (mb) =>
      end(
        new JobProcessDiedError(
          `The job ${job.name} was ended: it held ${Math.round(mb)} MB of memory, expected at most ${limits.runMb} ` +
            `MB (CRON_WORKER_MAX_MB, and ${limits.runMb - limits.heapMb} MB besides)`,
          { code: 'out-of-memory' },
        ),
      ),
    onHelpers(mb, pids) {
      log.error(
        { job: job.name, mb: Math.round(mb), expected: limits.helpersMb },
        'the browser of the run was ended: it held too much memory (CHROMIUM_MAX_MB)',
      );
      for (const pid of pids) killProcess(pid);
    },
  });
}

function killProcess(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has just ended by itself.
  }
}

function killGroup(child: ChildProcess): void {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  killProcess(-child.pid);
}

function crashed(job: JobDescription, { message, stack }: { message: string; stack?: string }): JobProcessDiedError {
  const cause = Object.assign(new Error(message), stack ? { stack } : {});
  return new JobProcessDiedError(`The job ${job.name} crashed: ${message}`, { code: 'crashed', cause });
}

function died(
  job: JobDescription,
  code: number | null,
  signal: NodeJS.Signals | null,
  maxHeapMb: number,
): JobProcessDiedError {
  // V8 ends a process that reaches its heap limit by abort().
  if (signal === 'SIGABRT')
    return new JobProcessDiedError(
      `The job ${job.name} was aborted (SIGABRT), most often because it needed more than ${maxHeapMb} MB of heap ` +
        '(CRON_WORKER_MAX_MB); what it said last is in the log',
      { code: 'out-of-memory' },
    );
  if (signal === 'SIGKILL') {
    return new JobProcessDiedError(
      `The job ${job.name} was killed from outside (SIGKILL): the system does that when its memory runs out`,
      { code: 'killed', retryable: true },
    );
  }
  return new JobProcessDiedError(
    `The job ${job.name} ended its process without a report (${signal ?? `exit code ${code}`})`,
    { code: 'process-exit' },
  );
}

/** Tells in the log when a run has been blocked for long: its budget ends it, not this. */
function watchHeartbeat(job: JobDescription, log: Logger): { beat(): void; stop(): void } {
  let lastBeat = performance.now();
  let warned = false;
  const timer = setInterval(() => {
    const silentMs = performance.now() - lastBeat;
    if (silentMs < 6 * heartbeatMs || warned) return;
    warned = true;
    log.warn({ job: job.name, silentMs: Math.round(silentMs) }, 'the run does not answer: it is blocked');
  }, heartbeatMs);
  timer.unref();
  return {
    beat: () => {
      lastBeat = performance.now();
      warned = false;
    },
    stop: () => clearInterval(timer),
  };
}
