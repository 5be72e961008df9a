/** Fields that are one thing for whoever edits them: who locks a price means its currency and its words as well. */

const lockedWith: Readonly<Record<string, readonly string[]>> = {
  price: ['currency', 'priceOnRequest', 'priceFrom', 'rentalPeriod'],
};

/** A listing with every field that is locked, those that go with a locked one included. */
export function withAllLocked<Listing extends { readonly lockedFields?: readonly string[] }>(
  listing: Listing,
): Listing {
  const more = listing.lockedFields?.flatMap((field) => lockedWith[field] ?? []) ?? [];
  return more.length === 0
    ? listing
    : { ...listing, lockedFields: [...new Set([...(listing.lockedFields ?? []), ...more])] };
}
