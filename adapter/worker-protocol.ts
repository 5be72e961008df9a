/** What the main thread and a run's thread tell each other: plain data only. */

import type { RunTrigger } from '../shared/models/job-run.ts';
import type { WorkerOptions } from '../shared/runs/define-job.ts';
import type { Progress, RunParameters, RunReport } from '../shared/runs/run-context.ts';

/** How often a thread says that its event loop turns (ms). */
export const heartbeatMs = 5_000;

export interface WorkerData {
  /** The bundle. */
  readonly file: string;
  readonly run: { readonly runId: string; readonly trigger: RunTrigger; readonly parameters: RunParameters };
  readonly options: WorkerOptions;
  readonly heartbeatMs: number;
  /** Folder where compiled code is kept, when there is one. */
  readonly compileCache: string | undefined;
}

export type ToWorker =
  | { readonly type: 'abort'; readonly reason: string }
  | { readonly type: 'held'; readonly question: number; readonly held: boolean };

export type FromWorker =
  | { readonly type: 'heartbeat' }
  | { readonly type: 'progress'; readonly update: Progress }
  | { readonly type: 'is-held'; readonly question: number }
  | { readonly type: 'report'; readonly report: RunReport };
