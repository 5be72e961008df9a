import type { PlannedChange } from '../models/planned-change.ts';
import { RunDetail } from '../models/run-detail.ts';
import type { Logger } from '../platform/logger.ts';

/** What changes nothing that people see. */
const isSeen = ({ do: what }: PlannedChange): boolean => what !== 'refresh';

/** What a run leaves for its page. */
interface Detail {
  readonly plan?: readonly PlannedChange[] | undefined;
  readonly lines?: readonly string[] | undefined;
}

/**
 * Keeps what only a run's own page shows. To be written before the run's end, so that whoever waits for that finds
 * everything; when it cannot be written the end is reported all the same. The database is connected.
 */
export async function keepDetail(
  { job, runId, startedAt }: { readonly job: string; readonly runId: string; readonly startedAt: Date },
  { plan = [], lines = [] }: Detail,
  log: Logger,
): Promise<void> {
  if (plan.length === 0 && lines.length === 0) return;
  const kept = { lines: [...lines], plan: plan.filter(isSeen), startedAt };
  try {
    await RunDetail.updateOne({ _id: runId }, { $set: kept }, { upsert: true });
  } catch (error) {
    log.warn({ job, runId, err: error }, 'the log lines of a run could not be kept');
  }
}
