/** Items that name their listing by its reference alone, where it is stored under an id of its own. */

import { findByReferences, type StoredListing } from '../models/feed-listings.ts';
import type { FeedReport } from './feed-report.ts';
import { ambiguousRemoval } from './item-problems.ts';
import type { ListingStore } from './listing-store.ts';
import { differsInAll, type Candidate } from './reconcile.ts';

export interface Resolved {
  /** All that need not wait; those that are of a stored listing have its id. */
  readonly candidates: readonly Candidate[];
  /** Upserts whose references stored listings have: which of them they are is known when all of the feed was read. */
  readonly waiting: readonly Candidate[];
}

/**
 * Gives such items the id of the one listing that has the reference.
 *
 * @param stored the listings by id; those that are found are added
 * @param areAll no others come that could have the id itself: none has to wait
 */
export async function resolveReferences(candidates: readonly Candidate[], stored: Map<string, StoredListing>, store: ListingStore, report: FeedReport, areAll: boolean): Promise<Resolved> {
  const lost = new Set(candidates.filter((candidate) => isByReference(candidate) && !stored.has(candidate.id)));
  if (lost.size === 0) return { candidates, waiting: [] };
  const found = await findByReferences(store.feed._id, [...lost].map(({ mapped }) => mapped.values.reference as string));
  const waiting: Candidate[] = [];
  const settled = candidates.flatMap((candidate) => {
    if (!lost.has(candidate)) return candidate;
    const [listing, ...others] = mostPresent(found.filter((one) => isNamedBy(candidate, one)));
    if (!listing) return candidate;
    if (candidate.mapped.action !== 'remove' && !areAll) {
      waiting.push(candidate);
      return [];
    }
    if (others.length > 0) {
      if (candidate.mapped.action === 'remove' && !listing.deletedAt && listing.status !== 'WITHDRAWN') report.problem(ambiguousRemoval(candidate, others.length + 1));
      return candidate;
    }
    stored.set(listing.feedReferenceId as string, listing);
    return { ...candidate, id: listing.feedReferenceId as string };
  });
  return { candidates: settled, waiting };
}

/** Whether an item is known by its reference, for want of an id. */
export function isByReference({ id, mapped }: Pick<Candidate, 'id' | 'mapped'>): boolean {
  return mapped.idSource === 'reference' && Boolean(mapped.values.reference) && id.endsWith(mapped.values.reference as string);
}

/** Those that are on offer or were, else the withdrawn ones, else those in the trash. */
function mostPresent(listings: readonly StoredListing[]): readonly StoredListing[] {
  const kept = listings.filter(({ deletedAt }) => !deletedAt);
  const live = kept.filter(({ status }) => status !== 'WITHDRAWN');
  if (live.length > 0) return live;
  return kept.length > 0 ? kept : listings;
}

/** The feed's reference is the same, and so is the provider that stands before the ids; and it is not another property in another place. */
function isNamedBy(candidate: Candidate, listing: StoredListing): boolean {
  const { id, mapped: { values } } = candidate;
  const reference = values.reference as string;
  const feeds = listing.lockedFields?.includes('reference') ? listing.feedValues?.['reference'] : listing.reference;
  return feeds === reference && (listing.feedReferenceId as string).startsWith(id.slice(0, -reference.length)) && !differsInAll(['city', 'type'], candidate, listing);
}
