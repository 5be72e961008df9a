/** Unlocked fields take the feed's value, stored during the lock, even if the item is unchanged. */

import { unreadItem, walkLockedListings, walkPassedWithLocks } from '../../models/feed-listings.ts';
import type { ListingWriter } from './listing-writer.ts';
import { operationOf } from './operations.ts';
import { noValidators } from '../read/reading-version.ts';
import { changesOfUnlocked } from '../plan/listing-changes.ts';

export async function giveBackUnlocked(writer: ListingWriter): Promise<number> {
  let found = 0;
  async function* operations() {
    for await (const listing of walkLockedListings(writer.feed._id)) {
      const changes = changesOfUnlocked(listing);
      if (!changes) continue;
      found += 1;
      yield operationOf(listing._id, changes, { updatedAt: writer.now });
    }
  }
  await writer.writeEach(operations(), { keepsValidators: true });
  return found;
}

/**
 * Marks listings with new locks to be read again. Validators go first: a killed run is followed by one that reads.
 *
 * @returns whether the feed must be read even if unchanged
 */
export async function askForLocked(writer: ListingWriter): Promise<boolean> {
  let asked = false;
  async function* operations() {
    for await (const { _id, feedFields = [], feedValues = {}, lockedFields = [] } of walkPassedWithLocks(
      writer.feed._id,
    )) {
      if (!lockedFields.some((field) => feedFields.includes(field) && feedValues[field] === undefined)) continue;
      if (!asked) await writer.save(noValidators);
      asked = true;
      yield operationOf(_id, { set: { feedItemHash: unreadItem }, unset: [] }, {});
    }
  }
  await writer.writeEach(operations(), { keepsValidators: true });
  return asked;
}
