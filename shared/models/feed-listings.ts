/**
 * The listings of a feed: what sync-feeds asks about many at once. Every function takes a batch; none is called per
 * item.
 */

import type { AnyBulkWriteOperation, PipelineStage, Types } from 'mongoose';
import { withAllLocked } from './locked-fields.ts';
import { Property, type PropertyDoc } from './property.ts';

/**
 * A listing as far as it must be known to decide what an item of its feed changes; `lockedFields` with all that go with
 * them.
 */
export type StoredListing = Pick<
  PropertyDoc,
  | '_id'
  | 'feedReferenceId'
  | 'feedItemHash'
  | 'feedHash'
  | 'feedModifiedAt'
  | 'feedFields'
  | 'feedStatus'
  | 'feedImages'
  | 'feedSource'
  | 'feedValues'
  | 'lockedFields'
  | 'missingSince'
  | 'heldSince'
  | 'status'
  | 'publicationStatus'
  | 'statusBeforeRemoval'
  | 'deletedAt'
  | 'reference'
  | 'price'
  | 'currency'
  | 'city'
  | 'type'
  | 'goal'
  | 'bedrooms'
  | 'addressHidden'
  | 'latitude'
  | 'longitude'
> & { images?: readonly unknown[] };

const storedFields = {
  feedReferenceId: 1,
  feedItemHash: 1,
  feedHash: 1,
  feedModifiedAt: 1,
  feedFields: 1,
  feedStatus: 1,
  feedImages: 1,
  feedSource: 1,
  feedValues: 1,
  lockedFields: 1,
  missingSince: 1,
  heldSince: 1,
  status: 1,
  publicationStatus: 1,
  statusBeforeRemoval: 1,
  deletedAt: 1,
  reference: 1,
  price: 1,
  currency: 1,
  city: 1,
  type: 1,
  goal: 1,
  bedrooms: 1,
  addressHidden: 1,
  latitude: 1,
  longitude: 1,
  images: { $slice: 1 },
} as const;

/** Item hashes of a feed's listings and, at the same places, the ids of those listings. */
export interface ItemHashes {
  readonly hashes: readonly string[];
  readonly ids: readonly string[];
}

/** Which of these item hashes a feed's listings have. Answered from the index alone. */
export function findItemHashes(feedId: Types.ObjectId, hashes: readonly string[]): Promise<ItemHashes> {
  return itemHashes([{ $match: { feedId, feedItemHash: { $in: [...hashes], $type: 'string' } } }]);
}

/** The item hashes of a feed from one on, in their order; `unreadItem` is none. Answered from the index alone. */
export function pageOfItemHashes(feedId: Types.ObjectId, from: string, most: number): Promise<ItemHashes> {
  return itemHashes([
    { $match: { feedId, feedItemHash: { $gt: '', $gte: from, $ne: unreadItem, $type: 'string' } } },
    { $sort: { feedItemHash: 1, feedReferenceId: 1 } },
    { $limit: most },
  ]);
}

/** In two lists: the driver takes longer to read a document for each listing than all else takes. */
async function itemHashes(pipeline: PipelineStage.FacetPipelineStage[]): Promise<ItemHashes> {
  const group = { $group: { _id: null, hashes: { $push: '$feedItemHash' }, ids: { $push: '$feedReferenceId' } } };
  const [found] = await Property.collection.aggregate<ItemHashes>([...pipeline, group]).toArray();
  return found ?? { hashes: [], ids: [] };
}

/** How many listings of a feed have an item that is to be read again. */
export function countUnread(feedId: Types.ObjectId): Promise<number> {
  return Property.collection.countDocuments({ feedId, feedItemHash: { $eq: unreadItem, $type: 'string' } });
}

function findListings(filter: Readonly<Record<string, unknown>>): Promise<StoredListing[]> {
  return Property.collection.find<StoredListing>(filter, { projection: storedFields }).map(withAllLocked).toArray();
}

/** The listings of a feed that have these ids. */
export function findByFeedIds(feedId: Types.ObjectId, ids: readonly string[]): Promise<StoredListing[]> {
  if (ids.length === 0) return Promise.resolve([]);
  return findListings({ feedId, feedReferenceId: { $in: [...ids] } });
}

/** So many listings are given for references; more have some reference in common that names none of them. */
const maxReferenced = 1000;

/**
 * The listings of a feed that have these references, or had before staff locked theirs; those in the trash included. Of
 * references that very many have some are left out, with all their listings.
 */
export async function findByReferences(
  feedId: Types.ObjectId,
  references: readonly string[],
): Promise<StoredListing[]> {
  if (references.length === 0) return [];
  const named = { $in: [...new Set(references)] };
  const ofFeed = { feedId, feedReferenceId: { $type: 'string' } };
  const [bearing, locked] = await Promise.all([
    Property.collection
      .find<StoredListing>({ ...ofFeed, reference: named }, { projection: storedFields })
      .sort({ reference: 1 })
      .limit(maxReferenced)
      .map(withAllLocked)
      .toArray(),
    findListings({ ...ofFeed, feedValues: { $type: 'object' }, 'feedValues.reference': named }),
  ]);
  const last = bearing.length === maxReferenced ? bearing.at(-1)?.reference : undefined;
  const whole = last === undefined ? bearing : bearing.filter(({ reference }) => reference !== last);
  return [...new Map([...whole, ...locked].map((listing) => [listing._id.toHexString(), listing])).values()];
}

export type ListingElsewhere = Pick<PropertyDoc, '_id' | 'title' | 'feedReferenceId'>;

