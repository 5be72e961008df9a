/**
 * Listings of a snapshot that are not known under their ids. They wait while it is open whether they are new, or known
 * ones whose ids the feed has changed.
 */

import { findStored, type ListingOperation, type StoredListing } from '../models/feed-listings.ts';
import { GoneListings } from './changed-ids.ts';
import { renameOf } from './store/operations.ts';
import type { Candidate } from './plan/listing-changes.ts';
import { chooseDuplicate } from './plan/duplicates.ts';
import type { SeenIds } from './store/seen-ids.ts';
import { SetAside } from './set-aside.ts';

export class NewListings extends SetAside {
  /** How many are there now under an id of this feed. */
  settled = 0;
  /** Items of an id change that were none of the listings that are gone. */
  unrecognised = 0;

  /** Inserts what waited. */
  async insertWaiting(): Promise<void> {
    if (this.length === 0) return;
    for await (const batch of this.batches()) await this.insert(batch);
    await this.clear();
  }

  /**
   * Inserts listings whose ids were not in the database when they were read; the first of an id counts, or the later by
   * date.
   */
  async insert(candidates: readonly Candidate[]): Promise<void> {
    const byId = new Map<string, Candidate>();
    for (const candidate of candidates) {
      const first = byId.get(candidate.id);
      if (!first || chooseDuplicate(first.mapped.modifiedAt, candidate.mapped) === 'second')
        byId.set(candidate.id, candidate);
    }
    this.report.count('new', byId.size);
    this.settled += byId.size;
    await this.store.insert([...byId.values()]);
  }

  /**
   * Gives listings that are gone under their old id the new one; inserts what is left.
   *
   * @param othersToo one that has another reference now is recognised, too, by its place and looks
   */
  async migrate(seen: SeenIds, isThere: (id: string) => boolean, othersToo: boolean): Promise<void> {
    const gone = await GoneListings.of(this.store.feed._id, isThere);
    for await (const batch of this.batches()) {
      const pairs = batch.map((candidate) => ({ candidate, id: gone.match(candidate, othersToo) }));
      const matchedIds = pairs.flatMap(({ id }) => (id ? [id] : []));
      const listings = new Map((await findStored(matchedIds)).map((listing) => [listing._id.toHexString(), listing]));
      const operations = pairs.flatMap(({ candidate, id }) => {
        const listing = id && listings.get(id.toHexString());
        return listing ? [this.#rename(candidate, listing, seen)] : [];
      });
      await this.store.write(operations);
      const others = pairs.filter(({ id }) => !id).map(({ candidate }) => candidate);
      this.unrecognised += others.length;
      await this.insert(others);
    }
    await this.clear();
  }

  #rename(candidate: Candidate, listing: StoredListing, seen: SeenIds): ListingOperation {
    this.report.count(listing.deletedAt ? 'trashed' : 'migrated');
    if (isCounted(listing)) this.settled += 1;
    // It keeps its old id then, under which it is not gone.
    if (this.store.dryRun) seen.add(listing.feedReferenceId as string, candidate.offset);
    return renameOf(candidate, listing, 'snapshot', this.store.now);
  }
}

/**
 * Whether a listing is among those that `countPresent` counts: one in the trash is not written, and had perhaps left
 * the feed before.
 */
export function isCounted({ deletedAt, feedItemHash }: Pick<StoredListing, 'deletedAt' | 'feedItemHash'>): boolean {
  return !deletedAt || Boolean(feedItemHash);
}
