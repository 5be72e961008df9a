/** What is written to the database for an item of a feed: one operation a listing. */

import type { Types } from 'mongoose';
import { writeListings, type ListingOperation, type StoredListing } from '../../models/feed-listings.ts';
import type { FeedMode } from '../formats/feed-format.ts';
import {
  changesOf,
  isNotice,
  newListing,
  withoutGaps,
  type Candidate,
  type ListingChanges,
  type Verdict,
} from '../plan/listing-changes.ts';
import { listingSlug } from './slug.ts';

/** The feed that listings belong to. */
export interface ListingOwner {
  readonly _id: Types.ObjectId;
  readonly locationId: Types.ObjectId;
  readonly companyId?: Types.ObjectId;
}

/** What a verdict changes in a stored listing; `undefined` when nothing. */
export function updateOf(
  candidate: Candidate,
  listing: StoredListing,
  verdict: Verdict,
  mode: FeedMode,
  now: Date,
): ListingOperation | undefined {
  if (verdict === 'trashed' || verdict === 'unknown' || verdict === 'new') return undefined;
  const changes =
    mode === 'snapshot' && isNotice(candidate, listing)
      ? changesOf(withoutGaps(candidate), listing, verdict, 'delta')
      : changesOf(candidate, listing, verdict, mode);
  // What is the same but was written differently only gets its new hash; people see no change.
  return operationOf(listing._id, changes, verdict === 'same' ? {} : { updatedAt: now });
}

/** Gives a listing that was known under another id the item's own id and content; one in the trash only the id. */
export function renameOf(candidate: Candidate, listing: StoredListing, mode: FeedMode, now: Date): ListingOperation {
  if (listing.deletedAt) return idOf(listing, candidate.id);
  const verdict = listing.statusBeforeRemoval !== undefined ? 'restored' : 'changed';
  return operationOf(listing._id, changesOf(candidate, listing, verdict, mode), {
    feedReferenceId: candidate.id,
    updatedAt: now,
  });
}

/** Gives a listing another id. */
export function idOf({ _id }: StoredListing, id: string): ListingOperation {
  return operationOf(_id, { set: {}, unset: [] }, { feedReferenceId: id });
}

/** Changes a stored listing; `also` are further fields to set. */
export function operationOf(
  _id: Types.ObjectId,
  { set, unset }: ListingChanges,
  also: Readonly<Record<string, unknown>>,
): ListingOperation {
  return {
    updateOne: {
      filter: { _id },
      update: {
        $set: { ...set, ...also },
        ...(unset.length > 0 ? { $unset: Object.fromEntries(unset.map((field) => [field, ''])) } : {}),
      },
    },
  };
}

/** A new listing, waiting to be published. */
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

/** Writes operations; a new listing whose slug is another's gets a longer one. */
export async function writeAll(operations: readonly ListingOperation[]): Promise<void> {
  let left = await writeListings(operations);
  for (let attempt = 1; left.length > 0 && attempt <= 3; attempt++)
    left = await writeListings(left.map((operation) => withLongerSlug(operation, attempt)));
}

const batchSize = 500;

export interface WriteOptions {
  readonly dryRun: boolean;
  readonly signal?: AbortSignal;
  readonly assertHeld: () => Promise<void>;
}

/**
 * Writes operations as they come, some hundred at a time; in a dry run they are made and left.
 *
 * @param signal ends the work between two batches
 * @param assertHeld called right before each batch is written
 */
export async function writeInBatches(
  operations: AsyncIterable<ListingOperation>,
  { dryRun, signal, assertHeld }: WriteOptions,
): Promise<void> {
  const write = async (batch: readonly ListingOperation[]): Promise<void> => {
    if (dryRun || batch.length === 0) return;
    await assertHeld();
    await writeListings(batch);
  };
  let batch: ListingOperation[] = [];
  for await (const operation of operations) {
    batch.push(operation);
    if (batch.length < batchSize) continue;
    signal?.throwIfAborted();
    await write(batch);
    batch = [];
  }
  await write(batch);
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
