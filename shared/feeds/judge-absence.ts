/** What a run may conclude from what a feed does not have, and how a feed's record says it. Pure. */

import type { FeedValues, PropertyFeedDoc, RemovalGuard } from '../models/property-feed.ts';
import type { FeedFormat, FeedMode } from './formats/feed-format.ts';
import { formatNamed } from './formats/all-formats.ts';
import type { ItemProblem } from './feed-report.ts';
import type { FeedImport } from './import-items.ts';

/** What was seen of a feed as a whole. */
export interface FeedSeen {
  /** Name of the format that it was read as. */
  readonly format: string;
  readonly mode: FeedMode;
  /** Why what was read may not be all there is. */
  readonly incomplete: string | undefined;
  /** Tags beside the items did not match. */
  readonly mismatched: boolean;
  readonly items: Pick<FeedImport, 'replayed' | 'idsAreGuessed'> & {
    readonly refused: Pick<FeedImport['refused'], 'anonymous'>;
  };
}

type FormerFormat = Pick<PropertyFeedDoc, 'mode' | 'format' | 'detectedFormat'>;

/** Why this run says nothing about the listings that it has not seen; `undefined` when it does. */
export function whyAbsenceIsUnknown({ mode, incomplete, items }: FeedSeen): string | undefined {
  if (incomplete !== undefined) return incomplete;
  if (mode === 'snapshot' && items.replayed)
    return 'The feed is an old one that was sent again: its dates are before those of what is stored';
  return undefined;
}

/**
 * Why a listing that this run has not seen may be there all the same: a person can tell. `undefined` when it is not.
 */
export function whyAbsenceProvesNothing(
  feed: FormerFormat,
  { format, mode, mismatched, items }: FeedSeen,
): string | undefined {
  if (mode === 'delta') return undefined;
  if (mismatched) return 'Tags beside the listings do not match, so that listings may stand where none are looked for';
  if (isInAnother(feed, format)) return `The feed was ${feed.detectedFormat} and is now ${format}`;
  if (items.refused.anonymous > 0)
    return `${items.refused.anonymous} items cannot be read and do not tell whose they are, or may hold others`;
  if (items.idsAreGuessed && feed.mode !== 'snapshot')
    return (
      'Listings have no ids and are known by what they say (set the mode of the feed to snapshot to withdraw ' +
      'them all the same)'
    );
  return undefined;
}

/** Whether the feed is in another format than the one that was found the last time. */
function isInAnother(feed: FormerFormat, format: string): boolean {
  return feed.format === 'AUTO' && Boolean(feed.detectedFormat) && feed.detectedFormat !== format;
}

/** What a feed of this format is when nothing in its head tells. */
export function usualMode(format: FeedFormat): FeedMode {
  return format.mode({ languages: [], timeZone: 'UTC', surroundings: [] });
}

/**
 * Whether the former format of a feed is to be remembered, so that the doubt about its absent listings lasts: a delta
 * that looks like a full list is taken for one only when nothing is missing from it, or a person has confirmed all that
 * is.
 *
 * @param settled nothing of what is absent waits for a person
 */
export function keepsFormerFormat(
  feed: FormerFormat,
  { format, mode }: Pick<FeedSeen, 'format' | 'mode'>,
  settled: boolean,
): boolean {
  if (settled || mode === 'delta' || feed.mode === 'snapshot' || !isInAnother(feed, format)) return false;
  return usualMode(formatNamed(feed.detectedFormat as string)) === 'delta';
}

/** What a confirmation beside a delta has done: nothing, and what to do instead. */
export function confirmIgnored(held: RemovalGuard | undefined): ItemProblem {
  const left = held
    ? `. The ${held.count} listings that wait stay held: confirm beside the next full list; if there is not ` +
      'going to be one, set the mode of the feed to delta, which ends the hold'
    : '';
  return {
    code: 'confirm-ignored',
    message:
      'confirmRemovals did nothing: what the feed sent are changes only, which say nothing of absent ' +
      `listings${left}`,
  };
}

/** How the feed's record tells of a run that read it, with what it holds back. */
export function successValues(held: RemovalGuard | undefined, startedAt: Date): FeedValues {
  return held
    ? {
        lastStatus: 'held',
        lastError: `${held.reason}: ${held.count} of ${held.total} listings wait for confirmation`,
        removalGuard: held,
        lastSuccessAt: startedAt,
      }
    : { lastStatus: 'ok', lastError: null, removalGuard: null, lastSuccessAt: startedAt };
}
