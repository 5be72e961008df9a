/** The address of a listing on the web. */

import { hash } from 'node:crypto';
import { slugify } from 'transliteration';

const maxLength = 60;

/**
 * A slug in Latin letters, unique by a few characters that come from the listing's feed and id: the same listing gets
 * the same slug however often its import is tried, and no query is needed to find a free one.
 *
 * @param attempt raised when the location has that slug already: more characters are taken
 */
export function listingSlug(title: string, feedId: string, id: string, attempt = 0): string {
  const words = slugify(title, { lowercase: true, separator: '-' })
    .slice(0, maxLength)
    .replace(/^-+|-+$/g, '');
  const digest = BigInt(`0x${hash('sha1', `${feedId}\n${id}`)}`)
    .toString(36)
    .slice(0, 6 + 6 * attempt);
  return words === '' ? digest : `${words}-${digest}`;
}
