import type { MappedItem } from '../formats/feed-format.ts';
import type { FeedReport } from '../feed-report.ts';
import type { SentItem } from './complete-item.ts';

export interface Candidate {
  readonly id: string;
  readonly mapped: MappedItem;
  /** Of the bytes: equal hashes prove "unchanged". */
  readonly itemHash: string;
  /** Of the values: different hashes prove "changed". */
  readonly listingHash: string;
  readonly offset: number;
  readonly sent?: SentItem;
}

/** A future date would make every true date look older. */
export function withoutFutureDate(candidate: Candidate, now: Date, report: Pick<FeedReport, 'warn'>): Candidate {
  const { modifiedAt, ...mapped } = candidate.mapped;
  if (modifiedAt === undefined || modifiedAt <= now) return candidate;
  report.warn(
    {
      code: 'future-date',
      message: 'The date of the last change is in the future and was ignored',
      value: modifiedAt.toISOString(),
    },
    candidate.id,
  );
  return { ...candidate, mapped };
}
