/** What is reported of an item that is not taken as it is, in words. */

import type { StoredListing } from '../../models/feed-listings.ts';
import type { FeedWarning } from '../formats/feed-format.ts';
import type { ItemProblem } from '../feed-report.ts';
import { isOlder, type Candidate } from './listing-changes.ts';

/** An item with an older date than its listing, or one of the same old file. */
export function olderItem(candidate: Candidate, listing: StoredListing): ItemProblem {
  const { id, offset, mapped } = candidate;
  return {
    code: 'older',
    message: isOlder(candidate, listing)
      ? `The item is of ${mapped.modifiedAt?.toISOString()}, older than what is stored ` +
        `(${listing.feedModifiedAt?.toISOString()}): it was ignored`
      : 'The listing had left the feed; the file that has it again is an old one: it stays withdrawn',
    reference: id,
    offset,
  };
}

/** An id that the feed has given to another listing. */
export function reusedId({ id, offset }: Candidate, listing: StoredListing): ItemProblem {
  return {
    code: 'id-reused',
    message:
      `The id belonged to another listing (${listing.reference}, ${listing.type}, ${listing.city}): what it is ` +
      'now waits to be published',
    reference: id,
    offset,
  };
}

/** Two items with one id that say different things. */
export function duplicateId(second: Candidate, firstOffset: number, chosen: 'first' | 'second'): ItemProblem {
  return {
    code: 'duplicate-id',
    message:
      `Two items have this id and differ, at bytes ${firstOffset} and ${second.offset}: the ${chosen} one ` + 'counts',
    reference: second.id,
    offset: second.offset,
  };
}

/** A removal by a reference that several listings have. */
export function ambiguousRemoval({ id, offset, mapped }: Candidate, listings: number): ItemProblem {
  return {
    code: 'ambiguous-removal',
    message:
      `The feed withdraws a listing by its reference alone (${mapped.values.reference}), and ${listings} have ` +
      'it: none was withdrawn',
    reference: id,
    offset,
  };
}

/** An item without an id whose reference several listings have. */
export function ambiguousReference({ id, offset, mapped }: Candidate, listings: number): ItemProblem {
  return {
    code: 'ambiguous-reference',
    message:
      `The item has no id, and ${listings} listings have its reference (${mapped.values.reference}): which of ` +
      'them it is cannot be told',
    reference: id,
    offset,
  };
}

/** A new listing with the reference of another one. */
export function knownReference(otherId: string): FeedWarning {
  return {
    code: 'known-reference',
    message:
      'A listing of this feed has the same reference under another id: if it is the same, the feed or its provider ' +
      'has a new id, and one of the two must be withdrawn',
    value: otherId,
  };
}

/** A removal of a listing that we never had. */
export const unknownRemoval: FeedWarning = {
  code: 'unknown-removal',
  message: 'The feed withdraws a listing that is not known by its id or reference',
};
