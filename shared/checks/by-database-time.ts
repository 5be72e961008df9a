import type { RunContext } from '../runs/run-context.ts';

/** The database's clock is the one that all hosts share. */
export async function byDatabaseTime(context: RunContext): Promise<RunContext> {
  const now = await context.databaseNow();
  return { ...context, clock: { wait: (ms, signal) => context.clock.wait(ms, signal), now: () => now } };
}
