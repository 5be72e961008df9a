/**
 * The items of a feed as they come: what is unchanged is noted and leaves nothing behind, the rest is read and handed
 * on, some hundred at a time.
 */

import type { FeedReport } from '../feed-report.ts';
import { SeenIds, type IdKey } from '../store/seen-ids.ts';
import type { Unchanged, UnchangedItems } from '../store/unchanged-items.ts';
import type { UnchangedListing } from '../store/known-items.ts';
import { isGuessedId } from '../values/ids.ts';
import { whenLoaded } from '../../platform/libraries.ts';
import type { SplitItem } from '../xml/split-items.ts';
import { withoutFutureDate, type Candidate } from './candidate.ts';
import { ItemLookUp, type HashedItem } from './item-look-up.ts';
import type { CandidateReader } from './read-item.ts';
import { RefusedItems } from './refused-items.ts';

/** So many items, or bytes of them, are read together. */
const readTogether = 200;
const readTogetherBytes = 1024 * 1024;

/** Takes what an intake has read. */
export interface ItemSink {
  /** Items that are new or differ from what is stored, in the order of the feed. */
  take(candidates: readonly Candidate[]): Promise<void>;
  /** An item is what its listing was made of last. */
  noteUnchanged?(key: IdKey, offset: number): void;
  /** The last item was taken. */
  end(): Promise<void>;
}

export interface IntakeOptions {
  readonly reader: CandidateReader;
  readonly unchanged: UnchangedItems;
  readonly report: FeedReport;
  readonly now: Date;
  /** So many items the feed had when it was last read, as far as is known. */
  readonly expected: number | undefined;
}

export class ItemIntake {
  /** Ids of listings that the feed has unchanged. */
  readonly seen: SeenIds;
  readonly refused = new RefusedItems();
  readonly #options: IntakeOptions;
  readonly #sink: ItemSink;
  readonly #lookUp: ItemLookUp;
  readonly #unread: HashedItem[] = [];
  #counts = { items: 0, unread: 0, base: 0 };
  #hasGuessedIds = false;

  constructor(options: IntakeOptions, sink: ItemSink) {
    this.#options = options;
    this.#sink = sink;
    this.seen = new SeenIds(options.expected);
    this.#lookUp = new ItemLookUp(
      options.unchanged,
      (item) => options.reader.hash(item),
      (items, unchanged) => this.#note(items, unchanged),
    );
  }

  /** Items that the feed had so far, empty ones left out. */
  get items(): number {
    return this.#counts.items;
  }

  /** Ids were made up from what the items say. */
  get hasGuessedIds(): boolean {
    return this.#hasGuessedIds;
  }

  /** Takes the next items. */
  take(items: readonly SplitItem[]): Promise<void> {
    return this.#lookUp.take(items);
  }

  /** Reads and hands on what was collected. */
  async flush(): Promise<void> {
    await this.#lookUp.flush();
    await this.#handOn();
    await this.#sink.end();
  }

  /** @param bytes of the page that was read last: an item is known by where it stands in all of the feed */
  nextPage(bytes: number): void {
    this.#counts.base += bytes;
  }

  async #note(items: readonly HashedItem[], unchanged: Unchanged): Promise<void> {
    for (const { item, hash } of items) {
      const at = { ...item, offset: this.#counts.base + item.offset };
      this.#count(1);
      const listings = hash === '' ? [] : unchanged(hash);
      if (listings.length > 0) this.#noteUnchanged(listings, at.offset);
      else {
        // A copy: the item's own bytes hold on to the whole chunk that they came in.
        this.#unread.push({ item: { ...at, bytes: Buffer.from(item.bytes) }, hash });
        this.#counts.unread += item.bytes.length;
      }
    }
    if (this.#unread.length >= readTogether || this.#counts.unread >= readTogetherBytes) await this.#handOn();
  }

  #noteUnchanged(listings: readonly UnchangedListing[], offset: number): void {
    for (const { key, isGuessed } of listings) {
      if (isGuessed) this.#hasGuessedIds = true;
      this.#sink.noteUnchanged?.(key, offset);
      const before = this.seen.addKey(key, offset);
      this.#options.report.count(before !== undefined && before !== offset ? 'duplicates' : 'same');
    }
  }

  async #handOn(): Promise<void> {
    const candidates: Candidate[] = [];
    for (const { item, hash } of this.#unread.splice(0)) candidates.push(...(await this.#read(item, hash)));
    this.#counts.unread = 0;
    if (candidates.length > 0) await this.#sink.take(candidates);
  }

  async #read(item: SplitItem, hash: string): Promise<readonly Candidate[]> {
    const { reader, report, now } = this.#options;
    const read = await whenLoaded(() => reader.read(item, hash));
    this.refused.note(read.refused);
    if (read.anonymous) this.refused.anonymous += 1;
    if (read.empty) {
      report.count('empty');
      this.#count(-1);
    }
    if (read.candidates.some(({ id }) => isGuessedId(id))) this.#hasGuessedIds = true;
    return read.candidates.map((candidate) => withoutFutureDate(candidate, now, report));
  }

  #count(by: number): void {
    this.#counts.items += by;
    this.#options.report.count('items', by);
  }
}
