import { checkHost, type Reach } from '../../platform/checked-address.ts';
import { DownloadError } from './download-error.ts';
import { readFeedUrl } from './feed-address.ts';
import { maskUrl } from '../../platform/mask-url.ts';

/** @throws {DownloadError} `bad-url`, `insecure-redirect`; {PrivateAddressError} */
export function redirectTarget(from: URL, location: string, reach: Reach = {}): URL {
  const url = URL.canParse(location, from.href) ? new URL(location, from.href) : undefined;
  if (!url) throw new DownloadError('bad-url', `${maskUrl(from.href)} redirects to an address that cannot be read`);
  const to = readFeedUrl(url.href).url;
  if (from.protocol === 'https:' && to.protocol === 'http:') {
    throw new DownloadError(
      'insecure-redirect',
      `${maskUrl(from.href)} redirects from https to http, which was refused`,
    );
  }
  checkHost(to.hostname, reach);
  return to;
}
