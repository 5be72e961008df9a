/** What a job is: the words with which `functions/<job>.ts` describes itself. */

import type { Config } from '../platform/config.ts';
import type { RunContext, RunParameters } from './run-context.ts';

/** The narrowing parameters that a job understands. */
export type ParameterName = keyof RunParameters;

/** What can be told of a job without running it: this is what goes into the build's manifest. */
export interface JobDescription {
  /** Kebab-case, as in the file name and the path. */
  readonly name: string;
  /** One line for people. */
  readonly description: string;
  /** Five cron fields, in the host's time zone. */
  readonly schedule: string;
  /** The narrowing parameters it understands. */
  readonly parameters: readonly ParameterName[];
  /**
   * The narrowing that someone asks for once: when the guard refuses such a run, the request is kept for a later one.
   */
  readonly keeps?: 'contactId';
  /** Its own time budget in ms, instead of CRON_BUDGET. */
  readonly budgetMs?: number;
  /** What it needs instead of CRON_MIN_FREE_MB and CRON_MAX_LOAD. */
  readonly needs?: { readonly minFreeMb?: number; readonly maxLoad?: number };
}

export interface JobDefinition extends JobDescription {
  /** Does the work once. What it throws fails the whole run; see `RunContext.attempt` for parts. */
  readonly run: (context: RunContext) => Promise<void>;
}

/** The budget of a job's run, ms. */
export function jobBudgetMs(job: JobDescription, config: Config): number {
  return job.budgetMs ?? config.cronBudget;
}

/** What a job needs of the host to begin. */
export function jobNeeds(job: JobDescription, config: Config) {
  return { minFreeMb: job.needs?.minFreeMb ?? config.cronMinFreeMb, maxLoad: job.needs?.maxLoad ?? config.cronMaxLoad };
}
