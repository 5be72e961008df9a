import { hash } from 'node:crypto';
import { slugify } from 'transliteration';

const maxLength = 60;

/**
 * Unique by characters from feed and id, without a query, and the same in every attempt to import.
 *
 * @param attempt raised if the slug is taken: adds characters
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
