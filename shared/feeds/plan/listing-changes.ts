/**
 * What an item of a feed means for the listing that is stored: the rules, apart from all reading and writing.
 */

import type { StoredListing } from '../../models/feed-listings.ts';
import type { SentItem } from '../read/complete-item.ts';
import { hidesAddress, storedPoint, withoutAddress } from './hidden-address.ts';
import { imagesOf, mergePlaces } from './image-places.ts';
import type { FeedReport } from '../feed-report.ts';
import { packSource } from '../read/kept-source.ts';
import type { FeedMode, ListingStatus, ListingValues, MappedItem } from '../formats/feed-format.ts';

/** What becomes of an item. */
export type Verdict =
  | 'new'
  | 'same'
  | 'changed'
  /** It was withdrawn because it had left the feed, and is back. */
  | 'restored'
  /** The feed withdraws it by name. */
  | 'removed'
  /** Staff put the listing into the trash: it stays there. */
  | 'trashed'
  /** The feed withdraws what we never had. */
  | 'unknown';

/** An item that was read, with what is needed to judge it. */
export interface Candidate {
  readonly id: string;
  readonly mapped: MappedItem;
  readonly itemHash: string;
  readonly listingHash: string;
  /** Where the item stands in the feed. */
  readonly offset: number;
  /** Its reference is that of another listing of the feed: the id has gone over to this one. */
  readonly hasMoved?: true;
  /** Of a delta: the item itself, to be completed by what is known of its listing. */
  readonly sent?: SentItem;
}

/** Judges what an item says against the stored listing of the same id; dates are another matter (`isOlder`). */
export function judge(candidate: Candidate, stored: StoredListing | undefined): Verdict {
  const { action } = candidate.mapped;
  if (!stored) return action === 'remove' ? 'unknown' : 'new';
  if (stored.deletedAt) return 'trashed';
  if (action === 'remove')
    return stored.status === 'WITHDRAWN' && stored.statusBeforeRemoval !== undefined ? 'same' : 'removed';
  if (stored.statusBeforeRemoval !== undefined) return 'restored';
  return stored.feedHash === candidate.listingHash ? 'same' : 'changed';
}

/** Whether an item bears an older date than what is stored. What had left its feed and is back is what it is now. */
export function isOlder({ mapped: { modifiedAt } }: Candidate, stored: StoredListing): boolean {
  return (
    modifiedAt !== undefined &&
    stored.feedModifiedAt !== undefined &&
    modifiedAt < stored.feedModifiedAt &&
    !stored.missingSince
  );
}

/** An item without its date when that has not come yet: kept, it would make every true one look older. */
export function withoutFutureDate(candidate: Candidate, now: Date, report: Pick<FeedReport, 'warn'>): Candidate {
  const { modifiedAt, ...mapped } = candidate.mapped;
  if (modifiedAt === undefined || modifiedAt <= now) return candidate;
  report.warn(
    {
      code: 'future-date',
      message: 'The date of the last change has not come yet: it was left out',
      value: modifiedAt.toISOString(),
    },
    candidate.id,
  );
  return { ...candidate, mapped };
}

/** Fields that name a listing: one of them may be corrected, not all at once. */
const namingFields = ['reference', 'city', 'type'] as const;

type NamingField = (typeof namingFields)[number];

/**
 * Whether the feed has given the id of a listing to another one: it is known by its reference, or reference, place and
 * type all differ.
 */
export function isAnotherListing(candidate: Candidate, stored: StoredListing): boolean {
  return candidate.hasMoved ?? differsInAll(namingFields, candidate, stored);
}

/** Whether each of these fields is known of both, not locked, and another one. */
export function differsInAll(fields: readonly NamingField[], candidate: Candidate, stored: StoredListing): boolean {
  return fields.every((field) => differsIn(field, candidate, stored));
}

/** Whether a field is known of both, not locked, and another one. */
export function differsIn(field: NamingField, { mapped: { values } }: Candidate, stored: StoredListing): boolean {
  const [now, before] = [values[field]?.trim().toLowerCase(), stored[field]?.trim().toLowerCase()];
  return Boolean(now && before && now !== before && !stored.lockedFields?.includes(field));
}

/** Fields of the stored listing to set and to remove. */
export interface ListingChanges {
  readonly set: Readonly<Record<string, unknown>>;
  readonly unset: readonly string[];
}

/**
 * The changes that an item makes to a stored listing. Locked fields stay the staff's; what the feed says about them is
 * kept beside. What is absent from a snapshot is cleared only if the feed had set it; a status
 * that staff have changed since stays theirs.
 */
