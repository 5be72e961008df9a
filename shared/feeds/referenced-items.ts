/**
 * Items of a snapshot whose ids are unknown and whose references stored listings have. When all of the feed is read and
 * such a listing is not in it, the item is that listing: it has lost its id, or has another one now.
 */

import type { StoredListing } from '../models/feed-listings.ts';
import { ambiguousReference, ambiguousRemoval } from './plan/problems.ts';
import { apart, feedsReference, findNamed, isByReference, isLive, isTaken, underIdOf } from './known-by-reference.ts';
import type { Candidate } from './plan/listing-changes.ts';
import { SeenIds } from './store/seen-ids.ts';
import { SetAside } from './set-aside.ts';
import { referenceKey } from './values/ids.ts';
import { WaitingListings } from './read/spool.ts';

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
  /** Where items wait that bear each reference, and those that several bear. */
  readonly #references = new SeenIds();
  readonly #shared = new SeenIds();

  /**
   * Sets items aside of which it is not known yet whose they are; gives the others.
   *
   * @param stored the listings by id; those are added that the feed withdraws by reference
   * @returns also the listings that have the references of items whose own had another one
   */
  async sift(
    candidates: readonly Candidate[],
    stored: Map<string, StoredListing>,
  ): Promise<{ readonly candidates: readonly Candidate[]; readonly owners: readonly StoredListing[] }> {
    const asked = candidates.filter((candidate) => {
      const listing = stored.get(candidate.id);
      return (
        listing === undefined ||
        referenceKey(feedsReference(listing)) !== referenceKey(candidate.mapped.values.reference)
      );
    });
    const named = await findNamed(this.store.feed._id, asked);
    const waiting: Candidate[] = [];
    const others = candidates.flatMap((candidate) => {
      const isOthers = isTaken(candidate, stored);
      if (stored.has(candidate.id) && !isOthers) return candidate;
      const having = named(candidate);
      if (candidate.mapped.action === 'remove')
        return this.#removal(candidate, having, stored) ?? (isOthers ? apart(candidate) : candidate);
      if (having.length === 0) return isOthers ? apart(candidate) : candidate;
      waiting.push(candidate);
      const { reference } = candidate.mapped.values;
      if (this.#references.add(reference as string, candidate.offset) !== undefined)
        this.#shared.add(reference as string, candidate.offset);
      return [];
    });
    await this.add(waiting);
    return { candidates: others, owners: named.found };
  }

  /** A removal by reference alone has the id of the one listing that it means. */
  #removal(
    candidate: Candidate,
    having: readonly StoredListing[],
    stored: Map<string, StoredListing>,
  ): Candidate | undefined {
    const [listing, ...others] = having;
    if (!listing || !isByReference(candidate)) return undefined;
    if (others.length > 0) {
      if (isLive(listing)) this.report.problem(ambiguousRemoval(candidate, having.length));
      return undefined;
    }
    return underIdOf(listing, candidate, stored);
  }

  /**
   * What became of the items.
   *
   * @param isThere whether the feed has a listing under its id
   * @param isWhole all of the feed was read: what has another id now is not there under its old one
   * @param isSure whether a listing may be given another id now; items of which it may not go on waiting
   */
  async *settled(
    isThere: (id: string) => boolean,
    isWhole: boolean,
    isSure: (candidate: Candidate, listing: StoredListing) => boolean,
  ): AsyncGenerator<SettledItems> {
    const unsure = new WaitingListings();
    for await (const batch of this.batches()) {
      const named = await findNamed(this.store.feed._id, batch);
      const settled = {
        items: [] as Candidate[],
        renamed: [] as { candidate: Candidate; listing: StoredListing }[],
        uncertain: [] as StoredListing[],
      };
      for (const candidate of batch) {
        const listing = isByReference(candidate)
          ? this.#withoutId(candidate, named(candidate), isThere, settled)
          : isWhole
            ? this.#underAnotherId(candidate, named(candidate), isThere)
            : 'new';
        if (!listing) continue;
        if (listing === 'new') {
          settled.items.push(candidate);
          continue;
        }
        if (!isByReference(candidate) && !isSure(candidate, listing)) {
          await unsure.add([candidate]);
          continue;
        }
        this.#taken.add(listing.feedReferenceId as string, candidate.offset);
        if (isByReference(candidate)) settled.items.push({ ...candidate, id: listing.feedReferenceId as string });
        else settled.renamed.push({ candidate, listing });
      }
      yield settled;
    }
    await this.clear();
    for await (const batch of unsure.batches()) await this.add(batch);
    await unsure.clear();
  }

  /** The listing that has lost its id; `undefined`: it may be one of several. */
  #withoutId(
    candidate: Candidate,
    named: readonly StoredListing[],
    isThere: (id: string) => boolean,
    { uncertain }: { uncertain: StoredListing[] },
  ): StoredListing | 'new' | undefined {
    const absent = named.filter(
      ({ feedReferenceId }) => !isThere(feedReferenceId as string) || this.#taken.has(feedReferenceId as string),
    );
    if (absent.length === 0) return 'new';
    if (named.length === 1) return named[0];
    this.report.count('refused');
    this.report.problem(ambiguousReference(candidate, named.length));
    uncertain.push(...absent);
    return undefined;
  }

  /** The listing that has another id now: the only one with a reference that no other item has. */
  #underAnotherId(
    candidate: Candidate,
    [listing, ...others]: readonly StoredListing[],
    isThere: (id: string) => boolean,
  ): StoredListing | 'new' {
    const id = listing?.feedReferenceId as string;
    const isFree =
      listing !== undefined && others.length === 0 && !isThere(id) && !this.#taken.has(id) && !isThere(candidate.id);
    return isFree && !this.#shared.has(candidate.mapped.values.reference as string) ? listing : 'new';
  }
}
