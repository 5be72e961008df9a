/** A person's approval of the mapping by which a feed in no known format is read: from then on its runs import it. */
import { isValidObjectId } from 'mongoose';
import { EstioError } from '../platform/errors.ts';
import { PropertyFeed, type PropertyFeedDoc } from '../models/property-feed.ts';
import type { FeedMapping, FeedMode } from './formats/feed-format.ts';
import { checkMapping, MappingError } from './formats/mapping.ts';

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

/** @throws {EstioError} `usage`: there is no such feed */
export async function findFeed(feedId: string): Promise<PropertyFeedDoc> {
  const feed = isValidObjectId(feedId) ? await PropertyFeed.findOne({ _id: feedId, deletedAt: null }).lean() : null;
  if (!feed) throw usage(`There is no feed ${feedId}`);
  return feed;
}

/**
 * Keeps a mapping that a person has seen with its listings.
 *
 * @throws {EstioError} `usage`: there is no such feed, it has another address, or it lists only changes and nobody said
 * whether absence means removal
 * @throws {MappingError} the mapping cannot be used
 */
export async function approveMapping(approval: Approval): Promise<PropertyFeedDoc> {
  const checked = checkMapping(approval.mapping);
  if ('problems' in checked) throw new MappingError(checked.problems);
  const feed = await findFeed(approval.feedId);
  if (approval.url !== undefined && !isSameAddress(approval.url, feed.url))
    throw usage(`The feed ${approval.feedId} has another address: look at that one, or change it first`);
  const mode = approval.mode ?? feed.mode;
  if (approval.saysChanges !== undefined && mode === undefined)
    throw usage(
      `The feed says that it lists changes only (${approval.saysChanges}): read as a full list it would withdraw ` +
        'all the rest. Say which it is with --mode delta or --mode snapshot',
    );
  const values = {
    format: 'GENERIC',
    mapping: { ...approval.mapping },
    mappingApprovedAt: approval.now,
    ...(approval.mode === undefined ? {} : { mode: approval.mode }),
  };
  await PropertyFeed.updateOne({ _id: feed._id }, { $set: values });
  return { ...feed, ...values };
}

function isSameAddress(one: string, other: string): boolean {
  return URL.parse(one.trim())?.href === URL.parse(other.trim())?.href;
}

function usage(message: string): EstioError {
  return new EstioError(message, { code: 'usage' });
}
