/** From the listing as it is when written, so that recent staff locks apply. */

import type { StoredListing } from '../../models/feed-listings.ts';
import { hidesAddress, storedPoint, withoutAddress } from './hidden-address.ts';
import { imagesOf, mergePlaces } from './image-places.ts';
import { packSource } from '../read/kept-source.ts';
import type { Candidate } from '../read/candidate.ts';
import type { FeedMode, ListingStatus, ListingValues } from '../formats/feed-format.ts';
import type { Meaning } from './verdict.ts';

export interface ListingChanges {
  readonly set: Readonly<Record<string, unknown>>;
  readonly unset: readonly string[];
}

export interface Compared {
  readonly candidate: Candidate;
  readonly stored: StoredListing;
  readonly meaning: Meaning;
  readonly mode: FeedMode;
  readonly isReused: boolean;
  readonly isOlder: boolean;
}

interface Draft {
  readonly set: Record<string, unknown>;
  readonly unset: string[];
  readonly locked: ReadonlySet<string>;
}

/**
 * Locked fields stay; the feed's values are stored apart. A snapshot clears an absent field only if the feed had set
 * it. A status changed by staff stays.
 */
export function changesOf(compared: Compared): ListingChanges {
  const { candidate, stored, meaning, mode } = compared;
  const draft: Draft = {
    set: { feedItemHash: candidate.itemHash },
    unset: [],
    locked: new Set(stored.lockedFields ?? []),
  };
  const { set, unset } = draft;
  noteSeen(compared, draft);
  if (meaning === 'removed') withdraw(stored, draft);
  else {
    if (meaning === 'restored') restore(stored, draft);
    keepSource(candidate, stored, mode, set, unset);
    if (meaning === 'same' && stored.feedHash === candidate.listingHash)
      noteLocked(candidate, stored, mode, draft.locked, set);
    if (meaning === 'changed' || meaning === 'restored') takeValues(compared, draft);
  }
  return { set, unset };
}

function noteSeen({ candidate, stored, mode, isOlder }: Compared, { set, unset }: Draft): void {
  if (candidate.mapped.modifiedAt && !(mode === 'delta' && isOlder))
    set['feedModifiedAt'] = candidate.mapped.modifiedAt;
  if (stored.missingSince) unset.push('missingSince');
  if (stored.heldSince) unset.push('heldSince');
}

function withdraw({ status }: StoredListing, { set, unset, locked }: Draft): void {
  set['statusBeforeRemoval'] = status;
  if (!locked.has('status')) set['status'] = 'WITHDRAWN';
  unset.push('feedHash');
}

function restore({ status, statusBeforeRemoval }: StoredListing, { set, unset, locked }: Draft): void {
  unset.push('statusBeforeRemoval');
  if (!locked.has('status') && status === 'WITHDRAWN') set['status'] = statusBeforeRemoval;
}

function takeValues(compared: Compared, draft: Draft): void {
  const { candidate, stored, mode, isReused } = compared;
  const { set, unset, locked } = draft;
  set['feedHash'] = candidate.listingHash;
  if (stored.publicationStatus === 'PUBLISHED' && isReused) set['publicationStatus'] = 'PENDING';
  const values = publicValues(withImages(compared, draft), stored, mode);
  const given = new Set(stored.feedFields ?? []);
  const hadTitle = given.has('title');
  const sourceValues: Record<string, unknown> = { ...stored.feedValues };
  for (const field of fieldsSpokenOf(values, given, mode)) {
    const value = values[field as keyof ListingValues] ?? null;
    if (field === 'status' && value === null && isStatusUnread(candidate)) continue;
    if (value === null) given.delete(field);
    else given.add(field);
    if (locked.has(field)) sourceValues[field] = value;
    else if (isFeedsToGive(field, value, { ...stored, ...set })) give(field, value, set, unset);
  }
  const needsTitle = values.title === null && hadTitle && !locked.has('title');
  if (needsTitle) set['title'] = titleOf(named(values, stored), candidate.id);
  keepOfLocked(sourceValues, locked, stored, set, unset);
  set['feedFields'] = [...given];
}

