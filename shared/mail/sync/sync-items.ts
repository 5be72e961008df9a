/** A revision names an item's last listing: older work does not remove it. */

import type { Types } from 'mongoose';
import type { AccountDoc } from '../../models/account.ts';
import { KeptRequest } from '../../models/kept-request.ts';
import { SyncItem, type SyncItemDoc } from '../../models/sync-item.ts';
import { day } from '../../platform/clock.ts';
import type { MessageOrigin } from '../store/parsed-message.ts';

/** People move mail out of spam and trash. */
const newsGrace = 3 * day;

export interface Listing {
  readonly account: AccountDoc;
  readonly origin: MessageOrigin;
  readonly revision: string;
  readonly now: Date;
}

/** Due at once after a change. Voids earlier work, which may have missed a new contact. */
export async function queueItems(ids: readonly string[], listing: Listing): Promise<number> {
  if (ids.length === 0) return 0;
  const { account, origin, revision, now } = listing;
  // Older mail was ignored or elsewhere.
  const newsSince = new Date((account.lastSyncedAt ?? now).getTime() - newsGrace);
  const rest = { locationId: account.locationId, state: 'queued', origin, attempts: 0, nextAttemptAt: now };
  const result = await SyncItem.bulkWrite(
    ids.map((providerMessageId) => ({
      updateOne: {
        filter: { accountId: account._id, providerMessageId },
        update:
          origin === 'change'
            ? {
                $set: { revision, updatedAt: now, ...rest },
                $unset: { reason: 1 },
                $min: { newsSince },
                $setOnInsert: { createdAt: now },
              }
            : { $set: { revision, updatedAt: now }, $setOnInsert: { ...rest, createdAt: now } },
        upsert: true,
      },
    })),
    { ordered: false, timestamps: false },
  );
  return result.upsertedCount;
}

/** Flags changed: voids work under way. */
export async function touchItems(ids: readonly string[], listing: Listing): Promise<void> {
  if (ids.length === 0) return;
  await SyncItem.updateMany(
    { accountId: listing.account._id, providerMessageId: { $in: [...ids] } },
    { $set: { revision: listing.revision, nextAttemptAt: listing.now } },
  );
}

export async function waitingIds(accountId: Types.ObjectId, ids: readonly string[]): Promise<Set<string>> {
  const items = await SyncItem.find(
    { accountId, providerMessageId: { $in: [...ids] } },
    { providerMessageId: 1 },
  ).lean();
  return new Set(items.map((item) => item.providerMessageId));
}

/** Fewest failures first, then longest waiting. */
export function findDueItems(
  accountId: Types.ObjectId,
  options: { readonly origins: readonly MessageOrigin[]; readonly now: Date; readonly limit: number },
): Promise<SyncItemDoc[]> {
  return SyncItem.find({ accountId, nextAttemptAt: { $lte: options.now }, origin: { $in: [...options.origins] } })
    .sort({ attempts: 1, nextAttemptAt: 1 })
    .limit(options.limit)
    .lean<SyncItemDoc[]>()
    .exec();
}

/** @returns false if listed again, or disconnected */
export async function finishItem(item: SyncItemDoc): Promise<boolean> {
  const { deletedCount } = await SyncItem.deleteOne({ _id: item._id, revision: item.revision });
  return deletedCount === 1;
}

export async function dropItems(accountId: Types.ObjectId): Promise<void> {
  await SyncItem.deleteMany({ accountId });
}

export interface Waiting {
  readonly queued: number;
  readonly parked: number;
  readonly backfills: number;
}

export async function countWaiting(job: string, accountId: Types.ObjectId): Promise<Waiting> {
  const counts = await SyncItem.aggregate<{ _id: keyof Waiting; count: number }>([
    { $match: { accountId } },
    { $project: { state: 1 } },
    {
      $unionWith: {
        coll: KeptRequest.collection.name,
        pipeline: [{ $match: { job, accountId } }, { $project: { state: 'backfills' } }],
      },
    },
    { $group: { _id: '$state', count: { $sum: 1 } } },
  ]);
  return { queued: 0, parked: 0, backfills: 0, ...Object.fromEntries(counts.map(({ _id, count }) => [_id, count])) };
}

export async function hasDueItems(accountId: Types.ObjectId, now: Date): Promise<boolean> {
  return (await SyncItem.exists({ accountId, nextAttemptAt: { $lte: now } })) !== null;
}
