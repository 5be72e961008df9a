import { isValidObjectId } from 'mongoose';
import { PropertyFeed, type PropertyFeedDoc } from '../../models/property-feed.ts';
import { UsageError } from '../../platform/errors.ts';

const maxListed = 20;

/**
 * @param removed also removed ones
 * @throws {UsageError} listing the feeds
 */
export async function requireFeed(id: string, { removed = false } = {}): Promise<PropertyFeedDoc> {
  const alive = removed ? {} : { deletedAt: null };
  const feed = isValidObjectId(id) ? await PropertyFeed.findOne({ _id: id, ...alive }).lean<PropertyFeedDoc>() : null;
  if (feed) return feed;
  const feeds = await PropertyFeed.find({ deletedAt: null }, { name: 1, url: 1 }).limit(maxListed).lean();
  const known = feeds.map((one) => `${String(one._id)} (${nameOfFeed(one)})`).join(', ');
  throw new UsageError(`No feed has the id ${id}; ${known ? `there are ${known}` : 'none was added yet'}`);
}

/** Its name, else its host: path or query may contain a key. */
export function nameOfFeed({ name, url }: Pick<PropertyFeedDoc, 'name' | 'url'>): string {
  return name || (URL.canParse(url) ? new URL(url).host || 'a folder of this host' : 'a feed without a name');
}
