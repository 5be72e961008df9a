import { PropertyFeed, type FeedValues, type PropertyFeedDoc } from '../../models/property-feed.ts';
import { UsageError } from '../../platform/errors.ts';
import type { FeedMapping, FeedMode } from '../formats/feed-format.ts';
import { checkMapping, MappingError } from '../formats/mapping.ts';
import { requireFeed } from '../settings/require-feed.ts';

export interface Approval {
  readonly feedId: string;
  readonly url: string | undefined;
  readonly mapping: FeedMapping;
  /** Default: the feed's setting. */
  readonly mode?: FeedMode | undefined;
  readonly saysChanges?: string | undefined;
  readonly now: Date;
}

/** @throws {UsageError} no such feed, another address, or no mode @throws {MappingError} invalid mapping */
export async function approveMapping(approval: Approval): Promise<PropertyFeedDoc> {
  const { feedId, url, mapping, mode, saysChanges, now } = approval;
  const feed = await requireFeed(feedId);
  if (url !== undefined && !isSameAddress(url, feed.url))
    throw new UsageError(
      `The feed ${feedId} has a different address: preview that address, or change ` + "the feed's address first",
    );
  const values = { ...approvedMapping(mapping, now), ...(mode === undefined ? {} : { mode }) };
  requireMode(mode ?? feed.mode, saysChanges);
  await PropertyFeed.updateOne({ _id: feed._id }, { $set: values });
  return { ...feed, ...values };
}

/** @throws {MappingError} invalid mapping */
export function approvedMapping(mapping: unknown, now: Date) {
  const checked = checkMapping(mapping);
  if ('problems' in checked) throw new MappingError(checked.problems);
  return {
    format: 'GENERIC',
    mapping: { ...checked.mapping } as Record<string, unknown>,
    mappingApprovedAt: now,
  } satisfies FeedValues;
}

/** A person says what absence means. @throws {UsageError} no mode is set */
export function requireMode(mode: FeedMode | null | undefined, saysChanges: string | undefined): void {
  if (saysChanges === undefined || mode) return;
  throw new UsageError(
    `The feed says that it lists only changes (${saysChanges}). Read as a full list, it would ` +
      'withdraw all other listings. Choose with --mode delta or --mode snapshot',
  );
}

/** Without logins. */
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
