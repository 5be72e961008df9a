/**
 * Items as they come, each with the listings that are what it says. Once what is known of the feed is at hand the
 * answer is, too, and items that are unchanged leave nothing behind; until then, and where the database must be asked,
 * they wait in batches for their answers, some twelve megabytes at most.
 */

import type { SplitItem } from '../xml/split-items.ts';
import type { Unchanged, UnchangedItems } from '../store/unchanged-items.ts';

const batchItems = 400;
const batchBytes = 1024 * 1024;

/**
 * So many batches wait while what is known of the feed is being read; of answers of the database the next one is
 * awaited.
 */
const maxWaiting = 12;

export interface HashedItem {
  readonly item: SplitItem;
  /** Empty: of a part of an item nothing is known. */
  readonly hash: string;
}

/** Takes items with their hashes; `unchanged`: the listings that are what an item says, by its hash. */
export type ItemsFound = (items: readonly HashedItem[], unchanged: Unchanged) => Promise<void>;

export class ItemLookUp {
  readonly #unchanged: UnchangedItems;
  readonly #hash: (item: SplitItem) => string;
  readonly #found: ItemsFound;
  #batch: HashedItem[] = [];
  #bytes = 0;
  readonly #asked: { readonly items: readonly HashedItem[]; readonly answer: Promise<Unchanged> }[] = [];

  /** @param found called with all items, in their order */
  constructor(unchanged: UnchangedItems, hash: (item: SplitItem) => string, found: ItemsFound) {
    this.#unchanged = unchanged;
    this.#hash = hash;
    this.#found = found;
  }

  /** Takes the next items; gives those whose answers there are. */
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

  /** Gives what waits. */
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
