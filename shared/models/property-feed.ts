import { Schema, Types } from 'mongoose';
import type { ClaimField, UnitQuery } from './claim.ts';
import { defineModel } from './define-model.ts';
import type { PlannedChange } from './planned-change.ts';

/** AUTO, GENERIC, or the name of a known format: `npm run recipes` and README list them. */
type FeedFormatName = string;
const formatName = /^[A-Z][A-Z0-9_]*$/;

/**
 * Why removals of a feed wait for a person: kept until confirmed, or until the listings that it was raised for are
 * back.
 */
export interface RemovalGuard {
  heldAt: Date;
  reason: string;
  /** Listings that would be withdrawn. */
  count: number;
  total: number;
  /** What the feed looked like is the whole reason: the hold ends with the first run that has no such doubt. */
  doubtful?: boolean;
  /** The run that noted it has not ended: nobody was asked yet. */
  isUnasked?: boolean;
}

/** What a run asks a person about the feed as a whole: kept until confirmed, or until the feed is as it was. */
export interface FormHold {
  heldAt: Date;
  code: 'ids-moved' | 'format-changed' | 'mode-changed' | 'removals-held';
  /** So many items are concerned. */
  count: number;
  /** Which ones, as `askedAbout` keeps ids: a confirmation answers for these alone. */
  asked?: string;
  /** Only these items wait: the rest of the feed was applied. */
  isAside?: boolean;
  /** Moved ids that were confirmed before this was asked, kept alike. */
  confirmedMoves?: string;
}

/** How many of its listings were in each status when the last run of a day had ended. */
export interface ListingDay {
  /** `2026-11-30`, UTC */
  day: string;
  counts: Record<string, number>;
}

/** A source of listings. */
export interface PropertyFeedDoc {
  _id: Types.ObjectId;
  locationId: Types.ObjectId;
  /** The location that its listings are in: another one than its own when it was moved since. */
  listingsIn?: Types.ObjectId;
  companyId?: Types.ObjectId;
  name?: string;
  url: string;
  format: FeedFormatName;
  /** What AUTO found. */
  detectedFormat?: FeedFormatName;
  /** GENERIC: how its items are read. */
  mapping?: Record<string, unknown>;
  /** Whether absence means removal; unset: by format. */
  mode?: 'snapshot' | 'delta';
  defaultCurrency?: string;
  /** ISO 3166-1 alpha-2 of its listings, where the feed does not say: decides on currency and swapped coordinates. */
  country?: string;
  isActive: boolean;
  fetch: 'http' | 'browser';
  /** Sealed {headers, username, password, privateKey, passphrase}. */
  auth?: string;
  etag?: string;
  lastModified?: string;
  /** Which mapping and program version the validators belong to: another one fetches again. */
  validatorsVersion?: string;
  lastSyncAt?: Date;
  /** When a run last took it up, by the database's clock: the fair order. */
  lastAttemptAt?: Date;
  /** Which run is at work on it. */
  claim?: ClaimField;
  lastSuccessAt?: Date;
  /** `ok`; `unchanged` (304); `held` (a person must look); `stopped` (its time was over); `failed`. */
  lastStatus?: string;
  /** Plain words for staff. */
  lastError?: string;
  itemCount?: number;
  /** When the last run that read the whole feed began: one value instead of a date per listing. */
  lastCompleteAt?: Date;
  /** What the last run did and found, for staff: counts, problems with their references. */
  lastReport?: Record<string, unknown>;
  /** What the last run that changed something did to which listing, the first of it. */
  lastChanges?: { at: Date; changes: Omit<PlannedChange, 'scope'>[]; notListed: number };
  /** The last 30 days with a run, oldest first. */
  listingHistory?: ListingDay[];
  /** Query keys of image addresses that change without meaning (`v`, `token`). */
  ignoredUrlKeys?: string[];
  /** `file:`, `sftp:`, `ftps:`: the files of its folder that were read, by name, size and time. */
  processedFiles?: string[];
  /** `sftp:`: the fingerprint of the server's key, `SHA256:...`; unset: that of the first time is kept. */
  hostKey?: string;
  /** Where the pictures are that the feed names by their files. */
  imageBaseUrl?: string;
  /** What its bytes are in where they are not UTF-8 (`windows-1251`), whatever it says itself. */
  encoding?: string;
  /** Its ids are row numbers or change each night: its listings are known by their references. */
  idFrom?: 'reference';
  /** Texts of this feed are UTF-8 encoded twice: repair them. */
  repairEncoding?: boolean;
  /** An id change was being worked through when a run ended: the next run goes on with it. */
  migratingSince?: Date | null;
  /** The last run took the feed for an old file that was sent again; when the next one brings the same, it counts. */
  olderSince?: Date | null;
  removalGuard?: RemovalGuard | null;
  formHold?: FormHold | null;
  /** AUTO: when a person approved the mapping by which a feed in no known format is read. */
  mappingApprovedAt?: Date;
  deletedAt?: Date | null;
  createdAt: Date;
  updatedAt: Date;
}

