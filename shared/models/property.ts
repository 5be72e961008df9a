import { Schema, type Types } from 'mongoose';
import { defineModel } from './define-model.ts';
import { alive, deletionIndexes } from './deletion.ts';
import type { Goal } from './contact.ts';

export type PropertyStatus = 'ACTIVE' | 'RESERVED' | 'SOLD' | 'RENTED' | 'WITHDRAWN';
type PublicationStatus = 'PUBLISHED' | 'PENDING' | 'DRAFT' | 'UNLISTED';

interface PropertyImage {
  url: string;
  sortOrder: number;
  caption?: string;
}

export interface PropertyDoc {
  _id: Types.ObjectId;
  locationId: Types.ObjectId;
  companyId?: Types.ObjectId;
  title: string;
  slug: string;
  /** In the location's language. */
  description?: string;
  /** By language, BCP 47. */
  descriptions?: Record<string, string>;
  reference?: string;
  /** `null`: on request. */
  price?: number | null;
  priceOnRequest?: boolean;
  /** It is a lower bound. */
  priceFrom?: boolean;
  currency?: string;
  goal?: Goal;
  rentalPeriod?: 'day' | 'week' | 'month' | 'year' | 'season';
  type?: string;
  bedrooms?: number;
  bathrooms?: number;
  areaSqm?: number;
  plotAreaSqm?: number;
  addressHidden?: boolean;
  address?: string;
  city?: string;
  district?: string;
  province?: string;
  country?: string;
  postalCode?: string;
  latitude?: number;
  longitude?: number;
  features: string[];
  images: PropertyImage[];
  /** By the feed's numbering, because a delta changes only some. */
  feedImages?: { key: string; url: string | null; caption?: string }[];
  /** The item's elements, packed: a delta repeats only some. */
  feedSource?: string;
  energyRating?: string;
  externalUrl?: string;
  status: PropertyStatus;
  publicationStatus: PublicationStatus;
  publishedAt?: Date;
  /** When the new-listings check saw it, matched or not. */
  announcedAt?: Date;
  /** Its own id: a copy carries the original's. */
  announcedId?: Types.ObjectId;
  /** How often it was let or sold since first announced. */
  announcedBefore?: number;
  /** The last price that interested contacts were sent. */
  announcedPrice?: number;
  announcedCurrency?: string;
  announcedRentalPeriod?: string;
  /** Tells a reduction from an earlier one to the same price. */
  announcedPriceChanges?: number;
  source: 'FEED' | 'MANUAL';
  feedId?: Types.ObjectId;
  feedReferenceId?: string;
  /** Of the item's bytes. Absent while the listing is missing, to notice its return. */
  feedItemHash?: string;
  /** Of the listing's values. */
  feedHash?: string;
  /** The item's own date of change: older items are ignored. */
  feedModifiedAt?: Date;
  /** Set by the feed, so it may clear them. */
  feedFields?: string[];
  /** Any other status is staff's. */
  feedStatus?: string;
  /** The feed's values of locked fields, for when the lock goes. */
  feedValues?: Record<string, unknown>;
  /** Missing from complete runs since. */
  missingSince?: Date | null;
  /** The hold (`heldAt`) that asks about this listing; void under another hold. */
  heldSince?: Date;
  /** Restored when the listing returns. */
  statusBeforeRemoval?: PropertyStatus;
  /** Edited by staff, never by the feed. */
  lockedFields: string[];
  deletedAt?: Date | null;
  /** Purged from the trash: the stub keeps the feed from bringing it back. */
  purgedAt?: Date;
  createdAt: Date;
  updatedAt: Date;
}

const image = new Schema<PropertyImage>({ url: String, sortOrder: Number, caption: String }, { _id: false });

const schema = new Schema<PropertyDoc>(
  {
    locationId: { type: Schema.Types.ObjectId, ref: 'Location', required: true },
    companyId: { type: Schema.Types.ObjectId, ref: 'Company' },
    title: { type: String, required: true },
    slug: { type: String, required: true },
    description: String,
    descriptions: Schema.Types.Mixed,
    reference: String,
    price: Number,
    priceOnRequest: Boolean,
    priceFrom: Boolean,
    currency: String,
    goal: { type: String, enum: ['SALE', 'RENT'] },
    rentalPeriod: { type: String, enum: ['day', 'week', 'month', 'year', 'season'] },
    type: String,
    bedrooms: Number,
    bathrooms: Number,
    areaSqm: Number,
    plotAreaSqm: Number,
    addressHidden: Boolean,
    address: String,
    city: String,
    district: String,
    province: String,
    country: String,
    postalCode: String,
    latitude: Number,
    longitude: Number,
    features: [String],
    images: [image],
    energyRating: String,
    externalUrl: String,
    status: { type: String, enum: ['ACTIVE', 'RESERVED', 'SOLD', 'RENTED', 'WITHDRAWN'], default: 'ACTIVE' },
    publicationStatus: { type: String, enum: ['PUBLISHED', 'PENDING', 'DRAFT', 'UNLISTED'], default: 'DRAFT' },
    publishedAt: Date,
    announcedAt: Date,
    announcedId: Schema.Types.Mixed,
    announcedBefore: Number,
    announcedPrice: Number,
    announcedCurrency: String,
    announcedRentalPeriod: String,
    announcedPriceChanges: Number,
    source: { type: String, enum: ['FEED', 'MANUAL'], default: 'MANUAL' },
    feedId: { type: Schema.Types.ObjectId, ref: 'PropertyFeed' },
    feedReferenceId: String,
    feedItemHash: String,
    feedHash: String,
    feedModifiedAt: Date,
    feedImages: { type: [Schema.Types.Mixed], default: undefined },
    feedSource: String,
    feedFields: { type: [String], default: undefined },
    feedStatus: String,
    feedValues: Schema.Types.Mixed,
    missingSince: Date,
    heldSince: Date,
    statusBeforeRemoval: String,
    lockedFields: [String],
    deletedAt: Date,
    purgedAt: Date,
  },
  { timestamps: true },
);

