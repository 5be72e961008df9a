import { databaseNow } from '../models/database-time.ts';
import type { Claim } from '../models/claim.ts';
import type { Clock } from '../platform/clock.ts';
import type { Config } from '../platform/config.ts';
import { abortReason, coerceError, isAbort } from '../platform/errors.ts';
import type { ResourceShortage } from '../platform/host-resources.ts';
import type { Logger } from '../platform/logger.ts';
import type { RunError, RunTrigger } from '../models/job-run.ts';
import type { PlannedChange } from '../models/planned-change.ts';

export interface RunParameters {
  readonly accountId?: string;
  readonly feedId?: string;
  readonly locationId?: string;
  readonly contactId?: string;
  /** Only mailboxes that their provider reported as changed; no caller can set it. */
  readonly pushed?: true;
  readonly dryRun: boolean;
  readonly confirmRemovals: boolean;
}

export interface Progress {
  readonly message: string;
  readonly done?: number;
  readonly total?: number;
  readonly unit?: string;
}

export interface RunContext {
  readonly job: string;
  readonly runId: string;
  readonly trigger: RunTrigger;
  readonly config: Config;
  readonly clock: Clock;
  /** Decides what is due or old enough, because all hosts share it. */
  databaseNow(): Promise<Date>;
  readonly log: Logger;
  /** Also at shutdown and when the lock is lost. */
  readonly signal: AbortSignal;
  readonly parameters: RunParameters;
  /**
   * Adds to a count; adding 0 shows a zero.
   *
   * @throws {RangeError} NaN, Infinity
   */
  count(name: string, by?: number): void;
  /** Does one unit (an account, a feed, a check): its failure is recorded and stops nothing else. */
  attempt<T>(scope: string, work: () => Promise<T>): Promise<T | undefined>;
  problem(scope: string, error: unknown): void;
  /** The budget ended early; the next run continues. */
  unfinished(what: string): void;
  /** Due work left over that no run is doing. */
  waiting(count: number): void;
  /** Another run works on what was asked for: a skip, if nothing else was done. */
  claimedElsewhere(scope: string, claim: ClaimHolder): void;
  /** @param due records there: they wait if another run holds the location and gives no sign of life */
  mayWorkOn(locationId: unknown, due: number): Promise<boolean>;
  /** Why no further unit should begin now. */
  shortage(): ResourceShortage | undefined;
  readonly schedule: string | undefined;
  progress(update: Progress): void;
  /** Of a dry run. */
  planned(change: PlannedChange): void;
  /** Throws when the lock is lost: call it before moving a cursor or removing anything. */
  assertHeld(): Promise<void>;
}

type ClaimHolder = Pick<Claim, 'runId' | 'host' | 'pid' | 'since'>;

export interface RunReport {
  readonly status: 'succeeded' | 'partial' | 'failed' | 'skipped';
  readonly reason?: string;
  readonly detail?: string;
  readonly claimedBy?: ClaimHolder;
  /** Due work left over that no run is doing. */
  readonly waiting?: number;
  readonly counts: Readonly<Record<string, number>>;
  readonly errors: readonly RunError[];
  /** Only the first `maxPlanned` changes. */
  readonly plan?: readonly PlannedChange[];
}

const maxRecordedErrors = 50;
/** Counts tell the rest. */
const maxPlanned = 5000;

export interface ContextOptions extends Pick<
  RunContext,
  'job' | 'runId' | 'trigger' | 'config' | 'clock' | 'log' | 'signal' | 'parameters'
> {
  readonly onProgress?: (update: Progress) => void;
  readonly assertHeld?: () => Promise<void>;
  readonly databaseNow?: () => Promise<Date>;
  readonly schedule?: string | undefined;
  readonly shortage?: () => ResourceShortage | undefined;
}

export interface ReportingContext extends RunContext {
  report(thrown?: unknown): RunReport;
}

