/** For display, without values of the wrong kind. Pure. */

import type { JobRunDoc, RunError, RunStatus, RunTrigger } from './job-run.ts';
import { storedDate, storedId, storedNumber, storedText } from './stored-value.ts';

export const runStatuses: readonly RunStatus[] = ['running', 'succeeded', 'partial', 'failed', 'skipped'];
const triggers: readonly RunTrigger[] = ['cron', 'invoke', 'hosted', 'page', 'push'];

export interface ShownRun {
  /** Empty: not an ObjectId. */
  readonly runId: string;
  readonly job: string | undefined;
  readonly status: RunStatus | undefined;
  readonly reason: string | undefined;
  readonly detail: string | undefined;
  readonly trigger: RunTrigger | undefined;
  /** Absent: over everything. */
  readonly parameters: Readonly<Record<string, string | true>> | undefined;
  readonly tick: Date | undefined;
  readonly startedAt: Date | undefined;
  readonly finishedAt: Date | undefined;
  /** ms */
  readonly durationMs: number | undefined;
  readonly waiting: number | undefined;
  readonly counts: Readonly<Record<string, number>>;
  readonly errors: readonly RunError[];
  readonly progress: JobRunDoc['progress'];
  readonly host: string | undefined;
  readonly pid: number | undefined;
  readonly version: string | undefined;
}

export type StoredRun = { readonly [name in keyof JobRunDoc]?: unknown };

export function readRun(stored: StoredRun): ShownRun {
  return {
    runId: storedId(stored._id)?.toHexString() ?? '',
    job: storedText(stored.job),
    status: oneOf(runStatuses, stored.status),
    reason: storedText(stored.reason),
    detail: storedText(stored.detail),
    trigger: oneOf(triggers, stored.trigger),
    parameters: readParameters(stored.parameters),
    tick: storedDate(stored.tick),
    startedAt: storedDate(stored.startedAt),
    finishedAt: storedDate(stored.finishedAt),
    durationMs: storedNumber(stored.durationMs),
    waiting: storedNumber(stored.waiting),
    counts: readCounts(stored.counts),
    errors: (Array.isArray(stored.errors) ? stored.errors : []).flatMap(readError),
    progress: readProgress(stored.progress),
    host: storedText(stored.host),
    pid: storedNumber(stored.pid),
    version: storedText(stored.version),
  };
}

export function readCounts(value: unknown): Readonly<Record<string, number>> {
  return Object.fromEntries(
    entriesOf(value).flatMap(([name, count]) => {
      const number = storedNumber(count);
      return number === undefined ? [] : [[name, number] as const];
    }),
  );
}

function readParameters(value: unknown): ShownRun['parameters'] {
  const known = entriesOf(value).filter(
    (entry): entry is [string, string | true] => typeof entry[1] === 'string' || entry[1] === true,
  );
  return known.length > 0 ? Object.fromEntries(known) : undefined;
}

function readError(value: unknown): RunError[] {
  const { scope, code, message, retryable } = Object.fromEntries(entriesOf(value));
  const text = storedText(message);
  if (text === undefined) return [];
  return [
    { scope: storedText(scope) ?? '', code: storedText(code) ?? '', message: text, retryable: retryable === true },
  ];
}

function readProgress(value: unknown): JobRunDoc['progress'] {
  const { message, done, total, unit } = Object.fromEntries(entriesOf(value));
  const text = storedText(message);
  if (text === undefined) return undefined;
  const [reached, all, of] = [storedNumber(done), storedNumber(total), storedText(unit)];
  return {
    message: text,
    ...(reached === undefined ? {} : { done: reached }),
    ...(all === undefined ? {} : { total: all }),
    ...(of === undefined ? {} : { unit: of }),
  };
}

function entriesOf(value: unknown): [string, unknown][] {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.entries(value) : [];
}

function oneOf<T extends string>(words: readonly T[], value: unknown): T | undefined {
  return words.find((word) => word === value);
}
