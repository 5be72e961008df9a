/** Whether a snapshot still has the form in which its listings were stored. */

import type { StoredListing } from '../models/feed-listings.ts';
import { EstioError } from '../platform/errors.ts';
import { isNotice, lostMostFields, type Candidate } from './plan/listing-changes.ts';

/** So many listings may shrink, and so large a share of those read so far. */
const maxHollow = 2;
const maxHollowShare = 0.2;

export class FeedShape {
  #changedItems = 0;
  #hollowItems = 0;

  /**
   * Looks at items before they are applied.
   *
   * @param items so many were read so far, unchanged ones and these included
   * @throws {EstioError} `format-changed`: most changed items lost most of their fields
   */
  check(candidates: readonly Candidate[], stored: ReadonlyMap<string, StoredListing>, items: number): void {
    for (const candidate of candidates) {
      const listing = stored.get(candidate.id);
      if (!listing || candidate.mapped.action === 'remove' || isNotice(candidate, listing)) continue;
      this.#changedItems += 1;
      if (lostMostFields(candidate, listing)) this.#hollowItems += 1;
    }
    if (
      this.#hollowItems > maxHollow &&
      this.#hollowItems > maxHollowShare * items &&
      this.#hollowItems * 2 > this.#changedItems
    ) {
      throw new EstioError(
        `The feed seems to have changed its form: ${this.#hollowItems} of ${this.#changedItems} changed listings ` +
          "lost most of their fields (price, place, type, images). Nothing was changed by these; check the feed's " +
          'format or mapping, or confirm that it is right (confirmRemovals=1)',
        { code: 'format-changed' },
      );
    }
  }
}
