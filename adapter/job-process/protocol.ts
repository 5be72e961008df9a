/** What the adapter and a run's process tell each other, over the channel between them: plain data only. */

import type { RunTrigger } from '../../shared/models/job-run.ts';
import type { ExecutionOptions } from '../../shared/runs/define-job.ts';
import type { Progress, RunParameters, RunReport } from '../../shared/runs/run-context.ts';

/** How often a run's process says that its event loop turns (ms). */
export const heartbeatMs = 5_000;

/** The first message: what is to be run. It is not in the arguments, which every user of the machine can read. */
export interface Assignment {
  readonly type: 'run';
  /** The bundle. */
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
  /** No one caught this error; the process ends. */
  | { readonly type: 'crashed'; readonly message: string; readonly stack?: string };
