/** Items of a feed that are refused: what is known of whose they are, so that their listings count as present. */

import type { Types } from 'mongoose';
import { findByReferences } from '../../models/feed-listings.ts';
import type { RefusedItem } from './read-item.ts';
import { SeenIds } from '../store/seen-ids.ts';

/** References of so many refused items are looked up; with more of them nobody knows whose they are. */
const maxReferences = 2000;

export class RefusedItems {
  /** Of so many nobody knows whose they are: absence proves nothing in this run. */
  anonymous = 0;
  readonly #ids = new SeenIds();
  /** Listings may be stored under other ids, by these. */
  readonly #references = new Set<string>();

  /** Some named listings: whether these exist was not asked. */
  get haveNames(): boolean {
    return this.#ids.size > 0;
  }

  note(items: readonly RefusedItem[]): void {
    for (const { id, reference, hasLostId } of items) {
      this.#ids.add(id, 0);
      if (reference === undefined || this.#references.has(reference)) continue;
      if (this.#references.size < maxReferences) this.#references.add(reference);
      else if (hasLostId) this.anonymous += 1;
    }
  }

  /** Call when all of the feed is read: adds the listings that have the references. */
  async settle(feedId: Types.ObjectId): Promise<void> {
    const references = [...this.#references];
    while (references.length > 0) {
      for (const { feedReferenceId } of await findByReferences(feedId, references.splice(0, 200), 'facts'))
        this.#ids.add(feedReferenceId as string, 0);
    }
  }

  /** Whether one of them is of the listing with this id. */
  has(id: string): boolean {
    return this.#ids.has(id);
  }
}
