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

const readTogether = 200;
const readTogetherBytes = 1024 * 1024;

export interface ItemSink {
  take(candidates: readonly Candidate[]): Promise<void>;
  noteUnchanged?(key: IdKey, offset: number): void;
  end(): Promise<void>;
}

export interface IntakeOptions {
  readonly reader: CandidateReader;
  readonly unchanged: UnchangedItems;
  readonly report: FeedReport;
  readonly now: Date;
  readonly expected: number | undefined;
}

export class ItemIntake {
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

  get items(): number {
    return this.#counts.items;
  }

  get hasGuessedIds(): boolean {
    return this.#hasGuessedIds;
  }

  take(items: readonly SplitItem[]): Promise<void> {
    return this.#lookUp.take(items);
  }

  async flush(): Promise<void> {
    await this.#lookUp.flush();
    await this.#handOn();
    await this.#sink.end();
  }

  /** @param bytes of the page just read: offsets count through all pages */
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
        // A copy: the item's own bytes keep their whole chunk in memory.
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
