/** Until known hashes are in memory, items wait in batches, 12 MB at most. */

import type { SplitItem } from '../xml/split-items.ts';
import type { Unchanged, UnchangedItems } from '../store/unchanged-items.ts';

const batchItems = 400;
const batchBytes = 1024 * 1024;

const maxWaiting = 12;

export interface HashedItem {
  readonly item: SplitItem;
  /** Empty for an incomplete item, which matches nothing. */
  readonly hash: string;
}

export type ItemsFound = (items: readonly HashedItem[], unchanged: Unchanged) => Promise<void>;

export class ItemLookUp {
  readonly #unchanged: UnchangedItems;
  readonly #hash: (item: SplitItem) => string;
  readonly #found: ItemsFound;
  #batch: HashedItem[] = [];
  #bytes = 0;
  readonly #asked: { readonly items: readonly HashedItem[]; readonly answer: Promise<Unchanged> }[] = [];

  constructor(unchanged: UnchangedItems, hash: (item: SplitItem) => string, found: ItemsFound) {
    this.#unchanged = unchanged;
    this.#hash = hash;
    this.#found = found;
  }

  async take(items: readonly SplitItem[]): Promise<void> {
    const { known } = this.#unchanged;
    if (known) {
      await this.flush();
      return this.#found(
        items.map((item) => this.#hashed(item)),
        known,
      );
    }
    for (const item of items) {
      this.#batch.push(this.#hashed(item));
      this.#bytes += item.bytes.length;
      if (this.#batch.length < batchItems && this.#bytes < batchBytes) continue;
      this.#ask();
      while (this.#asked.length > this.#mostAsked) await this.#giveNext();
    }
  }

  async flush(): Promise<void> {
    if (this.#batch.length > 0) this.#ask();
    while (this.#asked.length > 0) await this.#giveNext();
  }

  get #mostAsked(): number {
    return this.#unchanged.isReady ? 1 : maxWaiting;
  }

  #ask(): void {
    const items = this.#batch;
    const answer = this.#unchanged.find(items.map(({ hash }) => hash).filter((hash) => hash !== ''));
    answer.catch(() => undefined);
    this.#asked.push({ items, answer });
    this.#batch = [];
    this.#bytes = 0;
  }

  async #giveNext(): Promise<void> {
    const { items, answer } = this.#asked.shift()!;
    await this.#found(items, await answer);
  }

  #hashed(item: SplitItem): HashedItem {
    return { item, hash: item.problem ? '' : this.#hash(item) };
  }
}
