/** Between the guard and an executor: a process of its own on a server, this one on a hosted platform. */

import type { RunTrigger } from '../models/job-run.ts';
import type { JobDescription } from './job.ts';
import type { Progress, RunParameters, RunReport } from './run-context.ts';

export interface ExecutionRequest {
  readonly runId: string;
  readonly trigger: RunTrigger;
  readonly parameters: RunParameters;
  readonly signal: AbortSignal;
  readonly onProgress: (update: Progress) => void;
  readonly assertHeld: () => Promise<void>;
}

export interface Execution {
  readonly pid?: number | undefined;
  lines(): readonly string[];
  /** Rejects when the run died (crash, out of memory, exit). */
  readonly finished: Promise<RunReport>;
  /** Ends it at once. */
  terminate(): Promise<void>;
}

export type Executor = (job: JobDescription, request: ExecutionRequest) => Execution;
