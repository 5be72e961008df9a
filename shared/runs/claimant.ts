import { hostname } from 'node:os';
import type { Claimant } from '../models/claim.ts';
import { processStartTicks } from '../platform/process-identity.ts';

export async function claimantOf(runId: string): Promise<Claimant> {
  return { runId, host: hostname(), pid: process.pid, startTicks: await processStartTicks(process.pid) };
}
