/** The listings of one feed, as a run looks them up and writes them: many at once, and in a dry run not at all. */

import { findByFeedIds, type ListingOperation, type StoredListing } from '../models/feed-listings.ts';
import { insertionOf, writeAll, type ListingOwner } from './store/operations.ts';
import type { Candidate } from './plan/listing-changes.ts';

export class ListingStore {
  readonly feed: ListingOwner;
  readonly dryRun: boolean;
  /** What is written bears this time. */
  readonly now: Date;
  hasWritten = false;
  readonly #beforeWrite: () => Promise<void>;

  /** @param options.beforeWrite called right before each write; throws when this run must write nothing any more */
  constructor(
    feed: ListingOwner,
    {
      now,
      dryRun,
      beforeWrite,
    }: { readonly now: Date; readonly dryRun: boolean; readonly beforeWrite: () => Promise<void> },
  ) {
    this.feed = feed;
    this.now = now;
    this.dryRun = dryRun;
    this.#beforeWrite = beforeWrite;
  }

  /** The listings that items are of, by the feed's id. */
  async find(candidates: readonly Candidate[]): Promise<Map<string, StoredListing>> {
    const listings = await findByFeedIds(this.feed._id, [...new Set(candidates.map(({ id }) => id))]);
    return new Map(listings.map((listing) => [listing.feedReferenceId as string, listing]));
  }

  async write(operations: readonly ListingOperation[]): Promise<void> {
    if (this.dryRun || operations.length === 0) return;
    await this.#beforeWrite();
    this.hasWritten = true;
    await writeAll(operations);
  }

  async insert(candidates: readonly Candidate[]): Promise<void> {
    await this.write(candidates.map((candidate) => insertionOf(candidate, this.feed, this.now)));
  }
}
