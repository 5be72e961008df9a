/** What a run's own page shows, as data. */

import type { PlannedChange } from '../../shared/models/planned-change.ts';
import type { ShownRun } from '../../shared/models/read-run.ts';
import type { Feed } from './status.ts';

export interface RunView {
  readonly run: ShownRun;
  /** The last log lines of its process. */
  readonly lines: readonly string[];
  /** Of a dry run. */
  readonly plan: readonly PlannedChange[];
  /** The feed that it was run for alone. */
  readonly feed: Feed | undefined;
  /** What its errors are about. */
  readonly feeds: readonly Pick<Feed, 'id' | 'name'>[];
  readonly canAct: boolean;
  readonly now: Date;
}