function isFeedsToGive(field: string, value: unknown, now: Pick<StoredListing, 'status' | 'feedStatus'>): boolean {
  return field !== 'status' || value !== null || isFeedsOwnStatus(now);
}

function named(values: ListingValues, { type, city, reference }: StoredListing): ListingValues {
  const names = { type: values.type ?? type, city: values.city ?? city, reference: values.reference ?? reference };
  return names as ListingValues;
}

function withImages({ candidate, stored, mode }: Compared, { set, unset }: Draft): ListingValues {
  const { imagePlaces, values } = candidate.mapped;
  if (mode !== 'delta' || !imagePlaces) {
    if (stored.feedImages && values.images !== undefined) unset.push('feedImages');
    return { ...values };
  }
  const places = mergePlaces(stored.feedImages ?? [], imagePlaces);
  set['feedImages'] = places;
  return { ...values, images: places.length > 0 ? imagesOf(places) : null };
}

function publicValues(spoken: ListingValues, stored: StoredListing, mode: FeedMode): ListingValues {
  return hidesAddress(spoken, stored, mode)
    ? withoutAddress(spoken, mode === 'delta' ? storedPoint(stored) : {})
    : spoken;
}

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

/** A listing always has a title; ACTIVE is the default status. */
function give(field: string, value: unknown, set: Record<string, unknown>, unset: string[]): void {
  if (field === 'status') {
    set['status'] = value ?? 'ACTIVE';
    set['feedStatus'] = set['status'];
  } else if (value !== null || field === 'price') set[field] = value;
  else if (field === 'features' || field === 'images') set[field] = [];
  else if (field !== 'title') unset.push(field);
}

/** Unknown status word: a stored status stays, a new listing is not offered. */
function isStatusUnread({ mapped }: Candidate): boolean {
  return mapped.warnings.some(({ code }) => code === 'unknown-status');
}

/** Assumed for listings older than `feedStatus`. */
function isFeedsOwnStatus({ status, feedStatus }: Pick<StoredListing, 'status' | 'feedStatus'>): boolean {
  return feedStatus === undefined || status === feedStatus;
}

/** An unchanged item, too, shows the feed's values of newly locked fields; those it omits leave the feed. */
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
  const values = publicValues(candidate.mapped.values, stored, mode);
  const told = fields.filter((field) => values[field as keyof ListingValues] !== undefined);
  if (told.length > 0)
    set['feedValues'] = {
      ...stored.feedValues,
      ...Object.fromEntries(told.map((field) => [field, values[field as keyof ListingValues]])),
    };
  if (told.length < fields.length)
    set['feedFields'] = (stored.feedFields ?? []).filter((field) => !fields.includes(field) || told.includes(field));
}

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

/** For fields no longer locked. */
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

/** PENDING until someone publishes it. */
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
    status: values.status ?? (isStatusUnread(candidate) ? 'WITHDRAWN' : 'ACTIVE'),
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

function titleOf(values: ListingValues, id: string): string {
  return values.title || [values.type, values.city].filter(Boolean).join(', ') || values.reference || id;
}

function fieldsSpokenOf(values: ListingValues, given: ReadonlySet<string>, mode: FeedMode): readonly string[] {
  const spoken = Object.entries(values)
    .filter(([, value]) => value !== undefined)
    .map(([field]) => field);
  return mode === 'delta' ? spoken : [...new Set([...spoken, ...given])];
}

/** Without empty values. */
export function withoutGaps(candidate: Candidate): Candidate {
  const values = Object.fromEntries(
    Object.entries(candidate.mapped.values).filter(
      ([, value]) => value !== null && !(Array.isArray(value) && value.length === 0),
    ),
  );
  const { source: _, ...mapped } = candidate.mapped;
  return { ...candidate, mapped: { ...mapped, values } };
}
