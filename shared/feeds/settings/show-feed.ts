import type { PropertyFeedDoc } from '../../models/property-feed.ts';
import { storedDate, storedId, storedNumber, storedText } from '../../models/stored-value.ts';
import { maskUrl } from '../../platform/mask-url.ts';

export type StoredFeed = { readonly [name in keyof PropertyFeedDoc]?: unknown };

export interface ShownFeed {
  readonly feedId: string;
  readonly name: string | undefined;
  readonly address: string;
  readonly locationId: string | undefined;
  readonly isPaused: boolean;
  readonly format: string;
  readonly detectedFormat: string | undefined;
  readonly hasMapping: boolean;
  readonly mode: string | undefined;
  readonly currency: string | undefined;
  readonly country: string | undefined;
  readonly idFrom: string | undefined;
  readonly fetch: string | undefined;
  readonly encoding: string | undefined;
  readonly imageBaseUrl: string | undefined;
  readonly hostKey: string | undefined;
  readonly hasLogin: boolean;
  readonly lastStatus: string | undefined;
  readonly lastError: string | undefined;
  readonly lastSyncAt: Date | undefined;
  readonly lastSuccessAt: Date | undefined;
  readonly itemCount: number | undefined;
}

/** For operators: without secrets and values of the wrong type. */
export function showFeed(feed: StoredFeed): ShownFeed {
  return {
    feedId: storedId(feed._id)?.toHexString() ?? String(feed._id),
    name: storedText(feed.name),
    address: maskUrl(storedText(feed.url) ?? ''),
    locationId: storedId(feed.locationId)?.toHexString(),
    isPaused: feed.isActive === false,
    format: storedText(feed.format) ?? 'AUTO',
    detectedFormat: storedText(feed.detectedFormat),
    hasMapping: (feed.mapping ?? null) !== null,
    mode: storedText(feed.mode),
    currency: storedText(feed.defaultCurrency),
    country: storedText(feed.country),
    idFrom: storedText(feed.idFrom),
    fetch: storedText(feed.fetch),
    encoding: storedText(feed.encoding),
    imageBaseUrl: storedText(feed.imageBaseUrl),
    hostKey: storedText(feed.hostKey),
    hasLogin: storedText(feed.auth) !== undefined,
    lastStatus: storedText(feed.lastStatus),
    lastError: storedText(feed.lastError),
    lastSyncAt: storedDate(feed.lastSyncAt),
    lastSuccessAt: storedDate(feed.lastSuccessAt),
    itemCount: storedNumber(feed.itemCount),
  };
}
