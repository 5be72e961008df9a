/**
 * Listings by the references that items bear: where an item has lost its id, and where a listing has got another id.
 * Ids and references are two things: what is one listing's id may be another one's reference.
 */

import type { Types } from 'mongoose';
import { findByReferences, type StoredListing } from '../models/feed-listings.ts';
import { differsIn, differsInAll, type Candidate } from './plan/listing-changes.ts';
import { isNothing } from './values/ids.ts';

/**
 * The listings that an item may be by its reference: of those on offer, or else of the withdrawn, or else of those in
 * the trash.
 */
export type Named = (candidate: Candidate) => readonly StoredListing[];

/** Looks up the listings of a feed that have the references of items. */
export async function findNamed(
  feedId: Types.ObjectId,
  candidates: readonly Candidate[],
): Promise<Named & { readonly found: readonly StoredListing[] }> {
  const references = candidates.flatMap(
    ({
      mapped: {
        values: { reference },
      },
    }) => (reference && !isNothing(reference) ? reference : []),
  );
  const found = await findByReferences(feedId, references);
  return Object.assign(
    (candidate: Candidate) => mostPresent(found.filter((listing) => isNamedBy(candidate, listing))),
    { found },
  );
}

/** Whether an item is known by its reference, for want of an id. */
export function isByReference({ id, mapped }: Pick<Candidate, 'id' | 'mapped'>): boolean {
  return (
    mapped.idSource === 'reference' &&
    Boolean(mapped.values.reference) &&
    id.endsWith(mapped.values.reference as string)
  );
}

/**
 * Whether an item that is known by its reference has met a listing or item that has this for its id, and another
 * reference.
 */
export function isAnothersId(candidate: Candidate, reference: string | null | undefined): boolean {
  return isByReference(candidate) && Boolean(reference) && reference !== candidate.mapped.values.reference;
}

/** Whether the listing with the id of an item that is known by its reference is another one. */
export function isTaken(candidate: Candidate, stored: ReadonlyMap<string, StoredListing>): boolean {
  const listing = stored.get(candidate.id);
  return listing !== undefined && isAnothersId(candidate, feedsReference(listing));
}

/** An item under the id of the listing that it is, which is noted with those that are stored. */
export function underIdOf(listing: StoredListing, candidate: Candidate, stored: Map<string, StoredListing>): Candidate {
  const id = listing.feedReferenceId as string;
  stored.set(id, listing);
  return { ...candidate, id };
}

/** An item that is known by its reference, under an id that is nobody else's. */
export function apart(candidate: Candidate): Candidate {
  return { ...candidate, id: `${scopeOf(candidate)}ref:${candidate.mapped.values.reference}` };
}

/** A listing's reference as its feed says it. */
export function feedsReference({ reference, lockedFields, feedValues }: StoredListing): string | undefined {
  return (
    (lockedFields?.includes('reference') ? (feedValues?.['reference'] as string | undefined) : undefined) ??
    reference ??
    undefined
  );
}

/** Whether a listing is neither withdrawn nor in the trash. */
export function isLive({ status, deletedAt }: StoredListing): boolean {
  return !deletedAt && status !== 'WITHDRAWN';
}

function mostPresent(listings: readonly StoredListing[]): readonly StoredListing[] {
  const kept = listings.filter(({ deletedAt }) => !deletedAt);
  const live = kept.filter(isLive);
  if (live.length > 0) return live;
  return kept.length > 0 ? kept : listings;
}

/**
 * The reference is the same, so is the provider that stands before the ids, and what is said is not of another property
 * or offer.
 */
function isNamedBy(candidate: Candidate, listing: StoredListing): boolean {
  const { reference, goal } = candidate.mapped.values;
  if (
    !reference ||
    isNothing(reference) ||
    feedsReference(listing) !== reference ||
    !(listing.feedReferenceId as string).startsWith(scopeOf(candidate))
  )
    return false;
  if (goal && listing.goal && goal !== listing.goal) return false;
  // References are used again. What has no id may have a corrected place; a new id, or one that was thrown away, may
  // not.
  if (isByReference(candidate) && !listing.deletedAt) return !differsInAll(['city', 'type'], candidate, listing);
  return !differsIn('city', candidate, listing) && !differsIn('type', candidate, listing);
}

/** What stands before the ids of one provider among several, with its `/`. */
export function scopeOf(candidate: Candidate): string {
  const { id, mapped } = candidate;
  return isByReference(candidate)
    ? id.slice(0, -(mapped.values.reference as string).length)
    : id.slice(0, id.lastIndexOf('/') + 1);
}
