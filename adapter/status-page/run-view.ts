import type { PlannedChange } from '../../shared/models/planned-change.ts';
import type { ShownRun } from '../../shared/models/read-run.ts';
import type { Feed } from './status.ts';

export interface RunView {
  readonly run: ShownRun;
  readonly lines: readonly string[];
  /** Of a dry run. */
  readonly plan: readonly PlannedChange[];
  /** If it was narrowed to one. */
  readonly feed: Feed | undefined;
  /** Named by its errors. */
  readonly feeds: readonly Pick<Feed, 'id' | 'name'>[];
  readonly canAct: boolean;
  readonly now: Date;
}
