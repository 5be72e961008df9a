/** Locking a price also locks its currency and words. */

const lockedWith: Readonly<Record<string, readonly string[]>> = {
  price: ['currency', 'priceOnRequest', 'priceFrom', 'rentalPeriod'],
};

/** With all fields that are locked along. */
export function withAllLocked<Listing extends { readonly lockedFields?: readonly string[] }>(
  listing: Listing,
): Listing {
  const more = listing.lockedFields?.flatMap((field) => lockedWith[field] ?? []) ?? [];
  return more.length === 0
    ? listing
    : { ...listing, lockedFields: [...new Set([...(listing.lockedFields ?? []), ...more])] };
}
