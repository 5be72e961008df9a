/** Removals that name their listing by its reference alone, where it is stored under an id of its own. */

import { findByReferences, type StoredListing } from '../models/feed-listings.ts';
import type { FeedReport } from './feed-report.ts';
import { ambiguousRemoval } from './item-problems.ts';
import type { ListingStore } from './listing-store.ts';
import type { Candidate } from './reconcile.ts';

/**
 * Gives such removals the id of the one listing that has the reference.
 *
 * @param stored the listings by id; those that are found are added
 */
export async function resolveRemovals(candidates: readonly Candidate[], stored: Map<string, StoredListing>, store: ListingStore, report: FeedReport): Promise<readonly Candidate[]> {
  const lost = candidates.filter((candidate) => isByReference(candidate) && !stored.has(candidate.id));
  if (lost.length === 0) return candidates;
  const found = await findByReferences(store.feed._id, lost.map(({ mapped }) => mapped.values.reference as string));
  return candidates.map((candidate) => {
    if (!lost.includes(candidate)) return candidate;
    const having = found.filter((listing) => isNamedBy(candidate, listing));
    const live = having.filter(({ status }) => status !== 'WITHDRAWN');
    if (live.length > 1) report.problem(ambiguousRemoval(candidate, live.length));
    const [listing, ...others] = live.length > 0 ? live : having;
    if (!listing || others.length > 0) return candidate;
    stored.set(listing.feedReferenceId as string, listing);
    return { ...candidate, id: listing.feedReferenceId as string };
  });
}

function isByReference({ id, mapped }: Candidate): boolean {
  return mapped.action === 'remove' && mapped.idSource === 'reference' && Boolean(mapped.values.reference) && id.endsWith(mapped.values.reference as string);
}

/** The reference is the same, and so is the provider that stands before the ids. */
function isNamedBy({ id, mapped }: Candidate, listing: StoredListing): boolean {
  const reference = mapped.values.reference as string;
  return listing.reference === reference && (listing.feedReferenceId as string).startsWith(id.slice(0, -reference.length));
}
