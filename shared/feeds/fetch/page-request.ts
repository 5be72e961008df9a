/** A server may name any address as the next page. */

import { DownloadError } from './download-error.ts';
import type { DownloadRequest } from './download.ts';
import type { FolderLogin } from './feed-folder.ts';
import { feedProtocols, readFeedUrl } from './feed-address.ts';
import { maskUrl } from '../../platform/mask-url.ts';

/** Stored encrypted with the feed. */
export type FeedLogin = Pick<DownloadRequest, 'headers' | 'username' | 'password'> & FolderLogin;

/**
 * The login goes only to the feed's origin.
 *
 * @throws {DownloadError} `insecure-redirect` from https to http, `bad-url`
 */
export function pageRequest(feedUrl: string, pageUrl: string, login: FeedLogin): DownloadRequest & FolderLogin {
  const feed = readFeedUrl(feedUrl, feedProtocols);
  const { url } = readFeedUrl(pageUrl, pageUrl === feedUrl ? feedProtocols : undefined);
  if (feed.url.protocol === 'https:' && url.protocol === 'http:') {
    throw new DownloadError(
      'insecure-redirect',
      `${maskUrl(feedUrl)} names an http address as its next page, which was refused`,
    );
  }
  if (pageUrl !== feedUrl && url.origin !== feed.url.origin) return { url: pageUrl };
  const inAddress = {
    ...(feed.username !== undefined ? { username: feed.username } : {}),
    ...(feed.password !== undefined ? { password: feed.password } : {}),
  };
  return { url: pageUrl, ...inAddress, ...login };
}
