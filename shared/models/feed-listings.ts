/** Queries on a feed's listings, in batches. */

import type { AnyBulkWriteOperation, PipelineStage, Types } from 'mongoose';
import { withAllLocked } from './locked-fields.ts';
import { Property, type PropertyDoc } from './property.ts';
import { isDuplicateKey } from './upsert.ts';

/** For a plan; `lockedFields` with related fields. */
export type ListingFacts = Pick<
  PropertyDoc,
  | '_id'
  | 'feedReferenceId'
  | 'feedItemHash'
  | 'feedHash'
  | 'feedModifiedAt'
  | 'feedValues'
  | 'lockedFields'
  | 'missingSince'
  | 'heldSince'
  | 'status'
  | 'statusBeforeRemoval'
  | 'deletedAt'
  | 'reference'
  | 'price'
  | 'city'
  | 'address'
  | 'areaSqm'
  | 'type'
  | 'goal'
  | 'bedrooms'
> & { images?: readonly { url?: string }[] };

const factFields = {
  feedReferenceId: 1,
  feedItemHash: 1,
  feedHash: 1,
  feedModifiedAt: 1,
  'feedValues.reference': 1,
  lockedFields: 1,
  missingSince: 1,
  heldSince: 1,
  status: 1,
  statusBeforeRemoval: 1,
  deletedAt: 1,
  reference: 1,
  price: 1,
  city: 1,
  address: 1,
  areaSqm: 1,
  type: 1,
  goal: 1,
  bedrooms: 1,
  images: { $slice: 1 },
} as const;

export type StoredListing = ListingFacts &
  Pick<
    PropertyDoc,
    | 'feedFields'
    | 'feedStatus'
    | 'feedImages'
    | 'feedSource'
    | 'publicationStatus'
    | 'currency'
    | 'addressHidden'
    | 'latitude'
    | 'longitude'
  >;

const storedFields = {
  ...factFields,
  feedFields: 1,
  feedStatus: 1,
  feedImages: 1,
  feedSource: 1,
  publicationStatus: 1,
  currency: 1,
  addressHidden: 1,
  latitude: 1,
  longitude: 1,
} as const;

/** MongoDB rejects an object together with a path into it. */
const { 'feedValues.reference': _, ...whole } = storedFields;
const projections = { facts: factFields, stored: { ...whole, feedValues: 1 } } as const;

/** In the same order. */
export interface ItemHashes {
  readonly hashes: readonly string[];
  readonly ids: readonly string[];
}

/** Known ones of these hashes; index only. */
export function findItemHashes(feedId: Types.ObjectId, hashes: readonly string[]): Promise<ItemHashes> {
  return itemHashes([{ $match: { feedId, feedItemHash: { $in: [...hashes], $type: 'string' } } }]);
}

/** A sorted page of hashes without `unreadItem`; index only. */
export function pageOfItemHashes(feedId: Types.ObjectId, from: string, maxCount: number): Promise<ItemHashes> {
  return itemHashes([
    { $match: { feedId, feedItemHash: { $gt: '', $gte: from, $ne: unreadItem, $type: 'string' } } },
    { $sort: { feedItemHash: 1, feedReferenceId: 1 } },
    { $limit: maxCount },
  ]);
}

/** One document per listing would be slow. */
async function itemHashes(pipeline: PipelineStage.FacetPipelineStage[]): Promise<ItemHashes> {
  const group = { $group: { _id: null, hashes: { $push: '$feedItemHash' }, ids: { $push: '$feedReferenceId' } } };
  const [found] = await Property.collection.aggregate<ItemHashes>([...pipeline, group]).toArray();
  return found ?? { hashes: [], ids: [] };
}

/** Listings whose item must be read again. */
export function countUnread(feedId: Types.ObjectId): Promise<number> {
  return Property.collection.countDocuments({ feedId, feedItemHash: { $eq: unreadItem, $type: 'string' } });
}

/** `facts` suffices for a plan, `stored` for a write. */
type Depth = keyof typeof projections;
type AtDepth<D extends Depth> = D extends 'stored' ? StoredListing : ListingFacts;

function findListings<D extends Depth>(filter: Readonly<Record<string, unknown>>, depth: D) {
  return Property.collection.find<AtDepth<D>>(filter, { projection: projections[depth] });
}

