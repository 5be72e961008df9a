/** Fields that staff have given back to the feed take what it said meanwhile, although its item has not changed since. */

import type { Types } from 'mongoose';
import { walkLockedListings, writeListings, type ListingOperation } from '../models/feed-listings.ts';
import { changesOfUnlocked } from './reconcile.ts';

const batchSize = 500;

/** @returns how many listings have such fields; in a dry run they stay as they are */
export async function giveBackUnlocked(feedId: Types.ObjectId, now: Date, dryRun: boolean): Promise<number> {
  let found = 0;
  let operations: ListingOperation[] = [];
  const write = async (): Promise<void> => {
    if (!dryRun) await writeListings(operations);
    operations = [];
  };
  for await (const listing of walkLockedListings(feedId)) {
    const changes = changesOfUnlocked(listing);
    if (!changes) continue;
    found += 1;
    const { set, unset } = changes;
    operations.push({ updateOne: { filter: { _id: listing._id }, update: { $set: { ...set, updatedAt: now }, ...(unset.length > 0 ? { $unset: Object.fromEntries(unset.map((field) => [field, ''])) } : {}) } } });
    if (operations.length >= batchSize) await write();
  }
  await write();
  return found;
}
