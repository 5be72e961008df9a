import { Schema, type Types } from 'mongoose';
import { defineModel } from './define-model.ts';
import { alive, deletionIndexes } from './deletion.ts';
import { propertyStatuses, publicationStatuses, wordSpellings } from './stored-word.ts';
import type { Goal } from './contact.ts';

export type PropertyStatus = (typeof propertyStatuses)[number];
type PublicationStatus = (typeof publicationStatuses)[number];

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
  /** By the feed's numbering, for deltas. */
  feedImages?: { key: string; url: string | null; caption?: string }[];
  /** Packed, for deltas. */
  feedSource?: string;
  energyRating?: string;
  externalUrl?: string;
  status: PropertyStatus;
  publicationStatus: PublicationStatus;
  publishedAt?: Date;
  /** When the new-listings check saw it, matched or not. */
  announcedAt?: Date;
  /** A copy has the original's. */
  announcedId?: Types.ObjectId;
  /** How often it was let or sold since first announced. */
  announcedBefore?: number;
  announcedPrice?: number;
  announcedCurrency?: string;
  announcedRentalPeriod?: string;
  /** Tells apart reductions to one price. */
  announcedPriceChanges?: number;
  source: 'FEED' | 'MANUAL';
  feedId?: Types.ObjectId;
  feedReferenceId?: string;
  /** Absent while missing, to notice a return. */
  feedItemHash?: string;
  /** Of the listing's values. */
  feedHash?: string;
  /** Older items are ignored. */
  feedModifiedAt?: Date;
  /** The feed may clear them. */
  feedFields?: string[];
  /** Any other status is staff's. */
  feedStatus?: string;
  /** For when a lock ends. */
  feedValues?: Record<string, unknown>;
  /** From complete runs. */
  missingSince?: Date | null;
  /** `heldAt` of its hold; void under another. */
  heldSince?: Date;
  /** Restored when the listing returns. */
  statusBeforeRemoval?: PropertyStatus;
  /** Edited by staff. */
  lockedFields: string[];
  deletedAt?: Date | null;
  /** A stub that keeps the feed from restoring it. */
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
    status: { type: String, enum: propertyStatuses, default: 'ACTIVE' },
    publicationStatus: { type: String, enum: publicationStatuses, default: 'DRAFT' },
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

schema.index(
  { feedId: 1, feedReferenceId: 1 },
  { unique: true, partialFilterExpression: { feedReferenceId: { $type: 'string' } } },
);
// Unchanged items, by index alone.
schema.index(
  { feedId: 1, feedItemHash: 1, feedReferenceId: 1 },
  { partialFilterExpression: { feedItemHash: { $type: 'string' } } },
);
// Items identified by reference.
schema.index({ feedId: 1, reference: 1 }, { partialFilterExpression: { feedReferenceId: { $type: 'string' } } });
schema.index({ feedId: 1, missingSince: 1 }, { partialFilterExpression: { missingSince: { $type: 'date' } } });
// Listings with fields that are or were locked.
schema.index({ feedId: 1 }, { partialFilterExpression: { feedValues: { $type: 'object' } } });
schema.index({ feedId: 1, lockedFields: 1 }, { partialFilterExpression: { 'lockedFields.0': { $exists: true } } });
schema.index({ companyId: 1 }, { partialFilterExpression: { companyId: { $exists: true } } });
schema.index({ locationId: 1, publicationStatus: 1, status: 1 });
schema.index({ locationId: 1, slug: 1 }, { unique: true });
// Unannounced listings in order; price changes by index keys alone.
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

/** Driver's filter. */
export const published = { publicationStatus: { $in: wordSpellings('PUBLISHED') } };

const active = [...wordSpellings('ACTIVE'), ''];
const letOrSold = wordSpellings('RENTED', 'SOLD');
/** The schema's default is active. */
const onMarket = { ...published, status: { $in: [...active, null] } };

/** Driver's filter: on the market. */
export const stock = { ...onMarket, ...alive };

/** Driver's filter. */
export const unannouncedListings = { ...onMarket, announcedAt: null, ...alive };

/** Driver's filter: announced. Asking for null would read documents. */
export const announcedListings = {
  ...published,
  status: { $nin: [...letOrSold, ...wordSpellings('RESERVED', 'WITHDRAWN')] },
  announcedAt: { $gt: new Date(0) },
};

export const isActive = { $in: [{ $ifNull: ['$status', 'ACTIVE'] }, active] };

/** Expression: a copy. Absent is null in index keys. */
export const isCopy = {
  $and: [{ $ne: [{ $ifNull: ['$announcedId', null] }, null] }, { $ne: ['$announcedId', '$_id'] }],
};

/** Driver's filter: let or sold, new again when republished. */
export const leftMarket = {
  publicationStatus: { $in: [...wordSpellings(...publicationStatuses), null] },
  status: { $in: letOrSold },
  announcedAt: { $gt: new Date(0) },
};

export async function countListings(feedId: Types.ObjectId): Promise<Record<string, number>> {
  const found = await Property.aggregate<{ _id: unknown; count: number }>([
    { $match: { feedId, deletedAt: null } },
    { $group: { _id: '$status', count: { $sum: 1 } } },
  ]);
  return Object.fromEntries(found.map(({ _id, count }) => [String(_id), count]));
}