const schema = new Schema<PropertyFeedDoc>(
  {
    locationId: { type: Schema.Types.ObjectId, ref: 'Location', required: true },
    listingsIn: { type: Schema.Types.ObjectId, ref: 'Location' },
    companyId: { type: Schema.Types.ObjectId, ref: 'Company' },
    name: String,
    url: { type: String, required: true },
    format: { type: String, match: formatName, default: 'AUTO' },
    detectedFormat: { type: String, match: formatName },
    mapping: Schema.Types.Mixed,
    mode: { type: String, enum: ['snapshot', 'delta'] },
    defaultCurrency: String,
    country: String,
    isActive: { type: Boolean, default: true },
    fetch: { type: String, enum: ['http', 'browser'], default: 'http' },
    auth: String,
    etag: String,
    lastModified: String,
    validatorsVersion: String,
    lastSyncAt: Date,
    lastAttemptAt: Date,
    claim: { type: Schema.Types.Mixed, default: undefined },
    lastSuccessAt: Date,
    lastStatus: String,
    lastError: String,
    itemCount: Number,
    lastCompleteAt: Date,
    lastReport: Schema.Types.Mixed,
    lastChanges: Schema.Types.Mixed,
    listingHistory: { type: [Schema.Types.Mixed], default: undefined },
    ignoredUrlKeys: { type: [String], default: undefined },
    processedFiles: { type: [String], default: undefined },
    hostKey: String,
    imageBaseUrl: String,
    encoding: String,
    idFrom: { type: String, enum: ['reference'] },
    repairEncoding: Boolean,
    migratingSince: Date,
    olderSince: Date,
    removalGuard: Schema.Types.Mixed,
    formHold: Schema.Types.Mixed,
    mappingApprovedAt: Date,
    deletedAt: Date,
  },
  { timestamps: true },
);

// Active feeds: those that no run died of, and of these the one that waited longest, first.
const dueOrder = { isActive: 1, 'claim.attempts': 1, lastAttemptAt: 1, lastSyncAt: 1 } as const;
schema.index(dueOrder);
// What a run has claimed; what a host has.
schema.index({ 'claim.runId': 1 }, { sparse: true });
schema.index({ 'claim.host': 1 }, { sparse: true });
// The feeds of a location.
schema.index({ locationId: 1 });

export const PropertyFeed = defineModel<PropertyFeedDoc>('PropertyFeed', 'propertyfeeds', schema);

export interface FeedsQuery {
  readonly feedId?: string;
  readonly locationId?: string;
}

/** Active feeds, longest not synced first. */
export function findActiveFeeds(query: FeedsQuery) {
  return PropertyFeed.find(active(query)).sort({ lastSyncAt: 1, _id: 1 });
}

/**
 * Feeds that a run should read, those that waited longest first.
 *
 * @param before those that were attempted since have had their turn
 */
export function dueFeeds(query: FeedsQuery, before: Date): UnitQuery {
  return { filter: active(query), ready: {}, before, order: dueOrder, decisive: ['url', 'format', 'mapping', 'fetch'] };
}

function active({ feedId, locationId }: FeedsQuery) {
  return {
    isActive: true,
    deletedAt: null,
    ...(feedId ? { _id: new Types.ObjectId(feedId) } : {}),
    ...(locationId ? { locationId: new Types.ObjectId(locationId) } : {}),
  };
}

/** Puts feeds behind those that were attempted by now. */
export async function putBehind(feedIds: readonly Types.ObjectId[]): Promise<void> {
  if (feedIds.length === 0) return;
  await PropertyFeed.collection.updateMany({ _id: { $in: [...feedIds] } }, [{ $set: { lastAttemptAt: '$$NOW' } }]);
}

/** A feed as its record is now. */
export async function reloadFeed(feed: PropertyFeedDoc): Promise<PropertyFeedDoc> {
  return (await PropertyFeed.findById(feed._id).lean<PropertyFeedDoc>()) ?? feed;
}

/** Fields of a feed to keep; `null` removes one. */
export type FeedValues = { readonly [K in keyof PropertyFeedDoc]?: PropertyFeedDoc[K] | null };

/** Keeps what a run has found out about a feed. */
export async function saveFeed(feedId: Types.ObjectId, values: FeedValues): Promise<void> {
  const entries = Object.entries(values).filter(([, value]) => value !== undefined);
  await PropertyFeed.updateOne(
    { _id: feedId },
    {
      $set: Object.fromEntries(entries.filter(([, value]) => value !== null)),
      $unset: Object.fromEntries(entries.filter(([, value]) => value === null).map(([field]) => [field, ''])),
    },
  );
}
