/**
 * The executor of a server: each run in a worker thread of its own. A 100 MB feed does not stall the HTTP thread, a leak
 * or a crash dies with its run, and a run that ignores its deadline can be ended.
 */

import { getCompileCacheDir } from 'node:module';
import { Worker } from 'node:worker_threads';
import { abortReason, EstioError } from '../shared/platform/errors.ts';
import type { Logger } from '../shared/platform/logger.ts';
import type { WorkerOptions } from '../shared/runs/define-job.ts';
import type { JobDescription } from '../shared/runs/job.ts';
import type { RunReport } from '../shared/runs/run-context.ts';
import type { Execution, ExecutionRequest, Executor } from '../shared/runs/run-guarded.ts';
import type { BuiltJob } from './jobs.ts';
import { heartbeatMs, type FromWorker, type ToWorker, type WorkerData } from './worker-protocol.ts';

/** A run's thread ended without a report. */
export class WorkerDiedError extends EstioError {
  override name = 'WorkerDiedError';
}

export interface WorkerExecutorOptions {
  readonly jobs: ReadonlyMap<string, BuiltJob>;
  /** Heap limit of a run (MB). */
  readonly maxHeapMb: number;
  readonly options: WorkerOptions;
  readonly log: Logger;
}

/** Makes the executor. */
export function workerExecutor(settings: WorkerExecutorOptions): Executor {
  return (job, request) => {
    const built = settings.jobs.get(job.name);
    if (!built) throw new EstioError(`There is no bundle of the job ${job.name}`, { code: 'unknown-job' });
    return executeInWorker(built, request, settings);
  };
}

function executeInWorker(built: BuiltJob, request: ExecutionRequest, settings: WorkerExecutorOptions): Execution {
  const { runId, trigger, parameters } = request;
  const workerData: WorkerData = { file: built.file, run: { runId, trigger, parameters }, options: settings.options, heartbeatMs, compileCache: getCompileCacheDir() };
  const worker = new Worker(new URL('./worker.ts', import.meta.url), {
    workerData,
    env: { ...settings.options.environment } as NodeJS.ProcessEnv,
    // A small young generation: what a job reads passes through quickly, and memory stays low on a small server.
    resourceLimits: { maxOldGenerationSizeMb: settings.maxHeapMb, maxYoungGenerationSizeMb: 12 },
    name: built.description.name,
  });
  const tell = (message: ToWorker) => worker.postMessage(message);
  const onAbort = () => tell({ type: 'abort', reason: abortReason(request.signal) });
  if (request.signal.aborted) onAbort();
  else request.signal.addEventListener('abort', onAbort, { once: true });

  const watch = watchHeartbeat(built.description, settings.log);
  const finished = new Promise<RunReport>((resolve, reject) => {
    worker.on('message', (message: FromWorker) => {
      if (message.type === 'heartbeat') watch.beat();
      else if (message.type === 'progress') request.onProgress(message.update);
      else if (message.type === 'report') resolve(message.report);
      else void request.assertHeld().then(
        () => tell({ type: 'held', question: message.question, held: true }),
        () => tell({ type: 'held', question: message.question, held: false }),
      );
    });
    worker.on('error', (error: NodeJS.ErrnoException) => reject(died(built.description, error, settings.maxHeapMb)));
    worker.on('messageerror', (error) => reject(died(built.description, error, settings.maxHeapMb)));
    worker.on('exit', (code) => {
      reject(new WorkerDiedError(`The job ${built.description.name} ended its thread without a report (exit code ${code})`, { code: 'worker-exit' }));
    });
  }).finally(() => {
    watch.stop();
    request.signal.removeEventListener('abort', onAbort);
  });
  return { finished, terminate: async () => void (await worker.terminate()) };
}

function died(job: JobDescription, error: NodeJS.ErrnoException, maxHeapMb: number): WorkerDiedError {
  if (error?.code === 'ERR_WORKER_OUT_OF_MEMORY') {
    return new WorkerDiedError(`The job ${job.name} needed more than ${maxHeapMb} MB of heap (CRON_WORKER_MAX_MB) and was ended`, { code: 'out-of-memory', cause: error });
  }
  const message = error instanceof Error ? error.message : String(error);
  return new WorkerDiedError(`The job ${job.name} crashed: ${message}`, { code: 'crashed', cause: error });
}

/** Tells in the log when a run's thread has been blocked for long: its budget ends it, not this. */
function watchHeartbeat(job: JobDescription, log: Logger): { beat(): void; stop(): void } {
  let lastBeat = performance.now();
  let warned = false;
  const timer = setInterval(() => {
    const silentMs = performance.now() - lastBeat;
    if (silentMs < 6 * heartbeatMs || warned) return;
    warned = true;
    log.warn({ job: job.name, silentMs: Math.round(silentMs) }, 'the run does not answer: its thread is blocked');
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