export function createRunContext(options: ContextOptions): ReportingContext {
  const counts: Record<string, number> = {};
  const errors: RunError[] = [];
  const plan: PlannedChange[] = [];
  const units = { succeeded: 0, failed: 0, unfinished: 0 };
  let waiting = 0;
  let claimed: { readonly scope: string; readonly claim: ClaimHolder } | undefined;
  let lack: ResourceShortage | undefined;

  const record = errorList(options.log, errors, counts);

  function unfinished(what: string): void {
    units.unfinished += 1;
    options.log.info({ what }, 'left for the next run');
  }

  return {
    ...options,
    count(name, by = 1) {
      const sum = (counts[name] ?? 0) + by;
      if (!Number.isFinite(sum))
        throw new RangeError(`count ${JSON.stringify(name)}: expected a finite number, got ${by}`);
      counts[name] = sum;
    },
    async attempt(scope, work) {
      if (options.signal.aborted) {
        unfinished(scope);
        return undefined;
      }
      try {
        const result = await work();
        units.succeeded += 1;
        return result;
      } catch (thrown) {
        if (options.signal.aborted && isAbort(thrown)) {
          unfinished(scope);
        } else {
          units.failed += 1;
          record(scope, thrown);
        }
        return undefined;
      }
    },
    problem: record,
    unfinished,
    waiting: (count) => void (waiting += count),
    claimedElsewhere: (scope, claim) => void (claimed ??= { scope, claim }),
    mayWorkOn: () => Promise.resolve(true),
    shortage: () => (lack = options.shortage?.()),
    schedule: options.schedule,
    progress: (update) => options.onProgress?.(update),
    planned(change) {
      if (plan.length < maxPlanned) plan.push(change);
      else counts['planNotListed'] = (counts['planNotListed'] ?? 0) + 1;
    },
    assertHeld: options.assertHeld ?? (() => Promise.resolve()),
    databaseNow: options.databaseNow ?? databaseNow,
    report(thrown) {
      const stopped = thrown !== undefined && options.signal.aborted && isAbort(thrown);
      const crashed = thrown !== undefined && !stopped;
      if (stopped) unfinished(options.job);
      if (crashed) record(options.job, thrown);
      const told = { counts: { ...counts }, errors: [...errors], ...listed(plan) };
      const isIdle = units.succeeded + units.failed + units.unfinished === 0 && !crashed;
      if (claimed && isIdle) return { ...skippedFor(claimed), ...told };
      const status = statusOf(units, crashed, waiting);
      const reason = status === 'partial' ? reasonOf(options.signal, waiting > 0 ? lack : undefined) : undefined;
      return { status, ...(reason ? { reason } : {}), ...(waiting > 0 ? { waiting } : {}), ...told };
    },
  };
}

function errorList(log: Logger, errors: RunError[], counts: Record<string, number>) {
  return (scope: string, thrown: unknown): void => {
    const error = coerceError(thrown);
    log.warn({ scope, err: error }, error.message);
    if (errors.length < maxRecordedErrors) {
      errors.push({
        scope: scope.slice(0, 200),
        code: error.code,
        message: error.message.slice(0, 1000),
        retryable: error.retryable,
      });
    } else {
      counts['errorsNotListed'] = (counts['errorsNotListed'] ?? 0) + 1;
    }
  };
}

interface Units {
  readonly succeeded: number;
  readonly failed: number;
  readonly unfinished: number;
}

function statusOf(units: Units, crashed: boolean, waiting: number): 'succeeded' | 'partial' | 'failed' {
  if (crashed || (units.failed > 0 && units.succeeded === 0 && units.unfinished === 0)) return 'failed';
  return units.failed > 0 || units.unfinished > 0 || waiting > 0 ? 'partial' : 'succeeded';
}

function reasonOf(signal: AbortSignal, lack: ResourceShortage | undefined): string | undefined {
  return signal.aborted ? abortReason(signal) : lack?.reason;
}

function skippedFor({ scope, claim }: { readonly scope: string; readonly claim: ClaimHolder }) {
  const { runId, host, pid, since } = claim;
  const detail = `the run ${runId} is working on ${scope} since ${since.toISOString()}, pid ${pid} on ${host}`;
  return { status: 'skipped', reason: 'claimed', detail, claimedBy: { runId, host, pid, since } } as const;
}

function listed(plan: readonly PlannedChange[]): Pick<RunReport, 'plan'> {
  return plan.length > 0 ? { plan: [...plan] } : {};
}
