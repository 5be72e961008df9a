/** A listing that names itself hidden-address: what of it stays out of the public fields. Pure. */

import type { StoredListing } from '../../models/feed-listings.ts';
import type { FeedMode, ListingValues } from '../formats/feed-format.ts';

/**
 * Whether a listing names itself hidden-address: an update that does not speak of it leaves it so, staff may have
 * locked it.
 */
export function hidesAddress(values: ListingValues, stored: StoredListing, mode: FeedMode): boolean {
  if (stored.lockedFields?.includes('addressHidden')) return stored.addressHidden === true;
  return (
    (values.addressHidden ??
      (mode === 'delta' && values.addressHidden === undefined ? stored.addressHidden : false)) === true
  );
}

/** The feed's point as it is stored, which an update that hides the address need not send again. */
export function storedPoint({ latitude, longitude, feedValues, lockedFields }: StoredListing): ListingValues {
  const value = (field: 'latitude' | 'longitude', own: number | undefined) =>
    lockedFields?.includes(field) ? (feedValues?.[field] as number | undefined) : own;
  return { latitude: value('latitude', latitude), longitude: value('longitude', longitude) };
}

/** The public values of a hidden-address listing: the street goes, the point is blurred to about a kilometre. */
export function withoutAddress(values: ListingValues, stored: ListingValues): ListingValues {
  return { ...values, address: null, ...blurred('latitude', values, stored), ...blurred('longitude', values, stored) };
}

function blurred(field: 'latitude' | 'longitude', said: ListingValues, stored: ListingValues): ListingValues {
  const value = said[field] === undefined ? stored[field] : said[field];
  return typeof value === 'number' ? { [field]: Math.round(value * 100) / 100 } : {};
}
