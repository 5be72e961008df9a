/** The listings of one feed, as a run writes them: many at once, and in a dry run not at all. */

import { saveFeed, type FeedValues } from '../../models/property-feed.ts';
import type { ListingOperation } from '../../models/feed-listings.ts';
import { writeAll, type ListingOwner } from './operations.ts';

const batchSize = 500;

export interface WriterOptions {
  /** What is written bears this time. */
  readonly now: Date;
  /** Everything is decided and nothing is written. */
  readonly isDry: boolean;
  /** Throws when another run has taken this one's lock over. */
  readonly assertHeld: () => Promise<void>;
  /** Throws when this run has had its time, and what it still had to write as well. */
  readonly assertInTime: () => void;
  /** Fields of the feed's record that the first write takes away: what is stored is of no one answer from then on. */
  readonly takesAway: FeedValues | undefined;
}

export interface WriteOptions {
  /** What is written is not of the feed's answer: that is still what is stored. */
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

  /** Whether listings were written: an earlier answer of the feed's server is not what is stored any more. */
  get hasWritten(): boolean {
    return this.#hasWritten;
  }

  /**
   * Writes a batch. The lock is asked right before: a process that was suspended must not write what is old by now over
   * what another one has read. The database knows nothing of locks: one that is suspended between this answer and its
   * write still does that one write. It notices afterwards, and the next run mends it, since the validators are gone.
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

  /** Writes operations as they come, some hundred at a time. */
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

  /** Keeps something on the feed's record while the run goes on. */
  async save(values: FeedValues): Promise<void> {
    await this.perform(() => saveFeed(this.feed._id, values));
  }

  /** Writes something else that belongs to the feed. */
  async perform(work: () => Promise<void>): Promise<void> {
    if (this.#options.isDry) return;
    await this.#options.assertHeld();
    await work();
  }
}
