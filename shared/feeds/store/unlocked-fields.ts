/**
 * Fields that staff have given back to the feed take what it said meanwhile, although its item has not changed since.
 * What it says is noted while they are locked, for the listing has only the staff's value then.
 */

import { unreadItem, walkLockedListings, walkPassedWithLocks } from '../../models/feed-listings.ts';
import type { ListingWriter } from './listing-writer.ts';
import { operationOf } from './operations.ts';
import { noValidators } from '../read/reading-version.ts';
import { changesOfUnlocked } from '../plan/listing-changes.ts';

/** @returns how many listings have such fields; in a dry run they stay as they are */
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
 * Has the items of listings read again of which fields were locked since they were read. Validators go first: a run
 * that is killed in between is followed by one that reads.
 *
 * @returns whether the feed must be read although it may not have changed
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
