import { Types } from 'mongoose';
import { writeListings, type ListingOperation, type StoredListing } from '../../models/feed-listings.ts';
import type { FeedMode } from '../formats/feed-format.ts';
import type { Change } from '../plan/change.ts';
import { differsInAll, isNotice, isOlder, toRow, type Row } from '../plan/facts.ts';
import { changesOf, newListing, withoutGaps, type ListingChanges } from '../plan/listing-changes.ts';
import { meaningOf } from '../plan/verdict.ts';
import type { Candidate } from '../read/candidate.ts';
import { listingSlug } from './slug.ts';

export interface ListingOwner {
  readonly _id: Types.ObjectId;
  readonly locationId: Types.ObjectId;
  readonly companyId?: Types.ObjectId;
}

export type ItemChange = Extract<Change, { do: 'refresh' | 'update' | 'restore' | 'withdraw' | 'rename' }>;

/** For the listing as it is now; `undefined`: staff have put it into the trash. */
export function updateOf(
  change: ItemChange,
  candidate: Candidate,
  stored: StoredListing,
  mode: FeedMode,
  now: Date,
): ListingOperation | undefined {
  const isRename = change.do === 'rename';
  if (stored.deletedAt) return isRename ? idOf(stored, change.id) : undefined;
  const { item } = change;
  const row = toRow(stored);
  const meaning = isRename && !row.wasWithdrawn ? 'changed' : meaningOf(item, row);
  const isReused = !isRename && (change.hasMoved || differsInAll(['reference', 'city', 'type'], item, row));
  // Omitted fields stay.
  const notice = mode === 'snapshot' && isNotice(item, row);
  const changes = changesOf({
    candidate: notice ? withoutGaps(candidate) : candidate,
    stored,
    meaning,
    mode: notice ? 'delta' : mode,
    isReused,
    isOlder: isOlder(item, row),
  });
  const also = {
    ...(meaning === 'same' ? {} : { updatedAt: now }),
    ...(isRename ? { feedReferenceId: change.id } : {}),
  };
  return operationOf(stored._id, changes, also);
}

function idOf({ _id }: StoredListing, id: string): ListingOperation {
  return operationOf(_id, { set: {}, unset: [] }, { feedReferenceId: id });
}

/** @param also further fields to set */
export function operationOf(
  _id: Types.ObjectId,
  { set, unset }: ListingChanges,
  also: Readonly<Record<string, unknown>>,
): ListingOperation {
  return {
    updateOne: {
      filter: { _id },
      update: {
        ...(Object.keys(set).length + Object.keys(also).length > 0 ? { $set: { ...set, ...also } } : {}),
        ...(unset.length > 0 ? { $unset: Object.fromEntries(unset.map((field) => [field, ''])) } : {}),
      },
    },
  };
}

export function rowOperationOf(
  change: Extract<Change, { do: 'mark' | 'withdraw-absent' | 'hold' | 'release' }>,
  now: Date,
  heldAt: Date,
): ListingOperation {
  const { row } = change;
  const write = (set: Record<string, unknown>, unset: readonly string[] = []): ListingOperation =>
    operationOf(new Types.ObjectId(row.key), { set, unset }, {});
  switch (change.do) {
    case 'hold':
      return write({ heldSince: heldAt });
    case 'release':
      return write({}, ['heldSince']);
    case 'mark':
      return write({ missingSince: now }, ['feedItemHash']);
    case 'withdraw-absent':
      return withdrawalOf(row, now);
  }
}

/** Unless staff have changed its status. */
export function withdrawalOf(row: Row, now: Date): ListingOperation {
  const set = {
    status: 'WITHDRAWN',
    statusBeforeRemoval: row.status,
    missingSince: row.missingSince === undefined ? now : new Date(row.missingSince),
    updatedAt: now,
  };
  return {
    updateOne: {
      filter: { _id: new Types.ObjectId(row.key), status: row.status, lockedFields: { $ne: 'status' } },
      update: { $set: set, $unset: { feedItemHash: '' } },
    },
  } as ListingOperation;
}

/** Waits to be published. */
export function insertionOf(candidate: Candidate, feed: ListingOwner, now: Date): ListingOperation {
  const { values, title, status } = newListing(candidate);
  const document = {
    ...values,
    locationId: feed.locationId,
    ...(feed.companyId ? { companyId: feed.companyId } : {}),
    title,
    slug: listingSlug(title, feed._id.toHexString(), candidate.id),
    status,
    publicationStatus: 'PENDING',
    source: 'FEED',
    feedId: feed._id,
    lockedFields: [],
    createdAt: now,
    updatedAt: now,
  };
  return { insertOne: { document: document as never } };
}

/** A new listing whose slug is taken gets a longer one. */
export async function writeAll(operations: readonly ListingOperation[]): Promise<void> {
  let left = await writeListings(operations);
  for (let attempt = 1; left.length > 0 && attempt <= 3; attempt++)
    left = await writeListings(left.map((operation) => withLongerSlug(operation, attempt)));
}

function withLongerSlug(operation: ListingOperation, attempt: number): ListingOperation {
  if (!('insertOne' in operation)) return operation;
  const document = operation.insertOne.document as unknown as {
    title: string;
    feedId: Types.ObjectId;
    feedReferenceId: string;
  };
  const slug = listingSlug(document.title, document.feedId.toHexString(), document.feedReferenceId, attempt);
  return { insertOne: { document: { ...document, slug } as never } };
}
