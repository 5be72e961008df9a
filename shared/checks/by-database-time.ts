import type { RunContext } from '../runs/run-context.ts';

/**
 * A run's context whose clock stands at the database's time: whatever a check judges, it judges by the clock that all
 * hosts share.
 */
export async function byDatabaseTime(context: RunContext): Promise<RunContext> {
  const now = await context.databaseNow();
  return { ...context, clock: { wait: (ms, signal) => context.clock.wait(ms, signal), now: () => now } };
}
