/**
 * A feed that gives all its listings new ids at once (a new exporter, a new database) must not double them: listings
 * that are gone are looked for among the new ones by reference, then by place, area, price and first image.
 */

import { hash } from 'node:crypto';
import type { Types } from 'mongoose';
import { walkFeedListings, type WalkedListing } from '../models/feed-listings.ts';
import type { ListingValues } from './formats/feed-format.ts';
import type { Candidate } from './plan/listing-changes.ts';
import { isOffered } from './removal-guard.ts';
import { referenceKey } from './values/ids.ts';

/** The gone listing that a key means; `_id` is `null` when two of equal standing have it, so that it tells nothing. */
interface Meant {
  readonly _id: Types.ObjectId | null;
  readonly standing: number;
  readonly reference: string | undefined;
}

/** Listings that are gone under their old ids. */
export class GoneListings {
  readonly #byReference = new Map<string, Meant>();
  readonly #byPlace = new Map<string, Meant>();
  readonly #taken = new Set<string>();

  /**
   * Collects the listings of a feed that it does not have any more; one that staff threw away is not to come back as
   * new.
   */
  static async of(feedId: Types.ObjectId, isThere: (id: string) => boolean): Promise<GoneListings> {
    const gone = new GoneListings();
    for await (const listing of walkFeedListings(feedId, { withTrash: true })) {
      if (!isThere(listing.feedReferenceId as string)) gone.#add(listing);
    }
    return gone;
  }

  #add(listing: WalkedListing): void {
    note(this.#byReference, referenceKey(listing.reference), listing);
    note(this.#byPlace, placeKey(listing), listing);
  }

  /**
   * The gone listing that an item is, each at most once. By its place a unit of a development is like the others.
   *
   * @param othersToo also one that has another reference
   */
  match(candidate: Candidate, othersToo: boolean): Types.ObjectId | undefined {
    const { values } = candidate.mapped;
    const byPlace = this.#byPlace.get(placeKey(values) ?? '');
    const alike = othersToo || !values.reference || !byPlace?.reference ? byPlace?._id : undefined;
    const found = this.#byReference.get(referenceKey(values.reference) ?? '')?._id ?? alike;
    if (!found || this.#taken.has(found.toHexString())) return undefined;
    this.#taken.add(found.toHexString());
    return found;
  }
}

function note(map: Map<string, Meant>, key: string | undefined, listing: WalkedListing): void {
  if (key === undefined) return;
  const standing = standingOf(listing);
  const noted = map.get(key);
  if (noted === undefined || standing > noted.standing)
    map.set(key, { _id: listing._id, standing, reference: listing.reference });
  else if (standing === noted.standing) map.set(key, { ...noted, _id: null });
}

/**
 * What was on offer until now goes before what had left the feed earlier: a listing that was put up anew under another
 * id.
 */
function standingOf({ status, missingSince, deletedAt }: WalkedListing): number {
  if (deletedAt) return -1;
  return (isOffered(status) ? 2 : 0) + (missingSince ? 0 : 1);
}

type Placed = Pick<ListingValues, 'city' | 'address' | 'price' | 'areaSqm'> & {
  readonly images?: readonly { url?: string }[] | null;
};

/** City or address, area, price and first image together; `undefined` when too little of it is known to be sure. */
function placeKey(listing: Placed): string | undefined {
  const place = (listing.address || listing.city || '').trim().toLowerCase();
  const image = listing.images?.[0]?.url ?? '';
  const known = [
    place !== '',
    typeof listing.areaSqm === 'number',
    typeof listing.price === 'number',
    image !== '',
  ].filter(Boolean).length;
  if (known < 3) return undefined;
  return hash('sha1', JSON.stringify([place, listing.areaSqm ?? null, listing.price ?? null, image]), 'base64');
}
