import { second, waitAtMost, type Clock } from '../platform/clock.ts';
import type { Config } from '../platform/config.ts';
import { coerceError, RunAbortedError } from '../platform/errors.ts';
import { lockHeartbeatMs, type HeldLock, type LockResult } from '../platform/file-lock.ts';
import { resourceShortage, type HostResources } from '../platform/host-resources.ts';
import type { LockHolder } from '../platform/lock-holder.ts';
import { lockStaleMs } from '../platform/lock-liveness.ts';
import type { Logger } from '../platform/logger.ts';
import type { RunError, RunTrigger } from '../models/job-run.ts';
import type { Executor } from './execution.ts';
import { jobBudgetMs, jobNeeds, type JobDescription } from './job.ts';
import type { Breadth } from './job-lock.ts';
import { newRunId, type FinishedRun, type RunIdentity, type RunRecorder } from './record-run.ts';
import type { Progress, RunParameters, RunReport } from './run-context.ts';
import { isNarrowed, recordedParameters } from './run-parameters.ts';
import type { PlannedChange } from '../models/planned-change.ts';
import { runError, withinBudget } from './time-limits.ts';

export interface GuardedRunDeps {
  readonly config: Config;
  readonly clock: Clock;
  readonly log: Logger;
  readonly recorder: RunRecorder;
  readonly acquireLock: (job: string, breadth: Breadth) => Promise<LockResult>;
  readonly hostResources: () => HostResources;
  readonly execute: Executor;
  readonly beforeRun?: (run: RunIdentity) => void;
  readonly keep: (job: string, parameters: RunParameters) => Promise<unknown>;
}

export interface RunRequest {
  readonly trigger: RunTrigger;
  readonly parameters: RunParameters;
  readonly signal?: AbortSignal;
  readonly onProgress?: (update: Progress) => void;
  /** The guard admitted the run. */
  readonly onStart?: (runId: string) => void;
}

export type RunEnvelope =
  | {
      readonly job: string;
      readonly runId: string;
      readonly status: 'succeeded' | 'partial' | 'failed';
      readonly reason?: string;
      /** Absent: a run over everything. */
      readonly parameters?: Readonly<Record<string, string | true>>;
      readonly startedAt: string;
      readonly durationMs: number;
      readonly waiting?: number;
      /** On a hosted platform: a further call continues with this much. */
      readonly left?: number;
      readonly counts: Readonly<Record<string, number>>;
      readonly errors: readonly RunError[];
      readonly plan?: readonly PlannedChange[];
    }
  | SkippedEnvelope;

interface SkippedEnvelope {
  readonly job: string;
  readonly status: 'skipped';
  readonly reason: 'locked' | 'low-memory' | 'high-load' | 'claimed';
  readonly detail: string;
  /** A later run will do it. */
  readonly kept?: true;
  readonly since?: string;
  readonly runId?: string;
  readonly pid?: number;
  readonly host?: string;
}

/** Never throws: errors are in the envelope. */
export async function runGuarded(job: JobDescription, request: RunRequest, deps: GuardedRunDeps): Promise<RunEnvelope> {
  const startedAt = deps.clock.now();
  const { trigger, parameters } = request;
  const asked = recordedParameters(parameters);
  const run: RunIdentity = { job: job.name, runId: newRunId(), trigger, startedAt, parameters: asked };
  const log = deps.log.child({ job: job.name, runId: run.runId });
  try {
    const lock = await deps.acquireLock(job.name, isNarrowed(parameters) ? 'narrowed' : 'whole');
    if ('heldBy' in lock)
      return await skip(
        job,
        run,
        request,
        { reason: 'locked', detail: describeHolder(lock.heldBy, startedAt), holder: lock.heldBy },
        deps,
        log,
      );
    try {
      const shortage = resourceShortage(deps.hostResources(), jobNeeds(job, deps.config));
      if (shortage) return await skip(job, run, request, shortage, deps, log);
      return await runHolding(lock.acquired, job, run, request, deps, log);
    } finally {
      await unhindered('the release of the lock', lock.acquired.release(), log);
    }
  } catch (thrown) {
    const error = coerceError(thrown);
    log.error({ err: error }, 'the run could not begin');
    return finish(
      run,
      { status: 'failed', reason: error.code, counts: {}, errors: [runError('guard', error)] },
      deps,
      log,
    );
  }
}

interface Refusal {
  readonly reason: 'locked' | 'low-memory' | 'high-load';
  readonly detail: string;
  readonly holder?: LockHolder;
}

async function skip(
  job: JobDescription,
  run: RunIdentity,
  { parameters }: RunRequest,
  { reason, detail, holder }: Refusal,
  deps: GuardedRunDeps,
  log: Logger,
): Promise<RunEnvelope> {
  log.info({ reason, detail }, 'skipped');
  // A refusal answers at once; whoever ends the process waits for the recorder.
  void deps.recorder.skipped(run, reason, detail);
  const { since, pid, host } = holder ?? {};
  const kept =
    job.keeps !== undefined &&
    parameters[job.keeps] !== undefined &&
    (await unhindered('keeping what was asked for', deps.keep(job.name, parameters), log));
  return {
    job: run.job,
    status: 'skipped',
    reason,
    detail,
    ...(kept ? { kept } : {}),
    ...(since ? { since } : {}),
    ...(pid ? { pid } : {}),
    ...(host ? { host } : {}),
  };
}

function describeHolder(holder: LockHolder, now: Date): string {
  if (!holder.since) return 'another run holds the lock';
  const seconds = Math.max(0, Math.round((now.getTime() - Date.parse(holder.since)) / 1000));
  return (
    `another run holds the lock since ${holder.since} (${seconds} s), pid ${holder.pid ?? 'unknown'} on ` +
    `${holder.host ?? 'an unknown host'}`
  );
}

