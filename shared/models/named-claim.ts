import { Schema, Types } from 'mongoose';
import { isFree, leaseMs, type Claim, type Claimant, type Claimed, type ClaimField } from './claim.ts';
import { defineModel } from './define-model.ts';
import { upsertAtOnce } from './upsert.ts';

/** A claim without a record: a location for one job, or alerting. */
export interface NamedClaimDoc {
  /** `scheduled-tasks:64b000000000000000000000`, `alerts` */
  _id: string;
  claim?: ClaimField;
}

const schema = new Schema<NamedClaimDoc>({
  _id: { type: String, required: true },
  claim: { type: Schema.Types.Mixed, default: undefined },
});

schema.index({ 'claim.runId': 1 }, { sparse: true });
schema.index({ 'claim.host': 1 }, { sparse: true });

export const NamedClaim = defineModel<NamedClaimDoc>('NamedClaim', 'namedclaims', schema);

/** @returns the current claim, perhaps another run's */
export async function claimName(
  name: string,
  { runId, host, pid, startTicks }: Claimant,
): Promise<Claimed<NamedClaimDoc>> {
  const claim: Record<keyof Claim, unknown> = {
    token: new Types.ObjectId().toHexString(),
    runId,
    host,
    pid,
    startTicks: startTicks ?? '$$REMOVE',
    since: '$$NOW',
    until: { $add: ['$$NOW', leaseMs] },
    attempts: 1,
    of: [],
  };
  const found = await upsertAtOnce(() =>
    NamedClaim.collection.findOneAndUpdate(
      { _id: name } as never,
      [{ $set: { claim: { $cond: [isFree, claim, '$claim'] } } }] as never,
      { upsert: true, returnDocument: 'after' },
    ),
  );
  return found as unknown as Claimed<NamedClaimDoc>;
}
