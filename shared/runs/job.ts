import type { Config } from '../platform/config.ts';
import type { RunContext, RunParameters } from './run-context.ts';

export type ParameterName = keyof RunParameters;

export interface JobDescription {
  /** Kebab-case, as in the file's name and the path. */
  readonly name: string;
  /** One line for people. */
  readonly description: string;
  /** Five cron fields, in the host's time zone. */
  readonly schedule: string;
  readonly parameters: readonly ParameterName[];
  readonly keeps?: 'contactId';
  /** ms, instead of CRON_BUDGET. */
  readonly budgetMs?: number;
  /** Instead of CRON_MIN_FREE_MB and CRON_MAX_LOAD. */
  readonly needs?: { readonly minFreeMb?: number; readonly maxLoad?: number };
}

export interface JobDefinition extends JobDescription {
  readonly run: (context: RunContext) => Promise<void>;
}

/** The budget of a run, ms. */
export function jobBudgetMs(job: JobDescription, config: Config): number {
  return job.budgetMs ?? config.cronBudget;
}

export function jobNeeds(job: JobDescription, config: Config) {
  return { minFreeMb: job.needs?.minFreeMb ?? config.cronMinFreeMb, maxLoad: job.needs?.maxLoad ?? config.cronMaxLoad };
}
