/**
 * A feed that gives all its listings new ids at once (a new exporter, a new database) must not double them: listings that
 * are gone are looked for among the new ones by reference, then by place, area, price and first image.
 */

import { hash } from 'node:crypto';
import type { Types } from 'mongoose';
import { walkFeedListings, type WalkedListing } from '../models/feed-listings.ts';
import type { ListingValues } from './feed-format.ts';
import type { Candidate } from './reconcile.ts';
import type { SeenIds } from './seen-ids.ts';

/** Listings that are gone under their old ids. */
export class GoneListings {
  /** `null`: two listings have it, so that it tells nothing. */
  readonly #byReference = new Map<string, Types.ObjectId | null>();
  readonly #byPlace = new Map<string, Types.ObjectId | null>();
  readonly #taken = new Set<string>();

  /** Collects the listings of a feed that it does not have any more. */
  static async of(feedId: Types.ObjectId, seen: SeenIds): Promise<GoneListings> {
    const gone = new GoneListings();
    for await (const listing of walkFeedListings(feedId)) {
      if (!seen.has(listing.feedReferenceId as string)) gone.#add(listing);
    }
    return gone;
  }

  #add(listing: WalkedListing): void {
    note(this.#byReference, referenceKey(listing.reference), listing._id);
    note(this.#byPlace, placeKey(listing), listing._id);
  }

  /** The gone listing that an item is, each at most once. */
  match(candidate: Candidate): Types.ObjectId | undefined {
    const { values } = candidate.mapped;
    const found = this.#byReference.get(referenceKey(values.reference) ?? '') ?? this.#byPlace.get(placeKey(values) ?? '') ?? undefined;
    if (!found || this.#taken.has(found.toHexString())) return undefined;
    this.#taken.add(found.toHexString());
    return found;
  }
}

function note(map: Map<string, Types.ObjectId | null>, key: string | undefined, id: Types.ObjectId): void {
  if (key !== undefined) map.set(key, map.has(key) ? null : id);
}

function referenceKey(reference: string | null | undefined): string | undefined {
  return reference?.trim().toLowerCase() || undefined;
}

type Placed = Pick<ListingValues, 'city' | 'address' | 'price' | 'areaSqm'> & { readonly images?: readonly { url?: string }[] | null };

/** City or address, area, price and first image together; `undefined` when too little of it is known to be sure. */
function placeKey(listing: Placed): string | undefined {
  const place = (listing.address || listing.city || '').trim().toLowerCase();
  const image = listing.images?.[0]?.url ?? '';
  const known = [place !== '', typeof listing.areaSqm === 'number', typeof listing.price === 'number', image !== ''].filter(Boolean).length;
  if (known < 3) return undefined;
  return hash('sha1', JSON.stringify([place, listing.areaSqm ?? null, listing.price ?? null, image]), 'base64');
}
