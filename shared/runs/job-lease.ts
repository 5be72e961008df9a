/**
 * A lease in the database for what one host of several does, such as telling the operator: runs of jobs have their
 * claims. All times are the database's own (`$$NOW`), so that the hosts' clocks do not matter; the token grows with
 * each owner (fencing).
 */

import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import type { LockResult } from '../platform/file-lock.ts';
import { lockStaleMs } from '../platform/lock-liveness.ts';
import { JobLease } from '../models/job-lease.ts';

const duplicateKey = 11_000;

/** Takes the lease of this name for `leaseMs`, or says who has it. */
export async function acquireJobLease(job: string, leaseMs: number = lockStaleMs): Promise<LockResult> {
  await ensureLease(job);
  const owner = randomUUID();
  const lease = await JobLease.findOneAndUpdate(
    { _id: job, $expr: { $lte: ['$expiresAt', '$$NOW'] } },
    [
      {
        $set: {
          owner,
          host: hostname(),
          pid: process.pid,
          token: { $add: ['$token', 1] },
          since: '$$NOW',
          expiresAt: { $add: ['$$NOW', leaseMs] },
        },
      },
    ],
    { returnDocument: 'after', updatePipeline: true, lean: true },
  );
  if (lease) return { acquired: heldLease(job, owner, lease.token, leaseMs) };
  const holder = await JobLease.findById(job).lean();
  return {
    heldBy: holder
      ? { owner: holder.owner, pid: holder.pid, host: holder.host, since: holder.since?.toISOString() }
      : {},
  };
}

/** The document of a lease that nobody has yet: an upsert cannot ask `$expr`, so it comes first. */
async function ensureLease(job: string): Promise<void> {
  try {
    await JobLease.updateOne({ _id: job }, { $setOnInsert: { token: 0, expiresAt: new Date(0) } }, { upsert: true });
  } catch (error) {
    // Somebody else's upsert was quicker.
    if ((error as { code?: number }).code !== duplicateKey) throw error;
  }
}

function heldLease(job: string, owner: string, token: number, leaseMs: number) {
  return {
    fencingToken: token,
    async renew() {
      const renewed = await JobLease.updateOne(
        { _id: job, owner, token, $expr: { $gt: ['$expiresAt', '$$NOW'] } },
        [{ $set: { expiresAt: { $add: ['$$NOW', leaseMs] } } }],
        { updatePipeline: true },
      );
      return renewed.matchedCount === 1;
    },
    async isHeld() {
      return (await JobLease.exists({ _id: job, owner, token, $expr: { $gt: ['$expiresAt', '$$NOW'] } })) !== null;
    },
    async release() {
      await JobLease.updateOne({ _id: job, owner, token }, { $set: { expiresAt: new Date(0), owner: '' } });
    },
  };
}
