/**
 * Each run has its own process, so that a large feed, a crash, a leak or a missed deadline harms only the run. A
 * thread's heap limit may end the whole process (Node.js, "Worker threads", resourceLimits).
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
import { endLeftovers, killGroup, killProcess, runMarker } from './leftovers.ts';
import { heartbeatMs, hungUpCode, type FromJobProcess, type ToJobProcess } from './protocol.ts';
import { heapFlags, memoryEnvironment, type MemoryLimits } from './memory-limits.ts';
import { watchMemory } from './memory-watch.ts';
import { passOutputOn } from './pass-output-on.ts';

class JobProcessDiedError extends EstioError {
  override name = 'JobProcessDiedError';
}

export interface ProcessExecutorOptions {
  readonly jobs: ReadonlyMap<string, BuiltJob>;
  readonly limits: MemoryLimits;
  readonly memoryLookMs?: number;
  readonly options: ExecutionOptions;
  readonly log: Logger;
}

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
  const child = start(description, runId, settings);
  const recent = passOutputOn(child, settings.options.logFd);
  // 'exit' reports an ended process, so a lost message does not matter.
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
    // Messages may follow 'exit', but not 'close'.
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

const alive = new Set<ChildProcess>();
process.once('exit', () => alive.forEach(killGroup));

function start(job: JobDescription, runId: string, { limits, options }: ProcessExecutorOptions): ChildProcess {
  const compileCache = getCompileCacheDir();
  const child = fork(fileURLToPath(new URL('./main.ts', import.meta.url)), [job.name, String(process.pid)], {
    execArgv: [...process.execArgv, ...heapFlags(limits.heapMb)],
    // Compiling 3 MB of code would take longer than most runs.
    env: {
      ...memoryEnvironment,
      ...options.environment,
      [runMarker]: runId,
      ...(compileCache ? { NODE_COMPILE_CACHE: dirname(compileCache) } : {}),
    } as NodeJS.ProcessEnv,
    // Relative settings start there.
    cwd: projectRoot,
    serialization: 'advanced',
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    // Its own group ignores a terminal's Ctrl-C and can be killed as a whole.
    detached: true,
  });
  alive.add(child);
  child.once('exit', () => void endLeftovers(child, runId));
  child.once('close', () => alive.delete(child));
  return child;
}

/** Ends a run, or only its browser, above the limits. */
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
          `The job ${job.name} was ended: it held ${Math.round(mb)} MB of memory, but the limit is ${limits.runMb} ` +
            `MB (CRON_WORKER_MAX_MB, and ${limits.runMb - limits.heapMb} MB more)`,
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
  // V8 aborts at its heap limit.
  if (signal === 'SIGABRT')
    return new JobProcessDiedError(
      `The job ${job.name} was aborted (SIGABRT), usually because it needed more than ${maxHeapMb} MB of heap ` +
        '(CRON_WORKER_MAX_MB); its last output is in the log',
      { code: 'out-of-memory' },
    );
  if (signal === 'SIGKILL') {
    return new JobProcessDiedError(
      `The job ${job.name} was killed from outside (SIGKILL): the system does that when its memory runs out`,
      { code: 'killed', retryable: true },
    );
  }
  if (code === hungUpCode) {
    return new JobProcessDiedError(`The job ${job.name} closed its channel to the adapter, so it was ended`, {
      code: 'process-exit',
    });
  }
  return new JobProcessDiedError(
    `The job ${job.name} ended its process without a report (${signal ?? `exit code ${code}`})`,
    { code: 'process-exit' },
  );
}

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
