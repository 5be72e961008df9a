/** A server's earlier answer counts for the same address and rules only. */

import { hash } from 'node:crypto';
import type { LocationDoc } from '../../models/location.ts';
import type { FeedValues, PropertyFeedDoc } from '../../models/property-feed.ts';
import type { FeedBody } from '../fetch/download.ts';
import type { FeedMapping } from '../formats/feed-format.ts';
import { formatNamed, formats } from '../formats/all-formats.ts';

/** Raise it when equal items would be stored differently: all are then read again. */
const importVersion = 9;

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

function imagesOf({ imageBaseUrl }: PropertyFeedDoc, imagesUrl: string | undefined): { images: string }[] {
  const images = imageBaseUrl ?? imagesUrl;
  return images ? [{ images }] : [];
}

const validatorsVersion = (feed: PropertyFeedDoc, version: string) =>
  hash('sha1', `${feed.url}\n${version}`, 'base64url');

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

/** Whether stored data is known to come from another address or other rules. */
export function isReadDifferently(feed: PropertyFeedDoc, version: string): boolean {
  return Boolean(feed.validatorsVersion) && feed.validatorsVersion !== validatorsVersion(feed, version);
}

/** Between a run's first write and its end, stored data matches no answer. */
export const noValidators: FeedValues = { etag: null, lastModified: null, validatorsVersion: null };

export function newValidators(feed: PropertyFeedDoc, version: string, answer: FeedBody | undefined): FeedValues {
  return {
    etag: answer?.etag ?? null,
    lastModified: answer?.lastModified ?? null,
    validatorsVersion: validatorsVersion(feed, version),
  };
}
