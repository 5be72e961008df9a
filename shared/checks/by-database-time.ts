import type { RunContext } from '../runs/run-context.ts';

/** All hosts share the database's clock. */
export async function byDatabaseTime(context: RunContext): Promise<RunContext> {
  const now = await context.databaseNow();
  return { ...context, clock: { wait: (ms, signal) => context.clock.wait(ms, signal), now: () => now } };
}
