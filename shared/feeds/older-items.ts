/**
 * Items of a snapshot that bear an older date than their listing, and those of listings that had left. A date decides nothing alone: a snapshot whose only
 * changes are older ones is taken for an old file and ignored once. Beside any news, or when the next run brings older
 * ones again, the dates were wrong and the feed is right.
 */

import type { ListingOperation, StoredListing } from '../models/feed-listings.ts';
import type { FeedReport } from './feed-report.ts';
import { olderItem, reusedId } from './item-problems.ts';
import { updateOf } from './listing-operations.ts';
import type { ListingStore } from './listing-store.ts';
import { isAnotherListing, isOlder, judge, type Candidate } from './reconcile.ts';
import { WaitingListings } from './waiting-listings.ts';

export class OlderItems {
  readonly #store: ListingStore;
  readonly #report: FeedReport;
  readonly #waiting = new WaitingListings();

  constructor(store: ListingStore, report: FeedReport) {
    this.#store = store;
    this.#report = report;
  }

  /** So many bear an older date. */
  count = 0;

  async add(candidates: readonly Candidate[], stored: ReadonlyMap<string, StoredListing>): Promise<void> {
    this.count += candidates.filter((candidate) => isOlder(candidate, stored.get(candidate.id)!)).length;
    await this.#waiting.add(candidates);
  }

  /** Takes the items over, or ignores them with the old file that they came in. */
  async settle(fileIsOld: boolean): Promise<void> {
    for await (const batch of this.#waiting.batches()) {
      const stored = await this.#store.find(batch);
      const operations: ListingOperation[] = [];
      for (const candidate of batch) {
        const listing = stored.get(candidate.id);
        if (!listing) continue;
        if (fileIsOld) {
          this.#report.count('older');
          this.#report.problem(olderItem(candidate, listing));
          continue;
        }
        const verdict = judge(candidate, listing);
        this.#report.count(verdict);
        if (isOlder(candidate, listing)) this.#report.warn({ code: 'date-went-back', message: 'The date of the last change is older than it was: what the item says now counts' }, candidate.id);
        if (isAnotherListing(candidate, listing)) this.#report.problem(reusedId(candidate, listing));
        const operation = updateOf(candidate, listing, verdict, 'snapshot', this.#store.now);
        if (operation) operations.push(operation);
      }
      await this.#store.write(operations);
    }
    await this.close();
  }

  close(): Promise<void> {
    return this.#waiting.clear();
  }
}
