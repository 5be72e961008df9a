/** Items of a feed that are refused: what is known of whose they are, so that their listings count as present. */

import { findIdsByReferences } from '../models/feed-listings.ts';
import type { ListingStore } from './listing-store.ts';
import type { RefusedItem } from './read-candidates.ts';
import type { SeenIds } from './seen-ids.ts';

/** References of so many refused items are looked up; with more of them nobody knows whose they are. */
const mostReferences = 2000;

export class RefusedItems {
  /** Of so many nobody knows whose they are: absence proves nothing in this run. */
  anonymous = 0;
  /** Some named listings: whether these exist was not asked. */
  named = false;
  readonly #seen: SeenIds;
  /** Where each reference stands that an item was known by, for want of an id. */
  readonly #references = new Map<string, number>();

  constructor(seen: SeenIds) {
    this.#seen = seen;
  }

  note(items: readonly RefusedItem[], offset: number): void {
    for (const { id, reference } of items) {
      this.named = true;
      this.#seen.add(id, offset);
      if (reference === undefined) continue;
      if (this.#references.size < mostReferences) this.#references.set(reference, offset);
      else this.anonymous += 1;
    }
  }

  /** Call when all of the feed is read: notes the listings that have the references. */
  async settle({ feed }: ListingStore): Promise<void> {
    if (this.#references.size === 0) return;
    for (const { id, reference } of await findIdsByReferences(feed._id, [...this.#references.keys()])) this.#seen.add(id, this.#references.get(reference) as number);
  }
}
