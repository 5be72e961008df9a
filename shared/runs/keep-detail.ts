import type { PlannedChange } from '../models/planned-change.ts';
import { RunDetail } from '../models/run-detail.ts';
import type { Logger } from '../platform/logger.ts';

/** Refreshes show nothing new. */
const isSeen = ({ do: what }: PlannedChange): boolean => what !== 'refresh';

interface Detail {
  readonly plan?: readonly PlannedChange[] | undefined;
  readonly lines?: readonly string[] | undefined;
}

/**
 * Call it before the end is recorded: whoever waits for that finds them. A failure is logged. Needs a database
 * connection.
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
