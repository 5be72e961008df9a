/**
 * What the guard asks of whoever executes a run: a process of its own on a server, this very one on a hosted platform.
 */

import type { RunTrigger } from '../models/job-run.ts';
import type { JobDescription } from './job.ts';
import type { Progress, RunParameters, RunReport } from './run-context.ts';

/** What an executor is given. */
export interface ExecutionRequest {
  readonly runId: string;
  readonly trigger: RunTrigger;
  readonly parameters: RunParameters;
  /** Aborts when the run must come to its next safe point. */
  readonly signal: AbortSignal;
  readonly onProgress: (update: Progress) => void;
  readonly assertHeld: () => Promise<void>;
}

/** A run that is under way. */
export interface Execution {
  /** Of the run's own process; `undefined` when it has none. */
  readonly pid?: number | undefined;
  /** The last lines that it has written so far. */
  lines(): readonly string[];
  /** Fulfilled with the report; rejected when the run died (crash, out of memory, exit). */
  readonly finished: Promise<RunReport>;
  /** Ends it at once, whatever it is doing. */
  terminate(): Promise<void>;
}

export type Executor = (job: JobDescription, request: ExecutionRequest) => Execution;
