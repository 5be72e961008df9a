/**
 * Ids that are no ids: an exporter that numbers its listings gives each one the id of its neighbour as soon as one of
 * them is sold. The references tell.
 */

import type { StoredListing } from '../models/feed-listings.ts';
import { EstioError } from '../platform/errors.ts';
import type { Candidate } from './plan/listing-changes.ts';
import { referenceKey } from './values/ids.ts';

/** So many ids may go over to other listings, and so large a share of the items read so far. */
const maxMoved = 2;
const maxMovedShare = 0.2;

export class MovedIds {
  #moved = 0;

  /**
   * Marks the items that bear the reference of another listing; one whose reference is the staff's own is left out.
   *
   * @param stored the listings of the items by their ids
   * @param others listings that have references of the items
   */
  mark(
    candidates: readonly Candidate[],
    stored: ReadonlyMap<string, StoredListing>,
    others: readonly StoredListing[],
  ): readonly Candidate[] {
    const owners = new Map<string, string>();
    const live = others.filter(({ status }) => status !== 'WITHDRAWN');
    const all = new Map([...stored.values(), ...live].map((listing) => [listing.feedReferenceId as string, listing]));
    for (const [id, listing] of all) {
      const reference = referenceKey(listing.reference);
      if (reference !== undefined && isTheFeeds(listing)) owners.set(reference, owners.has(reference) ? '' : id);
    }
    return candidates.map((candidate) => {
      const listing = stored.get(candidate.id);
      const owner = owners.get(referenceKey(candidate.mapped.values.reference) ?? '');
      if (
        !listing ||
        !owner ||
        owner === candidate.id ||
        !isTheFeeds(listing) ||
        referenceKey(listing.reference) === undefined
      )
        return candidate;
      this.#moved += 1;
      return { ...candidate, hasMoved: true as const };
    });
  }

  /**
   * Call before the items are applied.
   *
   * @param items so many were read so far, unchanged ones included
   * @throws {EstioError} `ids-moved`: so many that the ids of the feed mean nothing
   */
  check(items: number): void {
    if (this.#moved <= maxMoved || this.#moved <= maxMovedShare * items) return;
    throw new EstioError(
      `The ids of the feed have gone over to other listings: ${this.#moved} of ${items} bear the reference of ` +
        'another one (are the ids row numbers?). Nothing was changed by these; set idFrom to reference on the feed, ' +
        'so that listings are known by their references, or confirm that it is right (confirmRemovals=1)',
      { code: 'ids-moved' },
    );
  }
}

function isTheFeeds({ lockedFields, deletedAt }: StoredListing): boolean {
  return !deletedAt && !lockedFields?.includes('reference');
}
