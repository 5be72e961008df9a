/**
 * How a page of a feed is asked for: a server may name any address as the next one, and the feed's login is for its
 * own. Pure.
 */

import { DownloadError } from './download-error.ts';
import type { DownloadRequest } from './download.ts';
import { readFeedUrl, showUrl } from './feed-address.ts';

/** What is kept sealed with a feed. */
export type FeedLogin = Pick<DownloadRequest, 'headers' | 'username' | 'password'>;

/**
 * The request for a page. The login, also one that stands in the feed's address, goes to pages of the feed's own origin
 * only.
 *
 * @throws {DownloadError} `insecure-redirect` from https to http, `bad-url`
 */
export function pageRequest(feedUrl: string, pageUrl: string, login: FeedLogin): DownloadRequest {
  const feed = readFeedUrl(feedUrl);
  const { url } = readFeedUrl(pageUrl);
  if (feed.url.protocol === 'https:' && url.protocol === 'http:') {
    throw new DownloadError('insecure-redirect', `${showUrl(feedUrl)} names a page with http as its next one: refused`);
  }
  if (url.origin !== feed.url.origin) return { url: pageUrl };
  const inAddress = {
    ...(feed.username !== undefined ? { username: feed.username } : {}),
    ...(feed.password !== undefined ? { password: feed.password } : {}),
  };
  return { url: pageUrl, ...inAddress, ...login };
}
