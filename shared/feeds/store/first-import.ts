/** Nothing to compare with: it inserts while reading. Doubtful items (repeated id, no id) wait for the plan. */

import { isByReference } from '../plan/facts.ts';
import type { FeedReport } from '../feed-report.ts';
import type { Candidate } from '../read/candidate.ts';
import type { ItemSink } from '../read/item-intake.ts';
import type { Spool } from '../read/spool.ts';
import { insertionOf } from './operations.ts';
import type { ListingWriter } from './listing-writer.ts';

export interface Inserted {
  add(id: string, offset: number): number | undefined;
}

/** Inserts undoubted listings, spools the rest. */
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
      await writing;
      writing = writer.write(operations);
      writing.catch(() => undefined);
    },
    async end() {
      await writing;
    },
  };
}
