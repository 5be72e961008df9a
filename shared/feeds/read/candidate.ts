/** An item that was read: what it says, and what it is known by. */

import type { MappedItem } from '../formats/feed-format.ts';
import type { FeedReport } from '../feed-report.ts';
import type { SentItem } from './complete-item.ts';

export interface Candidate {
  readonly id: string;
  readonly mapped: MappedItem;
  /** Of its bytes: equal proves that it is the same. */
  readonly itemHash: string;
  /** Of what it says: another one proves that it changed. */
  readonly listingHash: string;
  /** Where it stands in the feed, bytes. */
  readonly offset: number;
  /** Of a delta: the item itself, to be completed by what is known of its listing. */
  readonly sent?: SentItem;
}

/** An item without its date when that has not come yet: kept, it would make every true one look older. */
export function withoutFutureDate(candidate: Candidate, now: Date, report: Pick<FeedReport, 'warn'>): Candidate {
  const { modifiedAt, ...mapped } = candidate.mapped;
  if (modifiedAt === undefined || modifiedAt <= now) return candidate;
  report.warn(
    {
      code: 'future-date',
      message: 'The date of the last change has not come yet: it was left out',
      value: modifiedAt.toISOString(),
    },
    candidate.id,
  );
  return { ...candidate, mapped };
}
