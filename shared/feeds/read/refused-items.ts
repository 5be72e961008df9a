import type { Types } from 'mongoose';
import { findByReferences } from '../../models/feed-listings.ts';
import type { RefusedItem } from './read-item.ts';
import { SeenIds } from '../store/seen-ids.ts';

/** Further items count as unidentified. */
const maxReferences = 2000;

export class RefusedItems {
  /** Unidentified items: with any, absence proves nothing. */
  anonymous = 0;
  readonly #ids = new SeenIds();
  readonly #references = new Set<string>();

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

  /** Call after reading: adds the listings that have the references. */
  async settle(feedId: Types.ObjectId): Promise<void> {
    const references = [...this.#references];
    while (references.length > 0) {
      for (const { feedReferenceId } of await findByReferences(feedId, references.splice(0, 200), 'facts'))
        this.#ids.add(feedReferenceId as string, 0);
    }
  }

  has(id: string): boolean {
    return this.#ids.has(id);
  }
}
