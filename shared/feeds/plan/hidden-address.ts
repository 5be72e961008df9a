import type { StoredListing } from '../../models/feed-listings.ts';
import type { FeedMode, ListingValues } from '../formats/feed-format.ts';

/** An update that omits it changes nothing; staff may have locked it. */
export function hidesAddress(values: ListingValues, stored: StoredListing, mode: FeedMode): boolean {
  if (stored.lockedFields?.includes('addressHidden')) return stored.addressHidden === true;
  return (
    (values.addressHidden ??
      (mode === 'delta' && values.addressHidden === undefined ? stored.addressHidden : false)) === true
  );
}

export function storedPoint({ latitude, longitude, feedValues, lockedFields }: StoredListing): ListingValues {
  const value = (field: 'latitude' | 'longitude', own: number | undefined) =>
    lockedFields?.includes(field) ? (feedValues?.[field] as number | undefined) : own;
  return { latitude: value('latitude', latitude), longitude: value('longitude', longitude) };
}

export function withoutAddress(values: ListingValues, stored: ListingValues): ListingValues {
  return { ...values, address: null, ...blurred('latitude', values, stored), ...blurred('longitude', values, stored) };
}

function blurred(field: 'latitude' | 'longitude', said: ListingValues, stored: ListingValues): ListingValues {
  const value = said[field] === undefined ? stored[field] : said[field];
  return typeof value === 'number' ? { [field]: Math.round(value * 100) / 100 } : {};
}
