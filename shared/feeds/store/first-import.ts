/**
 * The first import of a feed: there is nothing to plan against, so that listings are inserted as they are read. What
 * may not be a listing of its own (an id that comes twice, an item without an id) waits for the plan.
 */

import { isByReference } from '../plan/facts.ts';
import type { FeedReport } from '../feed-report.ts';
import type { Candidate } from '../read/candidate.ts';
import type { ItemSink } from '../read/item-intake.ts';
import type { Spool } from '../read/spool.ts';
import { insertionOf } from './operations.ts';
import type { ListingWriter } from './listing-writer.ts';

/** Ids that the feed had so far. */
export interface Inserted {
  /** @returns where an id was met before; `undefined` when this is the first time */
  add(id: string, offset: number): number | undefined;
}

/** Inserts what is sure to be a listing of its own, and spools the rest. */
export function insertStraight(spool: Spool, writer: ListingWriter, inserted: Inserted, report: FeedReport): ItemSink {
  let writing: Promise<void> | undefined;
  return {
    async take(candidates) {
      const [fresh, others]: [Candidate[], Candidate[]] = [[], []];
      for (const candidate of candidates) {
        const isOwn = !isByReference(candidate) && candidate.mapped.action !== 'remove';
        if (isOwn && inserted.add(candidate.id, candidate.offset) === undefined) fresh.push(candidate);
        else others.push(candidate);
      }
      report.count('new', fresh.length);
      await spool.add(others);
      const operations = fresh.map((candidate) => insertionOf(candidate, writer.feed, writer.now));
      // The next items are read while these are written.
      await writing;
      writing = writer.write(operations);
      writing.catch(() => undefined);
    },
    async end() {
      await writing;
    },
  };
}
