/** A person's approval of the mapping by which a feed in no known format is read: from then on its runs import it. */

import { PropertyFeed, type FeedValues, type PropertyFeedDoc } from '../../models/property-feed.ts';
import { UsageError } from '../../platform/errors.ts';
import type { FeedMapping, FeedMode } from '../formats/feed-format.ts';
import { checkMapping, MappingError } from '../formats/mapping.ts';
import { requireFeed } from '../settings/require-feed.ts';

export interface Approval {
  readonly feedId: string;
  /** The address that was looked at; `undefined`: a file, which may be the feed's of an earlier day. */
  readonly url: string | undefined;
  readonly mapping: FeedMapping;
  /** Whether absence means removal; without it what the feed's settings say. */
  readonly mode?: FeedMode | undefined;
  /** Where the feed says of itself that it lists changes only. */
  readonly saysChanges?: string | undefined;
  readonly now: Date;
}

/**
 * Keeps a mapping that a person has seen with its listings.
 *
 * @throws {UsageError} there is no such feed, it has another address, or it lists only changes and nobody said whether
 * absence means removal
 * @throws {MappingError} the mapping cannot be used
 */
export async function approveMapping(approval: Approval): Promise<PropertyFeedDoc> {
  const { feedId, url, mapping, mode, saysChanges, now } = approval;
  const feed = await requireFeed(feedId);
  if (url !== undefined && !isSameAddress(url, feed.url))
    throw new UsageError(`The feed ${feedId} has another address: look at that one, or change it first`);
  const values = { ...approvedMapping(mapping, now), ...(mode === undefined ? {} : { mode }) };
  requireMode(mode ?? feed.mode, saysChanges);
  await PropertyFeed.updateOne({ _id: feed._id }, { $set: values });
  return { ...feed, ...values };
}

/**
 * How a feed's record says that it is read by a mapping. Pure.
 *
 * @throws {MappingError} the mapping cannot be used
 */
export function approvedMapping(mapping: unknown, now: Date) {
  const checked = checkMapping(mapping);
  if ('problems' in checked) throw new MappingError(checked.problems);
  return {
    format: 'GENERIC',
    mapping: { ...checked.mapping } as Record<string, unknown>,
    mappingApprovedAt: now,
  } satisfies FeedValues;
}

/**
 * Of a feed that lists changes only somebody has to say what absence means. Pure.
 *
 * @param saysChanges where the feed says so
 * @throws {UsageError} nobody did
 */
export function requireMode(mode: FeedMode | null | undefined, saysChanges: string | undefined): void {
  if (saysChanges === undefined || mode) return;
  throw new UsageError(
    `The feed says that it lists changes only (${saysChanges}): read as a full list it would withdraw ` +
      'all the rest. Say which it is with --mode delta or --mode snapshot',
  );
}

/** Whether two addresses are one, whoever signs in there. Pure. */
export function isSameAddress(one: string, other: string): boolean {
  const [a, b] = [bareAddress(one), bareAddress(other)];
  return a !== undefined && a === b;
}

function bareAddress(written: string): string | undefined {
  const url = URL.parse(written.trim());
  if (!url) return undefined;
  url.username = '';
  url.password = '';
  url.hash = '';
  return url.href;
}
