/**
 * What a plan knows of the two sides: an item that had to be read, and a stored listing. Both are small, so that all
 * of a large feed can be compared at once. Pure.
 */

import { hash } from 'node:crypto';
import type { ListingFacts } from '../../models/feed-listings.ts';
import type { Goal } from '../../models/contact.ts';
import type { PropertyStatus } from '../../models/property.ts';
import type { ListingValues } from '../formats/feed-format.ts';
import type { Candidate } from '../read/candidate.ts';

/** An item that was read: it is new, or differs from what is stored. */
export interface Item {
  /** Its place in the spool. */
  readonly at: number;
  /** Where it stands in the feed, bytes. */
  readonly offset: number;
  readonly id: string;
  /** It has no id of its own: its reference stands in. */
  readonly byReference: boolean;
  /** What stands before the ids of one provider among several, with its `/`. */
  readonly scope: string;
  /** The id that it would have if it had neither an id nor a reference nor an address. */
  readonly standIn: string | undefined;
  readonly reference: string | undefined;
  readonly city: string | undefined;
  readonly type: string | undefined;
  readonly goal: Goal | undefined;
  readonly place: string | undefined;
  /** Telling fields that it fills (`tellingFields`), a bit each. */
  readonly told: number;
  /** It takes its listing off the market by name. */
  readonly removes: boolean;
  /** By its status, or by name. */
  readonly withdraws: boolean;
  /** It takes its listing off offer in whatever way: withdrawn, sold, rented, removed by name. */
  readonly leaves: boolean;
  /** It says that its listing is off the market in some way (sold, reserved). */
  readonly isOffMarket: boolean;
  readonly hash: string;
  readonly modifiedAt: number | undefined;
}

/** A stored listing of the feed. */
export interface Row {
  /** Its `_id`, hexadecimal. */
  readonly key: string;
  /** The feed's id for it. */
  readonly id: string;
  /** As the feed says it, also when staff have locked another one. */
  readonly reference: string | undefined;
  /** The reference is the feed's, not the staff's. */
  readonly hasFeedsReference: boolean;
  /** What staff have locked is `undefined` here: it tells nothing of the feed. */
  readonly nameable: { readonly reference?: string; readonly city?: string; readonly type?: string };
  /** `undefined` also when staff have locked it. */
  readonly goal: Goal | undefined;
  readonly place: string | undefined;
  readonly told: number;
  readonly status: PropertyStatus;
  readonly isStatusLocked: boolean;
  readonly isTrashed: boolean;
  /** The feed had it when it was last read. */
  readonly wasPresent: boolean;
  readonly hash: string | undefined;
  readonly modifiedAt: number | undefined;
  readonly missingSince: number | undefined;
  readonly heldSince: number | undefined;
  /** The feed has withdrawn it: it left, or the feed said so by name. */
  readonly wasWithdrawn: boolean;
}

/** Fields whose loss in many listings at once means that the feed has another form. */
const tellingFields = ['price', 'city', 'type', 'bedrooms', 'reference', 'images'] as const;

export function toItem(candidate: Candidate, at: number): Item {
  const { id, mapped, offset, listingHash } = candidate;
  const { values, action, modifiedAt } = mapped;
  const reference = values.reference || undefined;
  const byReference = isByReference(candidate);
  return {
    at,
    offset,
    id,
    byReference,
    scope: byReference ? id.slice(0, -(reference as string).length) : id.slice(0, id.lastIndexOf('/') + 1),
    standIn: mapped.standIn,
    reference,
    city: folded(values.city),
    type: folded(values.type),
    goal: values.goal ?? undefined,
    place: placeKey(values.addressHidden === true ? { ...values, address: null } : values),
    told: bitsOf((field) =>
      field === 'images'
        ? (values.images ?? []).length > 0
        : (values[field] ?? null) !== null || (field === 'price' && Boolean(values.priceOnRequest)),
    ),
    removes: action === 'remove',
    withdraws: action === 'remove' || values.status === 'WITHDRAWN',
    leaves: action === 'remove' || Boolean(values.status && !isOffered(values.status)),
    isOffMarket: Boolean(values.status) && values.status !== 'ACTIVE',
    hash: listingHash,
    modifiedAt: modifiedAt?.getTime(),
  };
}

