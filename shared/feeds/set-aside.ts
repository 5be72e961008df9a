/** Items of a snapshot of which it is not known what they mean before all of it is read. */

import type { ListingOperation, StoredListing } from '../models/feed-listings.ts';
import type { FeedReport } from './feed-report.ts';
import { updateOf } from './store/operations.ts';
import type { ListingStore } from './listing-store.ts';
import type { Candidate, Verdict } from './plan/listing-changes.ts';
import { WaitingListings } from './read/spool.ts';

export abstract class SetAside extends WaitingListings {
  protected readonly store: ListingStore;
  protected readonly report: FeedReport;

  constructor(store: ListingStore, report: FeedReport) {
    super();
    this.store = store;
    this.report = report;
  }

  /**
   * Changes the listings that items are of, as far as they are (still) there.
   *
   * @param judge what becomes of each; `undefined`: it stays as it is
   */
  protected async update(
    items: readonly Candidate[],
    judge: (item: Candidate, listing: StoredListing) => Verdict | undefined,
  ): Promise<void> {
    const stored = await this.store.find(items);
    const operations: ListingOperation[] = [];
    for (const item of items) {
      const listing = stored.get(item.id);
      const verdict = listing && judge(item, listing);
      const operation = listing && verdict && updateOf(item, listing, verdict, 'snapshot', this.store.now);
      if (operation) operations.push(operation);
    }
    await this.store.write(operations);
  }
}
