import type { PropertyFeedDoc } from '../../models/property-feed.ts';
import type { FeedMode } from '../formats/feed-format.ts';

export interface FeedSeen {
  readonly format: string;
  readonly mode: FeedMode;
  readonly isMismatched: boolean;
  readonly anonymous: number;
  readonly hasGuessedIds: boolean;
}

type FormerFormat = Pick<PropertyFeedDoc, 'mode' | 'format' | 'detectedFormat'>;

/** `undefined`: an unseen listing is certainly not in the feed. */
export function whyAbsenceProvesNothing(feed: FormerFormat, seen: FeedSeen): string | undefined {
  if (seen.mode === 'delta') return undefined;
  if (seen.isMismatched) return 'Tags around the listings do not match, so listings may have been overlooked';
  if (isInAnother(feed, seen.format)) return `The feed was ${feed.detectedFormat} and is now ${seen.format}`;
  if (seen.anonymous > 0) return `${seen.anonymous} items cannot be read and may belong to any listing`;
  if (seen.hasGuessedIds && feed.mode !== 'snapshot')
    return (
      "Listings have no ids and are identified by their contents (set the feed's mode to snapshot to " +
      'withdraw them anyway)'
    );
  return undefined;
}

export function isInAnother(feed: FormerFormat, format: string): boolean {
  return feed.format === 'AUTO' && Boolean(feed.detectedFormat) && feed.detectedFormat !== format;
}

/**
 * Keeps the former format, and so the doubt about absent listings. A delta that looks like a full list counts as one
 * only if nothing is missing or a person has confirmed it.
 * @param formerMode its usual mode @param isSettled no absent listing waits for a person
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