export function toRow(listing: ListingFacts): Row {
  const locked = new Set(listing.lockedFields ?? []);
  const nameable: { reference?: string; city?: string; type?: string } = {};
  for (const field of ['reference', 'city', 'type'] as const) {
    const value = locked.has(field) ? undefined : folded(listing[field]);
    if (value !== undefined) nameable[field] = value;
  }
  const feedsReference = locked.has('reference')
    ? (listing.feedValues?.['reference'] as string | undefined)
    : undefined;
  return {
    key: listing._id.toHexString(),
    id: listing.feedReferenceId as string,
    reference: feedsReference ?? listing.reference ?? undefined,
    hasFeedsReference: !locked.has('reference'),
    nameable,
    goal: locked.has('goal') ? undefined : (listing.goal ?? undefined),
    place: placeKey(listing),
    told: bitsOf((field) => {
      if (locked.has(field)) return false;
      return field === 'images' ? (listing.images ?? []).length > 0 : (listing[field] ?? null) !== null;
    }),
    status: listing.status,
    isStatusLocked: locked.has('status'),
    isTrashed: Boolean(listing.deletedAt),
    wasPresent: Boolean(listing.feedItemHash),
    hash: listing.feedHash,
    modifiedAt: listing.feedModifiedAt?.getTime(),
    missingSince: listing.missingSince?.getTime(),
    heldSince: listing.heldSince?.getTime(),
    wasWithdrawn: listing.statusBeforeRemoval !== undefined,
  };
}

/** Whether an item is known by its reference, for want of an id. */
export function isByReference({ id, mapped }: Pick<Candidate, 'id' | 'mapped'>): boolean {
  const { reference } = mapped.values;
  return mapped.idSource === 'reference' && Boolean(reference) && id.endsWith(reference as string);
}

/** An id for an item that is known by its reference, which no other listing can have. */
export function apartId({ scope, reference }: Pick<Item, 'scope' | 'reference'>): string {
  return `${scope}ref:${reference}`;
}

/** Whether a listing is on offer: its disappearance means something. */
export function isOffered(status: PropertyStatus): boolean {
  return status === 'ACTIVE' || status === 'RESERVED';
}

/** Whether a listing would be withdrawn: it is on offer, and its status is not the staff's own. */
export function isAtStake({ status, isStatusLocked, isTrashed }: Row): boolean {
  return isOffered(status) && !isStatusLocked && !isTrashed;
}

/** Whether an item lost most of what its listing had. */
export function isHollow({ told }: Item, row: Row): boolean {
  const had = countBits(row.told);
  return had >= 2 && countBits(lostBits({ told }, row)) * 2 > had;
}

/** Whether an item says little more than that its listing is off the market: what it leaves out stays. */
export function isNotice(item: Item, row: Row): boolean {
  return item.isOffMarket && isHollow(item, row);
}

/** Whether an item bears an older date than its listing. What had left its feed and is back is what it is now. */
export function isOlder({ modifiedAt }: Item, row: Row): boolean {
  return modifiedAt !== undefined && row.modifiedAt !== undefined && modifiedAt < row.modifiedAt && !row.missingSince;
}

/** Whether each of these fields is known of both sides, not locked, and another one. */
export function differsInAll(fields: readonly ('reference' | 'city' | 'type')[], item: Item, row: Row): boolean {
  return fields.every((field) => {
    const [now, before] = [field === 'reference' ? folded(item.reference) : item[field], row.nameable[field]];
    return now !== undefined && before !== undefined && now !== before;
  });
}

type Placed = Pick<ListingValues, 'city' | 'address' | 'price' | 'areaSqm'> & {
  readonly images?: readonly { readonly url?: string }[] | null;
};

/** City or address, area, price and first image together; `undefined` when too little of it is known to be sure. */
function placeKey(listing: Placed): string | undefined {
  const place = (listing.address || listing.city || '').trim().toLowerCase();
  const image = listing.images?.[0]?.url ?? '';
  const known = [
    place !== '',
    typeof listing.areaSqm === 'number',
    typeof listing.price === 'number',
    image !== '',
  ].filter(Boolean).length;
  if (known < 3) return undefined;
  return hash('sha1', JSON.stringify([place, listing.areaSqm ?? null, listing.price ?? null, image]), 'base64');
}

function folded(text: string | null | undefined): string | undefined {
  return text?.trim().toLowerCase() || undefined;
}

function bitsOf(has: (field: (typeof tellingFields)[number]) => boolean): number {
  return tellingFields.reduce((bits, field, i) => (has(field) ? bits | (1 << i) : bits), 0);
}

/** Telling fields that a listing had and its item does not, a bit each. */
export function lostBits({ told }: Pick<Item, 'told'>, row: Row): number {
  return row.told & ~told;
}

/** The names of telling fields. */
export function fieldsOf(bits: number): readonly string[] {
  return tellingFields.filter((_, i) => (bits & (1 << i)) !== 0);
}

function countBits(bits: number): number {
  let count = 0;
  for (let left = bits; left !== 0; left &= left - 1) count += 1;
  return count;
}
