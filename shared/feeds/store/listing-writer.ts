import { saveFeed, type FeedValues } from '../../models/property-feed.ts';
import type { ListingOperation } from '../../models/feed-listings.ts';
import { writeAll, type ListingOwner } from './operations.ts';

const batchSize = 500;

export interface WriterOptions {
  readonly now: Date;
  readonly isDry: boolean;
  readonly assertHeld: () => Promise<void>;
  readonly assertInTime: () => void;
  /** Cleared by the first write: stored data then matches no answer. */
  readonly takesAway: FeedValues | undefined;
}

export interface WriteOptions {
  readonly keepsValidators?: boolean;
}

export class ListingWriter {
  readonly feed: ListingOwner;
  readonly now: Date;
  readonly #options: WriterOptions;
  #hasWritten = false;

  constructor(feed: ListingOwner, options: WriterOptions) {
    this.feed = feed;
    this.now = options.now;
    this.#options = options;
  }

  get hasWritten(): boolean {
    return this.#hasWritten;
  }

  /**
   * Checks the lock right before writing. A process suspended after the check still does that one write; without
   * validators, the next run repairs the data.
   */
  async write(operations: readonly ListingOperation[], { keepsValidators = false }: WriteOptions = {}): Promise<void> {
    if (operations.length === 0 || this.#options.isDry) return;
    await this.#options.assertHeld();
    this.#options.assertInTime();
    if (keepsValidators) return writeAll(operations);
    if (!this.#hasWritten && this.#options.takesAway) await saveFeed(this.feed._id, this.#options.takesAway);
    this.#hasWritten = true;
    await writeAll(operations);
  }

  async writeEach(
    operations: Iterable<ListingOperation> | AsyncIterable<ListingOperation>,
    options?: WriteOptions,
  ): Promise<void> {
    let batch: ListingOperation[] = [];
    for await (const operation of operations) {
      batch.push(operation);
      if (batch.length < batchSize) continue;
      await this.write(batch, options);
      batch = [];
    }
    await this.write(batch, options);
  }

  async save(values: FeedValues): Promise<void> {
    await this.perform(() => saveFeed(this.feed._id, values));
  }

  async perform(work: () => Promise<void>): Promise<void> {
    if (this.#options.isDry) return;
    await this.#options.assertHeld();
    await work();
  }
}
