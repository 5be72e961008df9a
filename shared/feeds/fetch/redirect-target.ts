import { DownloadError } from './download-error.ts';
import { readFeedUrl, showUrl } from './feed-address.ts';
import { checkHost } from './public-address.ts';

/**
 * Where a redirect may lead: to the web, not from https to http, not to an address that is written as a private one.
 *
 * @throws {DownloadError} `bad-url`, `insecure-redirect`; {PrivateAddressError}
 */
export function redirectTarget(from: URL, location: string, allowPrivate = false): URL {
  const url = URL.canParse(location, from.href) ? new URL(location, from.href) : undefined;
  if (!url) throw new DownloadError('bad-url', `${showUrl(from.href)} redirects to an address that cannot be read`);
  const to = readFeedUrl(url.href).url;
  if (from.protocol === 'https:' && to.protocol === 'http:') {
    throw new DownloadError('insecure-redirect', `${showUrl(from.href)} redirects from https to http: refused`);
  }
  if (!allowPrivate) checkHost(to.hostname);
  return to;
}
