/** Items that must be read, collected until it is worth a look-up and a write. */

import type { FeedReport } from './feed-report.ts';
import type { HashedItem } from './look-up-items.ts';
import type { CandidateReader } from './read/read-item.ts';
import { withoutFutureDate, type Candidate } from './plan/listing-changes.ts';
import type { RefusedItems } from './refused-items.ts';

/**
 * So many items, or bytes of them, are read, looked up and written together. What is told by shares of them needs as
 * many.
 */
const readTogether = 200;
const readTogetherBytes = 1024 * 1024;

export interface UnreadOptions {
  readonly reader: CandidateReader;
  readonly refused: RefusedItems;
  readonly report: FeedReport;
  readonly now: Date;
}

export class UnreadItems {
  readonly #options: UnreadOptions;
  readonly #items: HashedItem[] = [];
  #bytes = 0;

  constructor(options: UnreadOptions) {
    this.#options = options;
  }

  /** There are so many that they should be read. */
  get isFull(): boolean {
    return this.#items.length >= readTogether || this.#bytes >= readTogetherBytes;
  }

  /** @param base what comes before this page of the feed, bytes */
  add({ item, hash }: HashedItem, base: number): void {
    // A copy: the item's own bytes hold on to the whole chunk that they came in.
    this.#items.push({ item: { ...item, offset: base + item.offset, bytes: Buffer.from(item.bytes) }, hash });
    this.#bytes += item.bytes.length;
  }

  /** Reads what was collected; what is refused is noted. */
  read(): Candidate[] {
    const { reader, refused, report, now } = this.#options;
    const candidates: Candidate[] = [];
    for (const { item, hash } of this.#items.splice(0)) {
      const read = reader.read(item, hash);
      candidates.push(...read.candidates.map((candidate) => withoutFutureDate(candidate, now, report)));
      refused.note(read.refused);
      if (read.empty) {
        report.count('empty');
        report.count('items', -1);
      }
      if (read.anonymous) refused.anonymous += 1;
    }
    this.#bytes = 0;
    return candidates;
  }
}
