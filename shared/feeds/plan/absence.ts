/** What a run may conclude from what a feed does not have. Pure. */

import type { PropertyFeedDoc } from '../../models/property-feed.ts';
import type { FeedMode } from '../formats/feed-format.ts';

/** What was seen of a feed as a whole. */
export interface FeedSeen {
  /** Name of the format that it was read as. */
  readonly format: string;
  readonly mode: FeedMode;
  /** Tags beside the items did not match. */
  readonly isMismatched: boolean;
  /** So many items cannot be read and do not tell whose they are. */
  readonly anonymous: number;
  /** Ids were made up from what the items say. */
  readonly hasGuessedIds: boolean;
}

type FormerFormat = Pick<PropertyFeedDoc, 'mode' | 'format' | 'detectedFormat'>;

/**
 * Why a listing that this run has not seen may be there all the same: a person can tell. `undefined` when it is not.
 */
export function whyAbsenceProvesNothing(feed: FormerFormat, seen: FeedSeen): string | undefined {
  if (seen.mode === 'delta') return undefined;
  if (seen.isMismatched)
    return 'Tags beside the listings do not match, so that listings may stand where none are looked for';
  if (isInAnother(feed, seen.format)) return `The feed was ${feed.detectedFormat} and is now ${seen.format}`;
  if (seen.anonymous > 0)
    return `${seen.anonymous} items cannot be read and do not tell whose they are, or may hold others`;
  if (seen.hasGuessedIds && feed.mode !== 'snapshot')
    return (
      'Listings have no ids and are known by what they say (set the mode of the feed to snapshot to withdraw them ' +
      'all the same)'
    );
  return undefined;
}

/** Whether the feed is in another format than the one that was found the last time. */
export function isInAnother(feed: FormerFormat, format: string): boolean {
  return feed.format === 'AUTO' && Boolean(feed.detectedFormat) && feed.detectedFormat !== format;
}

/**
 * Whether the former format of a feed is to be remembered, so that the doubt about its absent listings lasts: a delta
 * that looks like a full list is taken for one only when nothing is missing from it, or a person has confirmed all
 * that is.
 *
 * @param formerMode what a feed of the former format usually is
 * @param isSettled nothing of what is absent waits for a person
 */
export function keepsFormerFormat(
  feed: FormerFormat,
  { format, mode }: Pick<FeedSeen, 'format' | 'mode'>,
  formerMode: FeedMode | undefined,
  isSettled: boolean,
): boolean {
  if (isSettled || mode === 'delta' || feed.mode === 'snapshot' || !isInAnother(feed, format)) return false;
  return formerMode === 'delta';
}
