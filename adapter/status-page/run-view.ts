import type { PlannedChange } from '../../shared/models/planned-change.ts';
import type { ShownRun } from '../../shared/models/read-run.ts';
import type { Feed } from './status.ts';

export interface RunView {
  readonly run: ShownRun;
  readonly lines: readonly string[];
  readonly plan: readonly PlannedChange[];
  readonly feed: Feed | undefined;
  readonly feeds: readonly Pick<Feed, 'id' | 'name'>[];
  readonly canAct: boolean;
  readonly now: Date;
}
