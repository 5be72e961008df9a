/**
 * Items of a snapshot that bear an older date than their listing, and those of listings that had left. A date decides
 * nothing alone: a snapshot whose only changes are older ones is taken for an old file and ignored once. Beside any
 * news, or when the next run brings older ones again, the dates were wrong and the feed is right.
 */

import type { StoredListing } from '../models/feed-listings.ts';
import { olderItem, reusedId } from './plan/problems.ts';
import { isAnotherListing, isOlder, judge, type Candidate, type Verdict } from './plan/listing-changes.ts';
import { SetAside } from './set-aside.ts';

export class OlderItems extends SetAside {
  /** So many bear an older date. */
  count = 0;

  async take(candidates: readonly Candidate[], stored: ReadonlyMap<string, StoredListing>): Promise<void> {
    this.count += candidates.filter((candidate) => isOlder(candidate, stored.get(candidate.id)!)).length;
    await this.add(candidates);
  }

  /** Takes the items over, or ignores them with the old file that they came in. */
  async settle(fileIsOld: boolean): Promise<void> {
    for await (const batch of this.batches()) {
      await this.update(batch, (candidate, listing) =>
        fileIsOld ? this.#ignore(candidate, listing) : this.#believe(candidate, listing),
      );
    }
    await this.clear();
  }

  #ignore(candidate: Candidate, listing: StoredListing): undefined {
    this.report.count('older');
    this.report.problem(olderItem(candidate, listing));
  }

  #believe(candidate: Candidate, listing: StoredListing): Verdict {
    const verdict = judge(candidate, listing);
    this.report.count(verdict);
    if (isOlder(candidate, listing))
      this.report.warn(
        {
          code: 'date-went-back',
          message: 'The date of the last change is older than it was: what the item says now counts',
        },
        candidate.id,
      );
    if (isAnotherListing(candidate, listing)) this.report.problem(reusedId(candidate, listing));
    return verdict;
  }
}