/** The listings of a feed that belong to another location than it, those in the trash included. */
export function findElsewhere(feedId: Types.ObjectId, locationId: Types.ObjectId): AsyncIterable<ListingElsewhere> {
  return Property.collection.find<ListingElsewhere>(
    { feedId, feedReferenceId: { $type: 'string' }, locationId: { $ne: locationId } },
    { projection: { title: 1, feedReferenceId: 1 } },
  );
}

/** Listings by their own ids, as `findByFeedIds` gives them. */
export function findStored(ids: readonly Types.ObjectId[]): Promise<StoredListing[]> {
  return findListings({ _id: { $in: [...ids] } });
}

/** Listings of a feed of which it has said something about fields that were locked then. */
export function walkLockedListings(
  feedId: Types.ObjectId,
): AsyncIterable<Pick<PropertyDoc, '_id' | 'feedValues' | 'lockedFields'>> {
  return Property.collection
    .find<Pick<PropertyDoc, '_id' | 'feedValues' | 'lockedFields'>>(
      { feedId, feedValues: { $type: 'object' } },
      { projection: { feedValues: 1, lockedFields: 1 } },
    )
    .map(withAllLocked);
}

/** Stands in the place of an item's hash when the item is to be read again although it is the same. */
export const unreadItem = 'unread';

/** Listings of a feed with locked fields that are there and whose item the next run would pass over. */
export function walkPassedWithLocks(
  feedId: Types.ObjectId,
): AsyncIterable<Pick<PropertyDoc, '_id' | 'feedFields' | 'feedValues' | 'lockedFields'>> {
  return Property.collection.find<Pick<PropertyDoc, '_id' | 'feedFields' | 'feedValues' | 'lockedFields'>>(
    {
      feedId,
      'lockedFields.0': { $exists: true },
      feedItemHash: { $type: 'string', $ne: unreadItem },
      deletedAt: null,
    },
    { projection: { feedFields: 1, feedValues: 1, lockedFields: 1 } },
  );
}

/** How many listings of a feed were there when it was last read: those missing from it are not counted. */
export function countPresent(feedId: Types.ObjectId): Promise<number> {
  return Property.collection.countDocuments({ feedId, feedItemHash: { $type: 'string', $gt: '' } });
}

/** Filter: on offer, and not in the trash. */
const onOffer = { status: { $in: ['ACTIVE', 'RESERVED'] }, deletedAt: null };

/** How many listings of a feed are on offer. */
export function countOffered(feedId: Types.ObjectId): Promise<number> {
  return Property.collection.countDocuments({ feedId, feedReferenceId: { $type: 'string' }, ...onOffer });
}

/** Whether listings of a feed are marked as missing and would be withdrawn by another run without them. */
export async function hasMarkedMissing(feedId: Types.ObjectId): Promise<boolean> {
  const marked = await Property.collection.findOne(
    { feedId, missingSince: { $type: 'date' }, ...onOffer, lockedFields: { $ne: 'status' } },
    { projection: { _id: 1 } },
  );
  return marked !== null;
}

/** A listing as far as it must be known to find those that left their feed. */
export type WalkedListing = Pick<
  PropertyDoc,
  | '_id'
  | 'feedReferenceId'
  | 'reference'
  | 'status'
  | 'missingSince'
  | 'heldSince'
  | 'lockedFields'
  | 'deletedAt'
  | 'city'
  | 'address'
  | 'price'
  | 'areaSqm'
> & { images?: readonly { url?: string }[] };

/**
 * Walks over a feed's listings, those in the trash only when they are asked for, some hundred at a time, nothing kept.
 */
export function walkFeedListings(feedId: Types.ObjectId, { withTrash = false } = {}): AsyncIterable<WalkedListing> {
  return Property.collection.find<WalkedListing>(
    { feedId, feedReferenceId: { $type: 'string' }, ...(withTrash ? {} : { deletedAt: null }) },
    {
      projection: {
        feedReferenceId: 1,
        reference: 1,
        status: 1,
        missingSince: 1,
        heldSince: 1,
        lockedFields: 1,
        deletedAt: 1,
        city: 1,
        address: 1,
        price: 1,
        areaSqm: 1,
        images: { $slice: 1 },
      },
      batchSize: 1000,
    },
  );
}

export type ListingOperation = AnyBulkWriteOperation<PropertyDoc>;

/**
 * Writes a batch, in any order. A listing that is there already is left as it is: a run that was killed and begins
 * again meets its own inserts.
 *
 * @returns the operations that failed because another listing of the location has their slug
 */
export async function writeListings(operations: readonly ListingOperation[]): Promise<readonly ListingOperation[]> {
  if (operations.length === 0) return [];
  try {
    await Property.collection.bulkWrite(operations as Parameters<typeof Property.collection.bulkWrite>[0], {
      ordered: false,
    });
    return [];
  } catch (error) {
    const failures = duplicateKeys(error);
    if (!failures) throw error;
    return failures.filter(({ key }) => key.includes('slug')).map(({ index }) => operations[index] as ListingOperation);
  }
}

/** The places of a bulk write that failed for duplicate keys; `undefined` when anything else failed. */
function duplicateKeys(error: unknown): { index: number; key: string }[] | undefined {
  const failures = (error as { writeErrors?: unknown }).writeErrors;
  const list = Array.isArray(failures) ? failures : failures ? [failures] : [];
  if (list.length === 0) return undefined;
  const read = list.map((failure: { code?: number; index: number; errmsg?: string }) => ({
    code: failure.code,
    index: failure.index,
    key: failure.errmsg ?? '',
  }));
  return read.every((failure) => failure.code === 11_000) ? read : undefined;
}
