import type { RunTrigger } from '../../shared/models/job-run.ts';
import type { ExecutionOptions } from '../../shared/runs/define-job.ts';
import type { Progress, RunParameters, RunReport } from '../../shared/runs/run-context.ts';

/** Exit code of a run that closed its channel. */
export const hungUpCode = 87;

/** ms between signs that the event loop turns */
export const heartbeatMs = 5_000;

/** Sent first. Arguments would be visible to all users. */
export interface Assignment {
  readonly type: 'run';
  readonly file: string;
  readonly run: { readonly runId: string; readonly trigger: RunTrigger; readonly parameters: RunParameters };
  readonly options: ExecutionOptions;
}

export type ToJobProcess =
  | Assignment
  | { readonly type: 'abort'; readonly reason: string }
  | { readonly type: 'held'; readonly question: number; readonly held: boolean };

export type FromJobProcess =
  | { readonly type: 'heartbeat' }
  | { readonly type: 'progress'; readonly update: Progress }
  | { readonly type: 'is-held'; readonly question: number }
  | { readonly type: 'report'; readonly report: RunReport }
  /** An uncaught error; the process ends. */
  | { readonly type: 'crashed'; readonly message: string; readonly stack?: string };
