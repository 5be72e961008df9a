/**
 * Items of a snapshot that withdraw their listing by a word. A word that is read wrongly is as dangerous as an absence: they
 * wait until all of the feed is read, and when they are too many a person is asked, as if the listings had left the feed.
 */

import { countOffered, type ListingOperation, type StoredListing } from '../models/feed-listings.ts';
import type { FeedReport } from './feed-report.ts';
import { updateOf } from './listing-operations.ts';
import type { ListingStore } from './listing-store.ts';
import { judge, type Candidate } from './reconcile.ts';
import { isAtStake, isTooMany, mostCount } from './removal-guard.ts';
import { SeenIds } from './seen-ids.ts';
import { WaitingListings } from './waiting-listings.ts';

export class NamedWithdrawals {
  /** Ids of listings that were not withdrawn because they are too many. */
  readonly heldBack = new SeenIds();
  readonly #store: ListingStore;
  readonly #report: FeedReport;
  readonly #waiting = new WaitingListings();

  constructor(store: ListingStore, report: FeedReport) {
    this.#store = store;
    this.#report = report;
  }

  add(candidates: readonly Candidate[]): Promise<void> {
    return this.#waiting.add(candidates);
  }

  /** Withdraws what was named, or holds all of it back. */
  async settle(): Promise<void> {
    const { length } = this.#waiting;
    const tooMany = length > mostCount && isTooMany(length, await countOffered(this.#store.feed._id));
    for await (const batch of this.#waiting.batches()) {
      if (tooMany) for (const { id, offset } of batch) this.heldBack.add(id, offset);
      else await this.#apply(batch);
    }
    await this.close();
  }

  async #apply(batch: readonly Candidate[]): Promise<void> {
    const stored = await this.#store.find(batch);
    const operations: ListingOperation[] = [];
    for (const candidate of batch) {
      const listing = stored.get(candidate.id);
      if (!listing) continue;
      const verdict = judge(candidate, listing);
      this.#report.count(verdict);
      if (verdict === 'changed') this.#report.count('withdrawn');
      const operation = updateOf(candidate, listing, verdict, 'snapshot', this.#store.now);
      if (operation) operations.push(operation);
    }
    await this.#store.write(operations);
  }

  close(): Promise<void> {
    return this.#waiting.clear();
  }
}

/** Whether an item takes its listing off the market although it was not sold or rented. */
export function withdraws({ mapped }: Candidate, listing: StoredListing): boolean {
  return (mapped.action === 'remove' || mapped.values.status === 'WITHDRAWN') && isAtStake(listing);
}
