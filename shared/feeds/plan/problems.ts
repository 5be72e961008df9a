import type { Types } from 'mongoose';
import type { RemovalGuard } from '../../models/property-feed.ts';
import type { FeedWarning } from '../formats/feed-format.ts';
import type { ItemProblem } from '../feed-report.ts';
import type { Duplicate } from './duplicates.ts';
import { isOlder, type Item, type Row } from './facts.ts';
import { limits } from './limits.ts';

export function olderItem(item: Item, row: Row): ItemProblem {
  const date = (time: number | undefined): string => new Date(time as number).toISOString();
  return {
    code: 'older',
    message: isOlder(item, row)
      ? `The item was ignored: it is dated ${date(item.modifiedAt)}, and the stored listing ` +
        `${date(row.modifiedAt)}`
      : 'The listing was not changed: an old file contains it, and it has since left the feed or changed its id',
    reference: item.id,
    offset: item.offset,
  };
}

export function reusedId({ id, offset }: Item, row: Row): ItemProblem {
  const { reference = 'no reference', type = 'no type', city = 'no place' } = row.nameable;
  return {
    code: 'id-reused',
    message:
      `The id belonged to another listing (${reference}, ${type}, ${city}): the new one waits to be ` + 'published',
    reference: id,
    offset,
  };
}

export function duplicateId({ item, offsets: [counts, other] }: Duplicate): ItemProblem {
  const [first, second] = counts < other ? [counts, other] : [other, counts];
  return {
    code: 'duplicate-id',
    message: `Two different items have this id, at bytes ${first} and ${second}: the one at ${counts} was used`,
    reference: item.id,
    offset: other,
  };
}

export function ambiguousRemoval({ id, offset, reference }: Item, listings: number): ItemProblem {
  return {
    code: 'ambiguous-removal',
    message:
      `No listing was withdrawn: the feed names it only by its reference (${reference}), and ` +
      `${listings} listings have it`,
    reference: id,
    offset,
  };
}

export function ambiguousReference({ id, offset, reference }: Item, listings: number): ItemProblem {
  return {
    code: 'ambiguous-reference',
    message: `The item was not imported: it has no id, and ${listings} listings have its reference ` + `(${reference})`,
    reference: id,
    offset,
  };
}

export function hollowItem({ id, offset }: Item): ItemProblem {
  return {
    code: 'fields-lost',
    message: 'The listing was not changed: its item lost most fields (price, place, type, images)',
    reference: id,
    offset,
  };
}

export function knownReference(otherId: string): FeedWarning {
  return {
    code: 'known-reference',
    message:
      'Another listing of this feed has the same reference under another id. If both are the same, ' +
      'withdraw one of them',
    value: otherId,
  };
}

export const unknownRemoval: FeedWarning = {
  code: 'unknown-removal',
  message: 'The feed withdraws a listing whose id and reference are unknown',
};

export const dateWentBack: FeedWarning = {
  code: 'date-went-back',
  message: 'The date of the last change is earlier than before; the item was read all the same',
};

export function removalsSkipped(why: string, mayBeConfirmed: boolean): ItemProblem {
  const but = mayBeConfirmed ? ', except what was confirmed' : '';
  return {
    code: 'removals-skipped',
    message: `${why}. No listing is marked as missing or withdrawn in ` + `this run${but}`,
  };
}

export function confirmCommand(feedId: Types.ObjectId): string {
  return `node adapter --invoke sync-feeds --feed-id ${feedId.toHexString()} --confirm-removals`;
}

export function removalsHeld(
  { reason, count }: RemovalGuard,
  { confirmed, held }: { readonly confirmed: number; readonly held: readonly Row[] },
  feedId: Types.ObjectId,
): ItemProblem {
  const done =
    confirmed > 0 ? `The ${confirmed} confirmed listings were withdrawn, these were not` : 'Nothing was withdrawn';
  // A reference that several have (0, -) names none of them.
  const isOnly = (row: Row) =>
    row.reference && !held.some((other) => other !== row && other.reference === row.reference);
  const nameOf = (row: Row) => (isOnly(row) ? row.reference : row.id);
  const names = held.slice(0, limits.maxNamedInHold).map(nameOf);
  const more = count > names.length ? ', ...' : '';
  return {
    code: 'removal-guard',
    message:
      `${reason}. ${done}. Look at the feed; if this is right: ${confirmCommand(feedId)}. ` +
      `Listings: ${names.join(', ')}${more}`,
  };
}

export function confirmIgnored(held: RemovalGuard | undefined): ItemProblem {
  const left = held
    ? `. The ${held.count} waiting listings stay held: confirm together with the next full list. If ` +
      "there will be none, set the feed's mode to delta, which ends the hold"
    : '';
  return {
    code: 'confirm-ignored',
    message:
      'The confirmation had no effect: this transfer contains only changes, which say nothing about ' +
      `missing listings${left}`,
  };
}
