/**
 * The queue between listing and storing. An item is written before its cursor moves and removed when nothing is left to
 * do. Its revision names the listing that queued it last: work that began before a newer listing does not remove it.
 */

import type { Types } from 'mongoose';
import type { AccountDoc } from '../../models/account.ts';
import { SyncItem, type SyncItemDoc } from '../../models/sync-item.ts';
import { day } from '../../platform/clock.ts';
import type { MessageOrigin } from '../store/parsed-message.ts';

/**
 * So long before the last good sync a change may have been received and still be news: mail is fetched out of spam and
 * the trash.
 */
const newsGrace = 3 * day;

export interface Listing {
  readonly account: AccountDoc;
  readonly origin: MessageOrigin;
  readonly revision: string;
  readonly now: Date;
}

/**
 * Queues messages whose present state must be looked at. Whoever lists a waiting message voids work on it that began
 * before: it may have known less (a contact made since). A change makes it due at once, too, as if it had never failed.
 */
export async function queueItems(ids: readonly string[], listing: Listing): Promise<number> {
  if (ids.length === 0) return 0;
  const { account, origin, revision, now } = listing;
  // Before the last good sync it was another kind of mail, or lay elsewhere; until the first one, it is counted from
  // now.
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

/** Voids work under way on these messages, where they wait: their flags have changed since. */
export async function touchItems(ids: readonly string[], listing: Listing): Promise<void> {
  if (ids.length === 0) return;
  await SyncItem.updateMany(
    { accountId: listing.account._id, providerMessageId: { $in: [...ids] } },
    { $set: { revision: listing.revision, nextAttemptAt: listing.now } },
  );
}

/** Which of these messages wait. */
export async function waitingIds(accountId: Types.ObjectId, ids: readonly string[]): Promise<Set<string>> {
  const items = await SyncItem.find(
    { accountId, providerMessageId: { $in: [...ids] } },
    { providerMessageId: 1 },
  ).lean();
  return new Set(items.map((item) => item.providerMessageId));
}

/** What is due now: what has failed least often, and of that the longest waiting first. */
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

/**
 * Nothing is left to do for an item, unless it was listed again meanwhile.
 *
 * @returns whether it was there: not when it was listed again, nor when its mailbox was disconnected
 */
export async function finishItem(item: SyncItemDoc): Promise<boolean> {
  const { deletedCount } = await SyncItem.deleteOne({ _id: item._id, revision: item.revision });
  return deletedCount === 1;
}

/** Forgets everything that waits: the mailbox is no longer connected. */
export async function dropItems(accountId: Types.ObjectId): Promise<void> {
  await SyncItem.deleteMany({ accountId });
}

/** How many messages of a mailbox wait, and how many of them are parked. */
export async function countItems(accountId: Types.ObjectId): Promise<{ queued: number; parked: number }> {
  const [queued, parked] = await Promise.all([
    SyncItem.countDocuments({ accountId, state: 'queued' }),
    SyncItem.countDocuments({ accountId, state: 'parked' }),
  ]);
  return { queued, parked };
}