export function changesOf(
  candidate: Candidate,
  stored: StoredListing,
  verdict: Verdict,
  mode: FeedMode,
): ListingChanges {
  const set: Record<string, unknown> = { feedItemHash: candidate.itemHash };
  const unset: string[] = [];
  if (candidate.mapped.modifiedAt && !(mode === 'delta' && isOlder(candidate, stored)))
    set['feedModifiedAt'] = candidate.mapped.modifiedAt;
  if (stored.missingSince) unset.push('missingSince');
  if (stored.heldSince) unset.push('heldSince');
  const locked = new Set(stored.lockedFields ?? []);
  if (verdict === 'removed') {
    set['statusBeforeRemoval'] = stored.status;
    if (!locked.has('status')) set['status'] = 'WITHDRAWN';
    unset.push('feedHash');
    return { set, unset };
  }
  if (verdict === 'restored') {
    unset.push('statusBeforeRemoval');
    if (!locked.has('status') && stored.status === 'WITHDRAWN') set['status'] = stored.statusBeforeRemoval;
  }
  keepSource(candidate, stored, mode, set, unset);
  if (verdict === 'same' && stored.feedHash === candidate.listingHash) noteLocked(candidate, stored, mode, locked, set);
  if (verdict !== 'changed' && verdict !== 'restored') return { set, unset };

  set['feedHash'] = candidate.listingHash;
  if (stored.publicationStatus === 'PUBLISHED' && isAnotherListing(candidate, stored))
    set['publicationStatus'] = 'PENDING';
  const places =
    mode === 'delta' && candidate.mapped.imagePlaces
      ? mergePlaces(stored.feedImages ?? [], candidate.mapped.imagePlaces)
      : undefined;
  if (places) set['feedImages'] = places;
  else if (stored.feedImages && candidate.mapped.values.images !== undefined) unset.push('feedImages');
  const spoken = {
    ...candidate.mapped.values,
    ...(places ? { images: places.length > 0 ? imagesOf(places) : null } : {}),
  };
  const values = hidesAddress(spoken, stored, mode)
    ? withoutAddress(spoken, mode === 'delta' ? storedPoint(stored) : {})
    : spoken;
  const given = new Set(stored.feedFields ?? []);
  const hadTitle = given.has('title');
  const sourceValues: Record<string, unknown> = { ...stored.feedValues };
  for (const field of fieldsSpokenOf(values, given, mode)) {
    const value = values[field as keyof ListingValues] ?? null;
    if (field === 'status' && value === null && isStatusUnread(candidate)) continue;
    if (value === null) given.delete(field);
    else given.add(field);
    if (locked.has(field)) sourceValues[field] = value;
    else if (field !== 'status' || value !== null || isFeedsOwnStatus({ ...stored, ...set }))
      give(field, value, set, unset);
  }
  if (values.title === null && hadTitle && !locked.has('title'))
    set['title'] = titleOf(
      {
        type: values.type ?? stored.type,
        city: values.city ?? stored.city,
        reference: values.reference ?? stored.reference,
      },
      candidate.id,
    );
  keepOfLocked(sourceValues, locked, stored, set, unset);
  set['feedFields'] = [...given];
  return { set, unset };
}

/**
 * What is kept of the item: in a delta it was completed by what was kept before. A full list that keeps nothing ends
 * it.
 */
function keepSource(
  { mapped: { source, values } }: Candidate,
  stored: StoredListing,
  mode: FeedMode,
  set: Record<string, unknown>,
  unset: string[],
): void {
  if (source) {
    const packed = packSource(hidesAddress(values, stored, mode) ? source.withoutAddress : source.whole);
    if (packed !== stored.feedSource) set['feedSource'] = packed;
  } else if (mode === 'snapshot' && stored.feedSource !== undefined) unset.push('feedSource');
}

/** The field becomes what the feed says; a listing always has a title, and is on offer when it is nothing else. */
function give(field: string, value: unknown, set: Record<string, unknown>, unset: string[]): void {
  if (field === 'status') {
    set['status'] = value ?? 'ACTIVE';
    set['feedStatus'] = set['status'];
  } else if (value !== null || field === 'price') set[field] = value;
  else if (field === 'features' || field === 'images') set[field] = [];
  else if (field !== 'title') unset.push(field);
}

/** The feed has a word for the status that nobody knows: the stored status stays. */
function isStatusUnread({ mapped }: Candidate): boolean {
  return mapped.warnings.some(({ code }) => code === 'unknown-status');
}

/**
 * Whether the status is the one that the feed gave last; of listings stored before that was noted it is taken to be.
 */
function isFeedsOwnStatus({ status, feedStatus }: Pick<StoredListing, 'status' | 'feedStatus'>): boolean {
  return feedStatus === undefined || status === feedStatus;
}

/**
 * An item that says the same tells what the feed has for fields that staff have locked since; what it does not speak of
 * is not the feed's any more.
 */
function noteLocked(
  candidate: Candidate,
  stored: StoredListing,
  mode: FeedMode,
  locked: ReadonlySet<string>,
  set: Record<string, unknown>,
): void {
  const fields = (stored.feedFields ?? []).filter(
    (field) =>
      locked.has(field) && stored.feedValues?.[field] === undefined && !(field === 'images' && mode === 'delta'),
  );
  if (fields.length === 0) return;
  const spoken = candidate.mapped.values;
  const values = hidesAddress(spoken, stored, mode)
    ? withoutAddress(spoken, mode === 'delta' ? storedPoint(stored) : {})
    : spoken;
  const told = fields.filter((field) => values[field as keyof ListingValues] !== undefined);
  if (told.length > 0)
    set['feedValues'] = {
      ...stored.feedValues,
      ...Object.fromEntries(told.map((field) => [field, values[field as keyof ListingValues]])),
    };
  if (told.length < fields.length)
    set['feedFields'] = (stored.feedFields ?? []).filter((field) => !fields.includes(field) || told.includes(field));
}

