/** Fields locked along with another. */

const lockedWith: Readonly<Record<string, readonly string[]>> = {
  price: ['currency', 'priceOnRequest', 'priceFrom', 'rentalPeriod'],
};

export function withAllLocked<Listing extends { readonly lockedFields?: readonly string[] }>(
  listing: Listing,
): Listing {
  const more = listing.lockedFields?.flatMap((field) => lockedWith[field] ?? []) ?? [];
  return more.length === 0
    ? listing
    : { ...listing, lockedFields: [...new Set([...(listing.lockedFields ?? []), ...more])] };
}
