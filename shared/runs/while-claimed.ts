import { releaseClaims, renewClaims } from '../models/claim.ts';
import { claimName, NamedClaim } from '../models/named-claim.ts';
import { lockHeartbeatMs } from '../platform/file-lock.ts';
import { claimantOf } from './claimant.ts';
import { newRunId } from './record-run.ts';

/** Does nothing if another process is doing work of this name. Returns whether it was done. */
export async function whileClaimed(name: string, work: () => Promise<void>): Promise<boolean> {
  const by = await claimantOf(newRunId());
  const { claim } = await claimName(name, by);
  if (claim.runId !== by.runId) return false;
  const timer = setInterval(() => void renewClaims(NamedClaim, by.runId).catch(() => undefined), lockHeartbeatMs);
  timer.unref();
  try {
    await work();
    return true;
  } finally {
    clearInterval(timer);
    await releaseClaims(NamedClaim, by.runId);
  }
}
