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

/** A listing. */
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
  /** The price is a lower bound. */
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
  /** Images by the feed's own numbering: a delta changes some of them. */
  feedImages?: { key: string; url: string | null; caption?: string }[];
  /** The item's elements, packed: a delta repeats only some, and many fields need several. */
  feedSource?: string;
  energyRating?: string;
  externalUrl?: string;
  status: PropertyStatus;
  publicationStatus: PublicationStatus;
  /** When it became PUBLISHED. */
  publishedAt?: Date;
  /** When the new-listings check looked at it, matched or not. */
  announcedAt?: Date;
  /** Its own id: a copy carries another one's. */
  announcedId?: Types.ObjectId;
  /** How often it was let or sold since first announced. */
  announcedBefore?: number;
  /** The price that interested contacts last knew. */
  announcedPrice?: number;
  announcedCurrency?: string;
  announcedRentalPeriod?: string;
  /** Counts price changes: tells a reduction from an earlier one to the same price. */
  announcedPriceChanges?: number;
  source: 'FEED' | 'MANUAL';
  feedId?: Types.ObjectId;
  feedReferenceId?: string;
  /** Hash of the item's bytes. Absent while the listing is missing, so that its return is noticed. */
  feedItemHash?: string;
  /** Hash of the canonical listing: different proves "changed". */
  feedHash?: string;
  /** The item's own date of change: an older replay is ignored. */
  feedModifiedAt?: Date;
  /** Fields the feed has set: it may clear only these. */
  feedFields?: string[];
  /** The feed's last status: any other is staff's. */
  feedStatus?: string;
  /** The feed's values of locked fields, applied when the lock goes. */
  feedValues?: Record<string, unknown>;
  /** Complete runs of its feed have not had it since. */
  missingSince?: Date | null;
  /** The hold (`heldAt`) that asks about this missing listing; void once the feed has another hold. */
  heldSince?: Date;
  /** Status before the feed withdrew it, restored on return. */
  statusBeforeRemoval?: PropertyStatus;
  /** Fields that staff edited: the feed leaves them alone. */
  lockedFields: string[];
  deletedAt?: Date | null;
  /** Purged from the trash: the stub keeps its feed from bringing it back. */
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

// Also serves batch look-ups and walks over a feed.
schema.index(
  { feedId: 1, feedReferenceId: 1 },
  { unique: true, partialFilterExpression: { feedReferenceId: { $type: 'string' } } },
);
// Which items of a batch are unchanged (index only); number of listings of a feed.
schema.index(
  { feedId: 1, feedItemHash: 1, feedReferenceId: 1 },
  { partialFilterExpression: { feedItemHash: { $type: 'string' } } },
);
// sync-feeds: items that name their listing by its reference alone.
schema.index({ feedId: 1, reference: 1 }, { partialFilterExpression: { feedReferenceId: { $type: 'string' } } });
// sync-feeds: whether listings are marked as missing from their feed.
schema.index({ feedId: 1, missingSince: 1 }, { partialFilterExpression: { missingSince: { $type: 'date' } } });
// sync-feeds: listings with fields that are or were locked.
schema.index({ feedId: 1 }, { partialFilterExpression: { feedValues: { $type: 'object' } } });
schema.index({ feedId: 1, lockedFields: 1 }, { partialFilterExpression: { 'lockedFields.0': { $exists: true } } });
// purge-trash: the listings of a purged partner.
schema.index({ companyId: 1 }, { partialFilterExpression: { companyId: { $exists: true } } });
// What a location has in stock.
schema.index({ locationId: 1, publicationStatus: 1, status: 1 });
// A listing's address on the web.
schema.index({ locationId: 1, slug: 1 }, { unique: true });
// Published listings not announced yet, in order; and, by index keys alone, those whose price changed since.
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

/** A listing that names no status is active: the schema's default. */
const onMarket = { publicationStatus: 'PUBLISHED', status: { $in: ['ACTIVE', null, ''] } };

/** Driver's filter: what is on the market. */
export const stock = { ...onMarket, ...alive };

/** Driver's filter: listings not announced yet. */
export const unannouncedListings = { ...onMarket, announcedAt: null, ...alive };

/**
 * Driver's filter: announced listings, unknown statuses included. Answered from index keys: asking for null would need
 * the document.
 */
export const announcedListings = {
  publicationStatus: 'PUBLISHED',
  status: { $nin: ['RESERVED', 'SOLD', 'RENTED', 'WITHDRAWN'] },
  announcedAt: { $gt: new Date(0) },
};

/** In the database: of those, the ones that are active. */
export const isActive = { $in: [{ $ifNull: ['$status', 'ACTIVE'] }, ['ACTIVE', '']] };

/** In the database: a copy of another listing. Absent values read as null in index keys. */
export const isCopy = {
  $and: [{ $ne: [{ $ifNull: ['$announcedId', null] }, null] }, { $ne: ['$announcedId', '$_id'] }],
};

/** Driver's filter: announced listings that are let or sold: new again when republished. */
export const leftMarket = {
  publicationStatus: { $in: ['PUBLISHED', 'PENDING', 'DRAFT', 'UNLISTED', null] },
  status: { $in: ['RENTED', 'SOLD'] },
  announcedAt: { $gt: new Date(0) },
};

/** Listings of a feed per status, without the trash. */
export async function countListings(feedId: Types.ObjectId): Promise<Record<string, number>> {
  const found = await Property.aggregate<{ _id: unknown; count: number }>([
    { $match: { feedId, deletedAt: null } },
    { $group: { _id: '$status', count: { $sum: 1 } } },
  ]);
  return Object.fromEntries(found.map(({ _id, count }) => [String(_id), count]));
}
