/**
 * Items of a snapshot whose ids are unknown and whose references stored listings have. When all of the feed is read and
 * such a listing is not in it, the item is that listing: it has lost its id, or has another one now.
 */

import type { StoredListing } from '../models/feed-listings.ts';
import { ambiguousReference, ambiguousRemoval } from './item-problems.ts';
import { apart, feedsReference, findNamed, isAnothersId, isByReference } from './known-by-reference.ts';
import type { Candidate } from './reconcile.ts';
import { SeenIds } from './seen-ids.ts';
import { SetAside } from './set-aside.ts';
import { referenceKey } from './values/ids.ts';

/** Some of the items that waited. */
export interface SettledItems {
  /** With the ids of the listings that they are; or new. */
  readonly items: readonly Candidate[];
  /** Listings that have other ids now. */
  readonly renamed: readonly { readonly candidate: Candidate; readonly listing: StoredListing }[];
  /** Listings of which one is in the feed, without an id that would tell which. */
  readonly uncertain: readonly StoredListing[];
}

export class ReferencedItems extends SetAside {
  readonly #taken = new SeenIds();

  /**
   * Sets items aside of which it is not known yet whose they are; gives the others.
   *
   * @param stored the listings by id; those are added that the feed withdraws by reference
   * @returns also the listings that have the references of items whose own had another one
   */
  async sift(candidates: readonly Candidate[], stored: Map<string, StoredListing>): Promise<{ readonly candidates: readonly Candidate[]; readonly owners: readonly StoredListing[] }> {
    const asked = candidates.filter((candidate) => {
      const listing = stored.get(candidate.id);
      return listing === undefined || referenceKey(feedsReference(listing)) !== referenceKey(candidate.mapped.values.reference);
    });
    const named = await findNamed(this.store.feed._id, asked);
    const waiting: Candidate[] = [];
    const others = candidates.flatMap((candidate) => {
      const listing = stored.get(candidate.id);
      const isOthers = listing !== undefined && isAnothersId(candidate, feedsReference(listing));
      if (listing && !isOthers) return candidate;
      const having = named(candidate);
      if (candidate.mapped.action === 'remove') return this.#removal(candidate, having, stored) ?? (isOthers ? apart(candidate) : candidate);
      if (having.length === 0) return isOthers ? apart(candidate) : candidate;
      waiting.push(candidate);
      return [];
    });
    await this.add(waiting);
    return { candidates: others, owners: named.found };
  }

  /** A removal by reference alone has the id of the one listing that it means. */
  #removal(candidate: Candidate, having: readonly StoredListing[], stored: Map<string, StoredListing>): Candidate | undefined {
    const [listing, ...others] = having;
    if (!listing || !isByReference(candidate)) return undefined;
    if (others.length > 0) {
      if (!listing.deletedAt && listing.status !== 'WITHDRAWN') this.report.problem(ambiguousRemoval(candidate, having.length));
      return undefined;
    }
    stored.set(listing.feedReferenceId as string, listing);
    return { ...candidate, id: listing.feedReferenceId as string };
  }

  /** @param isThere whether the feed has a listing under its id */
  async *settled(isThere: (id: string) => boolean): AsyncGenerator<SettledItems> {
    for await (const batch of this.batches()) {
      const named = await findNamed(this.store.feed._id, batch);
      const items: Candidate[] = [];
      const renamed: { candidate: Candidate; listing: StoredListing }[] = [];
      const uncertain: StoredListing[] = [];
      for (const candidate of batch) {
        const absent = named(candidate).filter(({ feedReferenceId }) => !isThere(feedReferenceId as string) && !this.#taken.has(feedReferenceId as string));
        const [listing, ...others] = absent;
        if (!listing || (others.length > 0 && !isByReference(candidate))) items.push(candidate);
        else if (others.length > 0) {
          this.report.count('refused');
          this.report.problem(ambiguousReference(candidate, absent.length));
          uncertain.push(...absent);
        } else {
          this.#taken.add(listing.feedReferenceId as string, candidate.offset);
          if (isByReference(candidate)) items.push({ ...candidate, id: listing.feedReferenceId as string });
          else renamed.push({ candidate, listing });
        }
      }
      yield { items, renamed, uncertain };
    }
    await this.clear();
  }
}
