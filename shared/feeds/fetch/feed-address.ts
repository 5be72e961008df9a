import { DownloadError } from './download-error.ts';

export interface FeedUrl {
  /** Without user name and password. */
  readonly url: URL;
  readonly username: string | undefined;
  readonly password: string | undefined;
}

const web = ['https:', 'http:'];
/** For a feed's record. */
export const feedProtocols: readonly string[] = [...web, 'sftp:', 'ftps:', 'file:'];

/**
 * @param protocols default web: feed content must not lead elsewhere
 * @throws {DownloadError} `bad-url`
 */
export function readFeedUrl(written: string, protocols: readonly string[] = web): FeedUrl {
  const url = URL.canParse(written) ? new URL(written) : undefined;
  if (!url)
    throw new DownloadError(
      'bad-url',
      "The feed's address cannot be read: expected one like https://example.org/feed.xml",
    );
  if (!protocols.includes(url.protocol)) {
    const expected = protocols.map((protocol) => protocol.slice(0, -1)).join(' or ');
    throw new DownloadError(
      'bad-url',
      `Expected a feed address that begins with ${expected}, got ${url.protocol.slice(0, -1)}`,
    );
  }
  const username = decoded(url.username) || undefined;
  const password = decoded(url.password) || undefined;
  url.username = '';
  url.password = '';
  url.hash = '';
  return { url, username, password };
}

/** A stray percent sign stands for itself. */
function decoded(written: string): string {
  try {
    return decodeURIComponent(written);
  } catch {
    return written;
  }
}
