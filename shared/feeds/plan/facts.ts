/** Small enough for a large feed to fit in memory. */

import { hash } from 'node:crypto';
import type { ListingFacts } from '../../models/feed-listings.ts';
import type { Goal } from '../../models/contact.ts';
import type { PropertyStatus } from '../../models/property.ts';
import type { ListingValues } from '../formats/feed-format.ts';
import type { Candidate } from '../read/candidate.ts';

export interface Item {
  readonly at: number;
  readonly offset: number;
  readonly id: string;
  /** Without id, its reference stands in. */
  readonly byReference: boolean;
  /** Prefix of one provider's ids, with `/`. */
  readonly scope: string;
  /** The id it would have without id, reference and address. */
  readonly standIn: string | undefined;
  readonly reference: string | undefined;
  readonly city: string | undefined;
  readonly type: string | undefined;
  readonly goal: Goal | undefined;
  readonly place: string | undefined;
  /** Bit set of `tellingFields`. */
  readonly told: number;
  readonly removes: boolean;
  readonly withdraws: boolean;
  readonly leaves: boolean;
  /** Not active: sold, reserved, ... */
  readonly isOffMarket: boolean;
  readonly hash: string;
  readonly modifiedAt: number | undefined;
}

export interface Row {
  readonly key: string;
  readonly id: string;
  readonly reference: string | undefined;
  readonly hasFeedsReference: boolean;
  readonly nameable: { readonly reference?: string; readonly city?: string; readonly type?: string };
  readonly goal: Goal | undefined;
  readonly place: string | undefined;
  readonly told: number;
  readonly status: PropertyStatus;
  readonly isStatusLocked: boolean;
  readonly isTrashed: boolean;
  /** In the feed when it was last read. */
  readonly wasPresent: boolean;
  readonly hash: string | undefined;
  readonly modifiedAt: number | undefined;
  readonly missingSince: number | undefined;
  readonly heldSince: number | undefined;
  readonly wasWithdrawn: boolean;
}

/** If many listings lose these at once, the feed's form has changed. */
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

export function isByReference({ id, mapped }: Pick<Candidate, 'id' | 'mapped'>): boolean {
  const { reference } = mapped.values;
  return mapped.idSource === 'reference' && Boolean(reference) && id.endsWith(reference as string);
}

/** An id that no other listing can have. */
export function apartId({ scope, reference }: Pick<Item, 'scope' | 'reference'>): string {
  return `${scope}ref:${reference}`;
}

export function isOffered(status: PropertyStatus): boolean {
  return status === 'ACTIVE' || status === 'RESERVED';
}

export function isAtStake({ status, isStatusLocked, isTrashed }: Row): boolean {
  return isOffered(status) && !isStatusLocked && !isTrashed;
}

export function isHollow({ told }: Item, row: Row): boolean {
  const had = countBits(row.told);
  return had >= 2 && countBits(lostBits({ told }, row)) * 2 > had;
}

/** Whether an item says little more than that its listing is off the market; omitted fields stay. */
export function isNotice(item: Item, row: Row): boolean {
  return item.isOffMarket && isHollow(item, row);
}

/** A returning listing is never older. */
export function isOlder({ modifiedAt }: Item, row: Row): boolean {
  return modifiedAt !== undefined && row.modifiedAt !== undefined && modifiedAt < row.modifiedAt && !row.missingSince;
}

export function differsInAll(fields: readonly ('reference' | 'city' | 'type')[], item: Item, row: Row): boolean {
  return fields.every((field) => {
    const [now, before] = [field === 'reference' ? folded(item.reference) : item[field], row.nameable[field]];
    return now !== undefined && before !== undefined && now !== before;
  });
}

type Placed = Pick<ListingValues, 'city' | 'address' | 'price' | 'areaSqm'> & {
  readonly images?: readonly { readonly url?: string }[] | null;
};

/** Hash of place, area, price and first image; `undefined` if two are unknown. */
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

export function lostBits({ told }: Pick<Item, 'told'>, row: Row): number {
  return row.told & ~told;
}

export function fieldsOf(bits: number): readonly string[] {
  return tellingFields.filter((_, i) => (bits & (1 << i)) !== 0);
}

function countBits(bits: number): number {
  let count = 0;
  for (let left = bits; left !== 0; left &= left - 1) count += 1;
  return count;
}
