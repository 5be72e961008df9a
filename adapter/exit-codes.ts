import type { RunEnvelope } from '../shared/runs/run-guarded.ts';

export const exitCodes = { done: 0, failed: 1, usage: 2, partial: 3 } as const;

export function exitCodeOf(status: RunEnvelope['status']): number {
  if (status === 'failed') return exitCodes.failed;
  if (status === 'partial') return exitCodes.partial;
  return exitCodes.done;
}