/** What the feed says about locked fields is kept beside the staff's own values. */
function keepOfLocked(
  values: Readonly<Record<string, unknown>>,
  locked: ReadonlySet<string>,
  stored: Pick<StoredListing, 'feedValues'>,
  set: Record<string, unknown>,
  unset: string[],
): void {
  const kept = Object.entries(values).filter(([field]) => locked.has(field));
  if (kept.length > 0) set['feedValues'] = Object.fromEntries(kept);
  else if (stored.feedValues) unset.push('feedValues');
}

/**
 * What the feed said about fields while they were locked, for those that are not any more; `undefined`: there are none.
 */
export function changesOfUnlocked(
  stored: Pick<StoredListing, 'feedValues' | 'lockedFields'>,
): ListingChanges | undefined {
  const { feedValues = {} } = stored;
  const locked = new Set(stored.lockedFields ?? []);
  const unlocked = Object.entries(feedValues).filter(([field]) => !locked.has(field));
  if (unlocked.length === 0) return undefined;
  const set: Record<string, unknown> = {};
  const unset: string[] = [];
  for (const [field, value] of unlocked) give(field, value, set, unset);
  keepOfLocked(feedValues, locked, stored, set, unset);
  return { set, unset };
}

/** A new listing's content; it waits as PENDING for somebody to publish it. */
export function newListing(candidate: Candidate): {
  readonly values: Record<string, unknown>;
  readonly title: string;
  readonly status: ListingStatus;
} {
  const { values: spoken, source } = candidate.mapped;
  const values = spoken.addressHidden === true ? withoutAddress(spoken, {}) : spoken;
  const present = Object.entries(values).filter(
    ([field, value]) => value !== undefined && (value !== null || field === 'price'),
  );
  return {
    title: titleOf(values, candidate.id),
    status: values.status ?? 'ACTIVE',
    values: {
      features: [],
      images: [],
      ...Object.fromEntries(present),
      feedReferenceId: candidate.id,
      feedItemHash: candidate.itemHash,
      feedHash: candidate.listingHash,
      feedFields: present.filter(([, value]) => value !== null).map(([field]) => field),
      ...(values.status ? { feedStatus: values.status } : {}),
      ...(source
        ? { feedSource: packSource(spoken.addressHidden === true ? source.withoutAddress : source.whole) }
        : {}),
      ...(candidate.mapped.imagePlaces ? { feedImages: mergePlaces([], candidate.mapped.imagePlaces) } : {}),
      ...(candidate.mapped.modifiedAt ? { feedModifiedAt: candidate.mapped.modifiedAt } : {}),
    },
  };
}

/** What a listing without a title is called. */
function titleOf(values: ListingValues, id: string): string {
  return values.title || [values.type, values.city].filter(Boolean).join(', ') || values.reference || id;
}

/** The fields to look at: in a delta those that the item speaks of, in a snapshot also those that it had set before. */
function fieldsSpokenOf(values: ListingValues, given: ReadonlySet<string>, mode: FeedMode): readonly string[] {
  const spoken = Object.entries(values)
    .filter(([, value]) => value !== undefined)
    .map(([field]) => field);
  return mode === 'delta' ? spoken : [...new Set([...spoken, ...given])];
}

/** Fields whose disappearance from many listings at once means that the feed has changed its form. */
const tellingFields = ['price', 'city', 'type', 'bedrooms', 'reference'] as const;

/** Whether a snapshot's item says little more than that its listing is off the market: what it leaves out stays. */
export function isNotice(candidate: Candidate, stored: StoredListing): boolean {
  const { status } = candidate.mapped.values;
  return Boolean(status) && status !== 'ACTIVE' && lostMostFields(candidate, stored);
}

/** An item that says nothing about what it leaves empty. */
export function withoutGaps(candidate: Candidate): Candidate {
  const values = Object.fromEntries(
    Object.entries(candidate.mapped.values).filter(
      ([, value]) => value !== null && !(Array.isArray(value) && value.length === 0),
    ),
  );
  const { source: _, ...mapped } = candidate.mapped;
  return { ...candidate, mapped: { ...mapped, values } };
}

/** Whether a snapshot's item lost most of what its listing had: a sign of a changed format when it happens to many. */
export function lostMostFields(candidate: Candidate, stored: StoredListing): boolean {
  const { values } = candidate.mapped;
  const had = tellingFields.filter(
    (field) => stored[field] !== undefined && stored[field] !== null && !(stored.lockedFields ?? []).includes(field),
  );
  const hadImages = (stored.images?.length ?? 0) > 0;
  const lost =
    had.filter((field) => (values[field] ?? null) === null && !(field === 'price' && values.priceOnRequest)).length +
    (hadImages && (values.images ?? []).length === 0 ? 1 : 0);
  const total = had.length + (hadImages ? 1 : 0);
  return total >= 2 && lost * 2 > total;
}
