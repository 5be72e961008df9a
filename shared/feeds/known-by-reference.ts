/** Items that name their listing by its reference alone, where it is stored under an id of its own. */

import { findByReferences, type StoredListing } from '../models/feed-listings.ts';
import type { FeedReport } from './feed-report.ts';
import { ambiguousRemoval } from './item-problems.ts';
import type { ListingStore } from './listing-store.ts';
import type { Candidate } from './reconcile.ts';

/**
 * Gives such items the id of the one listing that has the reference.
 *
 * @param stored the listings by id; those that are found are added
 * @param which of a snapshot only removals can be resolved before all of it is read: the id may come yet
 */
export async function resolveReferences(candidates: readonly Candidate[], stored: Map<string, StoredListing>, store: ListingStore, report: FeedReport, which: 'all' | 'removals' = 'all'): Promise<readonly Candidate[]> {
  const lost = new Set(candidates.filter((candidate) => isByReference(candidate) && !stored.has(candidate.id) && (which === 'all' || candidate.mapped.action === 'remove')));
  if (lost.size === 0) return candidates;
  const found = await findByReferences(store.feed._id, [...lost].map(({ mapped }) => mapped.values.reference as string));
  return candidates.map((candidate) => {
    if (!lost.has(candidate)) return candidate;
    const having = found.filter((listing) => isNamedBy(candidate, listing));
    const [listing, ...others] = mostPresent(having);
    if (candidate.mapped.action === 'remove' && listing?.status !== 'WITHDRAWN' && others.length > 0) report.problem(ambiguousRemoval(candidate, others.length + 1));
    if (!listing || others.length > 0) return candidate;
    stored.set(listing.feedReferenceId as string, listing);
    return { ...candidate, id: listing.feedReferenceId as string };
  });
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

/** The reference is the same, and so is the provider that stands before the ids. */
function isNamedBy({ id, mapped }: Candidate, listing: StoredListing): boolean {
  const reference = mapped.values.reference as string;
  return listing.reference === reference && (listing.feedReferenceId as string).startsWith(id.slice(0, -reference.length));
}
