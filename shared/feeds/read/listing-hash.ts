/**
 * Different hashes of the bytes prove nothing (white space, comments, generation dates); of the values, they prove
 * "changed".
 */

import { hash } from 'node:crypto';
import type { FeedMode, ImagePlace, ListingImage, ListingValues } from '../formats/feed-format.ts';

export function itemHash(bytes: Buffer, reading: string): string {
  const prefix = Buffer.byteLength(reading);
  if (together.length < prefix + bytes.length) together = Buffer.allocUnsafe(2 * (prefix + bytes.length));
  together.write(reading);
  together.set(bytes, prefix);
  return hash('sha1', together.subarray(0, prefix + bytes.length), 'base64url');
}

/** Faster than a hash object for each item. */
let together = Buffer.allocUnsafe(0);

/**
 * Only images are ordered; white space and ignored query keys do not count. In a snapshot `null` equals a missing
 * value.
 */
export function listingHash(
  values: ListingValues,
  mode: FeedMode,
  ignoredUrlKeys: readonly string[] = [],
  imagePlaces: readonly ImagePlace[] = [],
): string {
  const emptied = mode === 'delta' ? imagePlaces.filter(({ url }) => url === null).map(({ key }) => key) : [];
  const canonical = Object.entries({ ...values, ...(emptied.length > 0 ? { emptied } : {}) })
    .filter(([, value]) => value !== undefined && !(value === null && mode === 'snapshot'))
    .map(([field, value]) => [field, canonicalValue(field, value, ignoredUrlKeys)] as const)
    .sort(([one], [other]) => (one < other ? -1 : 1));
  return hash('sha1', JSON.stringify(canonical), 'base64url');
}

function canonicalValue(field: string, value: unknown, ignoredUrlKeys: readonly string[]): unknown {
  if (typeof value === 'string') return value.trim().replace(/\s+/g, ' ');
  if (field === 'features' && Array.isArray(value)) return [...new Set(value as string[])].sort();
  if (field === 'images' && Array.isArray(value)) {
    return (value as ListingImage[])
      .toSorted((one, other) => one.sortOrder - other.sortOrder)
      .map((image) => [withoutKeys(image.url, ignoredUrlKeys), image.caption ?? '']);
  }
  if (value !== null && typeof value === 'object' && !Array.isArray(value)) {
    return Object.entries(value)
      .map(([key, inner]) => [key, canonicalValue('', inner, [])])
      .sort(([one], [other]) => (String(one) < String(other) ? -1 : 1));
  }
  return value;
}

function withoutKeys(url: string, keys: readonly string[]): string {
  if (keys.length === 0 || !URL.canParse(url)) return url;
  const parsed = new URL(url);
  for (const key of keys) parsed.searchParams.delete(key);
  return parsed.href;
}