export async function findByFeedIds<D extends Depth>(
  feedId: Types.ObjectId,
  ids: readonly string[],
  depth: D,
): Promise<AtDepth<D>[]> {
  if (ids.length === 0) return [];
  return findListings({ feedId, feedReferenceId: { $in: [...ids] } }, depth)
    .map(withAllLocked<AtDepth<D>>)
    .toArray();
}

/** A more common reference identifies no listing. */
const maxReferenced = 1000;

/** Also references from before a lock; trash included. */
export async function findByReferences<D extends Depth>(
  feedId: Types.ObjectId,
  references: readonly string[],
  depth: D,
): Promise<AtDepth<D>[]> {
  if (references.length === 0) return [];
  const named = { $in: [...new Set(references)] };
  const ofFeed = { feedId, feedReferenceId: { $type: 'string' } };
  const [bearing, locked] = await Promise.all([
    findListings({ ...ofFeed, reference: named }, depth)
      .sort({ reference: 1 })
      .limit(maxReferenced)
      .toArray(),
    findListings({ ...ofFeed, feedValues: { $type: 'object' }, 'feedValues.reference': named }, depth).toArray(),
  ]);
  const last = bearing.length === maxReferenced ? bearing.at(-1)?.reference : undefined;
  const whole = last === undefined ? bearing : bearing.filter(({ reference }) => reference !== last);
  const found = [...whole, ...locked].map(withAllLocked<AtDepth<D>>);
  return [...new Map(found.map((listing) => [listing._id.toHexString(), listing])).values()];
}

export type ListingElsewhere = Pick<PropertyDoc, '_id' | 'title' | 'feedReferenceId'>;

/** Listings outside their feed's location, trash included. */
export function findElsewhere(feedId: Types.ObjectId, locationId: Types.ObjectId): AsyncIterable<ListingElsewhere> {
  return Property.collection.find<ListingElsewhere>(
    { feedId, feedReferenceId: { $type: 'string' }, locationId: { $ne: locationId } },
    { projection: { title: 1, feedReferenceId: 1 } },
  );
}

export function findStored(ids: readonly Types.ObjectId[]): Promise<StoredListing[]> {
  return findListings({ _id: { $in: [...ids] } }, 'stored')
    .map(withAllLocked<StoredListing>)
    .toArray();
}

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

export const unreadItem = 'unread';

/** Listings with locked fields that would be skipped as unchanged. */
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

export async function hasListings(feedId: Types.ObjectId): Promise<boolean> {
  const any = await Property.collection.findOne(
    { feedId, feedReferenceId: { $type: 'string' } },
    { projection: { _id: 1 } },
  );
  return any !== null;
}

export function countPresent(feedId: Types.ObjectId): Promise<number> {
  return Property.collection.countDocuments({ feedId, feedItemHash: { $type: 'string', $gt: '' } });
}

const onOffer = { status: { $in: ['ACTIVE', 'RESERVED'] }, deletedAt: null };

export function countOffered(feedId: Types.ObjectId): Promise<number> {
  return Property.collection.countDocuments({ feedId, feedReferenceId: { $type: 'string' }, ...onOffer });
}

/** Whether the next run without them would withdraw listings. */
export async function hasMarkedMissing(feedId: Types.ObjectId): Promise<boolean> {
  const marked = await Property.collection.findOne(
    { feedId, missingSince: { $type: 'date' }, ...onOffer, lockedFields: { $ne: 'status' } },
    { projection: { _id: 1 } },
  );
  return marked !== null;
}

/** Trash included. */
export function walkFeedListings(feedId: Types.ObjectId): AsyncIterable<ListingFacts> {
  return Property.collection
    .find<ListingFacts>(
      { feedId, feedReferenceId: { $type: 'string' } },
      { projection: projections.facts, batchSize: 1000 },
    )
    .map(withAllLocked);
}

export type ListingOperation = AnyBulkWriteOperation<PropertyDoc>;

/** A restarted run repeats its inserts. @returns operations whose slug is taken */
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

/** `undefined` for other errors. */
function duplicateKeys(error: unknown): { index: number; key: string }[] | undefined {
  const failures = (error as { writeErrors?: unknown }).writeErrors;
  const list = Array.isArray(failures) ? failures : failures ? [failures] : [];
  if (list.length === 0) return undefined;
  if (!list.every(isDuplicateKey)) return undefined;
  return list.map(({ index, errmsg = '' }: { index: number; errmsg?: string }) => ({ index, key: errmsg }));
}
