/**
 * When an earlier answer of a feed's server may be trusted: what is stored was read from the same address by the same
 * rules. Pure.
 */

import { hash } from 'node:crypto';
import type { LocationDoc } from '../../models/location.ts';
import type { FeedValues, PropertyFeedDoc } from '../../models/property-feed.ts';
import type { FeedBody } from '../fetch/download.ts';
import type { FeedMapping } from '../formats/feed-format.ts';
import { formatNamed, formats } from '../formats/all-formats.ts';

/** Raised when listings are written differently from the same items: all are then read anew. */
const importVersion = 6;

/**
 * What beside the bytes decides how an item is read: the programs, settings of the feed and its location, and where
 * relative addresses begin.
 */
export function readingVersion(
  feed: PropertyFeedDoc,
  location: LocationDoc,
  mapping: FeedMapping | undefined,
  imagesUrl: string | undefined,
): string {
  const format = feed.format === 'AUTO' ? formats.map(({ version }) => version) : formatNamed(feed.format).version;
  const base = URL.canParse(feed.url) ? new URL('.', feed.url).href : feed.url;
  return hash(
    'sha1',
    JSON.stringify([
      importVersion,
      base,
      feed.format,
      format,
      mapping ?? null,
      feed.mode ?? null,
      feed.defaultCurrency ?? null,
      feed.country ?? null,
      location.language ?? null,
      location.timeZone,
      feed.ignoredUrlKeys ?? [],
      feed.repairEncoding ?? false,
      feed.encoding ?? null,
      ...(feed.idFrom ? [feed.idFrom] : []),
      ...imagesOf(feed, imagesUrl),
      ...(location.country ? [{ country: location.country }] : []),
    ]),
    'base64url',
  );
}

/** Where pictures that come along are found afterwards. */
function imagesOf({ imageBaseUrl }: PropertyFeedDoc, imagesUrl: string | undefined): { images: string }[] {
  const images = imageBaseUrl ?? imagesUrl;
  return images ? [{ images }] : [];
}

/** What the validators belong to: the address, and how its answer is read. */
const validatorsVersion = (feed: PropertyFeedDoc, version: string) =>
  hash('sha1', `${feed.url}\n${version}`, 'base64url');

/** The validators of the last run, unless something else has changed since how its answer is read. */
export function trustedValidators(
  feed: PropertyFeedDoc,
  location: LocationDoc,
  mapping: FeedMapping | undefined,
  imagesUrl: string | undefined,
): { etag?: string; lastModified?: string } {
  const version = readingVersion(feed, location, mapping, imagesUrl);
  if (feed.validatorsVersion !== validatorsVersion(feed, version)) return {};
  return {
    ...(feed.etag ? { etag: feed.etag } : {}),
    ...(feed.lastModified ? { lastModified: feed.lastModified } : {}),
  };
}

/** Whether what is stored was read from another address or by other rules, as far as is known. */
export function isReadDifferently(feed: PropertyFeedDoc, version: string): boolean {
  return Boolean(feed.validatorsVersion) && feed.validatorsVersion !== validatorsVersion(feed, version);
}

/** What is stored is of no one answer: so it is from a run's first write on until it has read its answer to the end. */
export const noValidators: FeedValues = { etag: null, lastModified: null, validatorsVersion: null };

/**
 * The validators to keep on the feed's record.
 *
 * @param answer what the server said, when the next run would find nothing to do in the same answer
 */
export function newValidators(feed: PropertyFeedDoc, version: string, answer: FeedBody | undefined): FeedValues {
  return {
    etag: answer?.etag ?? null,
    lastModified: answer?.lastModified ?? null,
    validatorsVersion: validatorsVersion(feed, version),
  };
}
