import type { Types } from 'mongoose';
import type { RemovalGuard } from '../../models/property-feed.ts';
import type { FeedWarning } from '../formats/feed-format.ts';
import type { ItemProblem } from '../feed-report.ts';
import type { Duplicate } from './duplicates.ts';
import { isOlder, type Item, type Row } from './facts.ts';
import { limits } from './limits.ts';

/** An item older than its listing, or part of an old file. */
export function olderItem(item: Item, row: Row): ItemProblem {
  const date = (time: number | undefined): string => new Date(time as number).toISOString();
  return {
    code: 'older',
    message: isOlder(item, row)
      ? `The item is of ${date(item.modifiedAt)}, older than what is stored (${date(row.modifiedAt)}): it was ignored`
      : 'The listing had left the feed or had another id; the file that has it again is an old one: it stays as it is',
    reference: item.id,
    offset: item.offset,
  };
}

/** The id now belongs to another listing. */
export function reusedId({ id, offset }: Item, row: Row): ItemProblem {
  const { reference = 'no reference', type = 'no type', city = 'no place' } = row.nameable;
  return {
    code: 'id-reused',
    message:
      `The id belonged to another listing (${reference}, ${type}, ${city}): what it is now waits to be ` + 'published',
    reference: id,
    offset,
  };
}

/** Two different items with one id. */
export function duplicateId({ item, offsets: [counts, other] }: Duplicate): ItemProblem {
  const [first, second] = counts < other ? [counts, other] : [other, counts];
  return {
    code: 'duplicate-id',
    message: `Two items have this id and differ, at bytes ${first} and ${second}: the one at ${counts} counts`,
    reference: item.id,
    offset: other,
  };
}

/** Several listings have its reference. */
export function ambiguousRemoval({ id, offset, reference }: Item, listings: number): ItemProblem {
  return {
    code: 'ambiguous-removal',
    message:
      `The feed withdraws a listing by its reference alone (${reference}), and ${listings} have it: ` +
      'none was withdrawn',
    reference: id,
    offset,
  };
}

/** Several listings have its reference. */
export function ambiguousReference({ id, offset, reference }: Item, listings: number): ItemProblem {
  return {
    code: 'ambiguous-reference',
    message: `The item has no id, and ${listings} listings have its reference (${reference}): it was not taken over`,
    reference: id,
    offset,
  };
}

/** Most fields are lost. */
export function hollowItem({ id, offset }: Item): ItemProblem {
  return {
    code: 'fields-lost',
    message: 'The item lost most of what its listing had (price, place, type, images): the listing stays as it is',
    reference: id,
    offset,
  };
}

/** A new listing with another listing's reference. */
export function knownReference(otherId: string): FeedWarning {
  return {
    code: 'known-reference',
    message:
      'A listing of this feed has the same reference under another id: if it is the same, the feed or its provider ' +
      'has a new id, and one of the two must be withdrawn',
    value: otherId,
  };
}

export const unknownRemoval: FeedWarning = {
  code: 'unknown-removal',
  message: 'The feed withdraws a listing that is not known by its id or reference',
};

export const dateWentBack: FeedWarning = {
  code: 'date-went-back',
  message: 'The date of the last change is older than it was: what the item says now counts',
};

/** The run ignores absent listings. */
export function removalsSkipped(why: string, mayBeConfirmed: boolean): ItemProblem {
  const but = mayBeConfirmed ? ' but what a person has confirmed' : '';
  return { code: 'removals-skipped', message: `${why}: nothing is marked or withdrawn in this run${but}` };
}

/** The command that confirms a hold. */
export function confirmCommand(feedId: Types.ObjectId): string {
  return `node adapter --invoke sync-feeds --feed-id ${feedId.toHexString()} --confirm-removals`;
}

/** Removals wait for a person. */
export function removalsHeld(
  { reason, count }: RemovalGuard,
  { confirmed, held }: { readonly confirmed: number; readonly held: readonly Row[] },
  feedId: Types.ObjectId,
): ItemProblem {
  const done =
    confirmed > 0 ? `The ${confirmed} that were confirmed were withdrawn, these were not` : 'Nothing was withdrawn';
  const names = held.slice(0, limits.maxNamedInHold).map(({ reference, id }) => reference ?? id);
  const more = count > names.length ? ', ...' : '';
  return {
    code: 'removal-guard',
    message:
      `${reason}. ${done}. Look at the feed; if this is right: ${confirmCommand(feedId)}. ` +
      `Gone: ${names.join(', ')}${more}`,
  };
}

/** A confirmation during a delta has no effect. */
export function confirmIgnored(held: RemovalGuard | undefined): ItemProblem {
  const left = held
    ? `. The ${held.count} listings that wait stay held: confirm beside the next full list; if there is not going to ` +
      'be one, set the mode of the feed to delta, which ends the hold'
    : '';
  return {
    code: 'confirm-ignored',
    message:
      'confirmRemovals did nothing: what the feed sent are changes only, which say nothing of absent ' +
      `listings${left}`,
  };
}