async function runHolding(
  lock: HeldLock,
  job: JobDescription,
  run: RunIdentity,
  request: RunRequest,
  deps: GuardedRunDeps,
  log: Logger,
): Promise<RunEnvelope> {
  const stop = new AbortController();
  const releases: (() => void)[] = [];
  try {
    releases.push(keepAlive(lock, (reason) => stop.abort(new RunAbortedError(reason)), log));
    const beat = setInterval(() => void deps.recorder.alive(run.runId), lockHeartbeatMs);
    releases.push(() => clearInterval(beat));
    deps.beforeRun?.(run);
    await unhindered('the record of the start', deps.recorder.started(run), log);
    // Callers may look up the record at once.
    request.onStart?.(run.runId);
    log.info({ trigger: run.trigger, parameters: request.parameters }, 'started');
    const progress = throttledProgress(run.runId, request, deps, log);
    const execution = deps.execute(job, {
      runId: run.runId,
      trigger: request.trigger,
      parameters: request.parameters,
      signal: request.signal ? AbortSignal.any([stop.signal, request.signal]) : stop.signal,
      onProgress: progress,
      assertHeld: async () => {
        if (!(await lock.isHeld())) throw new RunAbortedError('another run has taken over the lock');
      },
    });
    if (execution.pid !== undefined && lock.nameRun)
      void unhindered('the name of the process in the lock', lock.nameRun(execution.pid), log);
    const report = await withinBudget(
      execution,
      {
        job: job.name,
        budgetMs: jobBudgetMs(job, deps.config),
        graceMs: deps.config.cronGrace,
        stop,
        shutdown: request.signal,
      },
      releases,
    );
    return await finish(run, { ...report, lines: execution.lines() }, deps, log);
  } finally {
    for (const release of releases.reverse()) release();
  }
}

/**
 * ms for each record and for the lock's release. With `shutdownGraceMs` a stop stays within the 30 s of service
 * managers.
 */
const recordTimeoutMs = 2 * second;

/**
 * Waits briefly for what a run can do without, and logs its failure.
 *
 * @returns whether it is done
 */
async function unhindered(what: string, work: Promise<unknown>, log: Logger): Promise<boolean> {
  try {
    if (await waitAtMost(recordTimeoutMs, work)) return true;
    log.error({ what, waitedMs: recordTimeoutMs }, 'a database call took too long: the guard stopped waiting for it');
  } catch (error) {
    log.error({ what, err: error }, 'the guard continues without it');
  }
  return false;
}

/** Touches the lock until released; reports its loss. */
function keepAlive(lock: HeldLock, lost: (reason: string) => void, log: Logger): () => void {
  let renewedAt = performance.now();
  const timer = setInterval(async () => {
    // Checked first: a renewal may never be answered. A lock that names a process does not expire.
    if (!lock.nameRun && performance.now() - renewedAt >= maxUnrenewedMs) lost('the lock could not be renewed in time');
    try {
      if (await lock.renew()) renewedAt = performance.now();
      else lost('another run has taken over the lock');
    } catch (error) {
      log.warn({ err: error }, 'the lock could not be renewed');
    }
  }, lockHeartbeatMs);
  return () => clearInterval(timer);
}

/** ms; a beat later another run may take the lock over. */
const maxUnrenewedMs = lockStaleMs - lockHeartbeatMs;

function throttledProgress(
  runId: string,
  request: RunRequest,
  deps: GuardedRunDeps,
  log: Logger,
): (update: Progress) => void {
  let lastWritten = performance.now();
  return (update) => {
    request.onProgress?.(update);
    if (performance.now() - lastWritten < 10_000) return;
    lastWritten = performance.now();
    log.info({ progress: update }, update.message);
    void deps.recorder.progressed(runId, update);
  };
}

async function finish(
  run: RunIdentity,
  report: RunReport & Pick<FinishedRun, 'lines'>,
  deps: GuardedRunDeps,
  log: Logger,
): Promise<RunEnvelope> {
  const finishedAt = deps.clock.now();
  const { claimedBy, ...recorded } = report;
  const result: FinishedRun = {
    ...recorded,
    finishedAt,
    durationMs: Math.max(0, finishedAt.getTime() - run.startedAt.getTime()),
  };
  await unhindered('the record of the end', deps.recorder.finished(run, result), log);
  const level = report.status === 'failed' ? 'error' : report.status === 'partial' ? 'warn' : 'info';
  log[level](
    {
      status: report.status,
      reason: report.reason,
      durationMs: result.durationMs,
      counts: report.counts,
      errors: report.errors.length,
    },
    'finished',
  );
  const { status } = report;
  if (status === 'skipped') return claimedElsewhere(run.job, report);
  return {
    job: run.job,
    runId: run.runId,
    status,
    ...(report.reason ? { reason: report.reason } : {}),
    ...(run.parameters ? { parameters: run.parameters } : {}),
    startedAt: run.startedAt.toISOString(),
    durationMs: result.durationMs,
    ...(report.waiting === undefined ? {} : { waiting: report.waiting }),
    counts: report.counts,
    errors: report.errors,
    ...(report.plan ? { plan: report.plan } : {}),
  };
}

function claimedElsewhere(job: string, { detail = '', claimedBy, counts }: RunReport): SkippedEnvelope {
  return {
    job,
    status: 'skipped',
    reason: 'claimed',
    detail,
    ...(claimedBy ? { ...claimedBy, since: claimedBy.since.toISOString() } : {}),
    ...((counts['backfillsKept'] ?? 0) > 0 ? { kept: true } : {}),
  };
}
