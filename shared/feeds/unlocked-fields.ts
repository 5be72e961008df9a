/** Fields that staff have given back to the feed take what it said meanwhile, although its item has not changed since. */

import type { Types } from 'mongoose';
import { walkLockedListings } from '../models/feed-listings.ts';
import { operationOf, writeInBatches, type WriteOptions } from './listing-operations.ts';
import { changesOfUnlocked } from './reconcile.ts';

/** @returns how many listings have such fields; in a dry run they stay as they are */
export async function giveBackUnlocked(feedId: Types.ObjectId, now: Date, options: WriteOptions): Promise<number> {
  let found = 0;
  async function* operations() {
    for await (const listing of walkLockedListings(feedId)) {
      const changes = changesOfUnlocked(listing);
      if (!changes) continue;
      found += 1;
      yield operationOf(listing._id, changes, { updatedAt: now });
    }
  }
  await writeInBatches(operations(), options);
  return found;
}
