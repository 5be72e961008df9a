/**
 * Items of a snapshot that withdraw their listing by a word. A word that is read wrongly is as dangerous as an absence:
 * they wait until all of the feed is read, and when they are too many a person is asked, as if the listings had left
 * the feed.
 */

import { countOffered, type StoredListing } from '../models/feed-listings.ts';
import { judge, type Candidate, type Verdict } from './plan/listing-changes.ts';
import { isAtStake, isTooMany, maxCount } from './removal-guard.ts';
import { SeenIds } from './store/seen-ids.ts';
import { SetAside } from './set-aside.ts';

export class NamedWithdrawals extends SetAside {
  /** Ids of listings that were not withdrawn because they are too many. */
  readonly heldBack = new SeenIds();

  /** Withdraws what was named, or holds all of it back. */
  async settle(): Promise<void> {
    const tooMany = this.length > maxCount && isTooMany(this.length, await countOffered(this.store.feed._id));
    for await (const batch of this.batches()) {
      if (tooMany) for (const { id, offset } of batch) this.heldBack.add(id, offset);
      else await this.update(batch, (candidate, listing) => this.#withdraw(candidate, listing));
    }
    await this.clear();
  }

  #withdraw(candidate: Candidate, listing: StoredListing): Verdict {
    const verdict = judge(candidate, listing);
    this.report.count(verdict);
    if (verdict === 'changed') this.report.count('withdrawn');
    return verdict;
  }
}

/** Whether an item takes its listing off the market although it was not sold or rented. */
export function withdraws({ mapped }: Candidate, listing: StoredListing): boolean {
  return (mapped.action === 'remove' || mapped.values.status === 'WITHDRAWN') && isAtStake(listing);
}