// Look-ups and walks of a feed.
schema.index(
  { feedId: 1, feedReferenceId: 1 },
  { unique: true, partialFilterExpression: { feedReferenceId: { $type: 'string' } } },
);
// Unchanged items of a batch, index only; counts.
schema.index(
  { feedId: 1, feedItemHash: 1, feedReferenceId: 1 },
  { partialFilterExpression: { feedItemHash: { $type: 'string' } } },
);
// Items identified by reference.
schema.index({ feedId: 1, reference: 1 }, { partialFilterExpression: { feedReferenceId: { $type: 'string' } } });
// Listings missing from their feed.
schema.index({ feedId: 1, missingSince: 1 }, { partialFilterExpression: { missingSince: { $type: 'date' } } });
// Listings with fields that are or were locked.
schema.index({ feedId: 1 }, { partialFilterExpression: { feedValues: { $type: 'object' } } });
schema.index({ feedId: 1, lockedFields: 1 }, { partialFilterExpression: { 'lockedFields.0': { $exists: true } } });
// purge-trash, by company.
schema.index({ companyId: 1 }, { partialFilterExpression: { companyId: { $exists: true } } });
// Stock of a location.
schema.index({ locationId: 1, publicationStatus: 1, status: 1 });
// Web address.
schema.index({ locationId: 1, slug: 1 }, { unique: true });
// Published listings not yet announced, in order; by index keys alone, those whose price changed since.
schema.index({
  publicationStatus: 1,
  status: 1,
  announcedAt: 1,
  deletedAt: 1,
  publishedAt: 1,
  price: 1,
  announcedPrice: 1,
  currency: 1,
  announcedCurrency: 1,
  rentalPeriod: 1,
  announcedRentalPeriod: 1,
  announcedId: 1,
  _id: 1,
});
for (const [keys, options] of deletionIndexes) schema.index(keys, options);

export const Property = defineModel<PropertyDoc>('Property', 'properties', schema);

/** No status means active, the schema's default. */
const onMarket = { publicationStatus: 'PUBLISHED', status: { $in: ['ACTIVE', null, ''] } };

/** Driver's filter: on the market. */
export const stock = { ...onMarket, ...alive };

/** Driver's filter: not yet announced. */
export const unannouncedListings = { ...onMarket, announcedAt: null, ...alive };

/**
 * Driver's filter: announced, unknown statuses included. Asking for null would read the document instead of index keys.
 */
export const announcedListings = {
  publicationStatus: 'PUBLISHED',
  status: { $nin: ['RESERVED', 'SOLD', 'RENTED', 'WITHDRAWN'] },
  announcedAt: { $gt: new Date(0) },
};

/** Expression: the active ones among these. */
export const isActive = { $in: [{ $ifNull: ['$status', 'ACTIVE'] }, ['ACTIVE', '']] };

/** Expression: a copy of another listing. Absent values read as null in index keys. */
export const isCopy = {
  $and: [{ $ne: [{ $ifNull: ['$announcedId', null] }, null] }, { $ne: ['$announcedId', '$_id'] }],
};

/** Driver's filter: announced and let or sold, so new again when republished. */
export const leftMarket = {
  publicationStatus: { $in: ['PUBLISHED', 'PENDING', 'DRAFT', 'UNLISTED', null] },
  status: { $in: ['RENTED', 'SOLD'] },
  announcedAt: { $gt: new Date(0) },
};

/** A feed's listings per status, without the trash. */
export async function countListings(feedId: Types.ObjectId): Promise<Record<string, number>> {
  const found = await Property.aggregate<{ _id: unknown; count: number }>([
    { $match: { feedId, deletedAt: null } },
    { $group: { _id: '$status', count: { $sum: 1 } } },
  ]);
  return Object.fromEntries(found.map(({ _id, count }) => [String(_id), count]));
}
