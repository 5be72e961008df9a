import { Schema, Types } from 'mongoose';
import type { ClaimField, UnitQuery } from './claim.ts';
import { defineModel } from './define-model.ts';
import type { PlannedChange } from './planned-change.ts';

/** AUTO, GENERIC, or a known format (`npm run recipes`). */
type FeedFormatName = string;
const formatName = /^[A-Z][A-Z0-9_]*$/;

/** Removals that wait for confirmation, until confirmed or the listings reappear. */
export interface RemovalGuard {
  heldAt: Date;
  reason: string;
  /** Listings that would be withdrawn. */
  count: number;
  total: number;
  /** The doubt is about this transfer only: the hold ends with the next run without it. */
  doubtful?: boolean;
  /** The run that noted it has not ended: no one was asked yet. */
  isUnasked?: boolean;
}

/** A question about the whole feed, until confirmed or the feed is as before. */
export interface FormHold {
  heldAt: Date;
  code: 'ids-moved' | 'format-changed' | 'mode-changed' | 'removals-held';
  /** So many items are concerned. */
  count: number;
  /** The listings asked about: a confirmation covers only these. */
  asked?: string;
  /** Only these items wait: the rest of the feed was applied. */
  isAside?: boolean;
  /** Moved ids that were confirmed before this was asked, kept alike. */
  confirmedMoves?: string;
}

/** Listings per status at the end of a day. */
export interface ListingDay {
  /** `2026-11-30`, UTC */
  day: string;
  counts: Record<string, number>;
}

/** A source of listings. */
export interface PropertyFeedDoc {
  _id: Types.ObjectId;
  locationId: Types.ObjectId;
  /** Where its listings are, if the feed was moved. */
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
  /** ISO 3166-1 alpha-2, where the feed does not say; for currency and swapped coordinates. */
  country?: string;
  isActive: boolean;
  fetch: 'http' | 'browser';
  /** Sealed {headers, username, password, privateKey, passphrase}. */
  auth?: string;
  etag?: string;
  lastModified?: string;
  /** Mapping and program version of the validators: another one fetches again. */
  validatorsVersion?: string;
  lastSyncAt?: Date;
  /** Start of the last attempt (database time), for the fair order. */
  lastAttemptAt?: Date;
  /** Which run is at work on it. */
  claim?: ClaimField;
  lastSuccessAt?: Date;
  /** `ok`, `unchanged` (304), `held`, `stopped` (out of time), `failed`. */
  lastStatus?: string;
  /** Plain words for staff. */
  lastError?: string;
  itemCount?: number;
  /** Start of the last complete run: one value instead of a date per listing. */
  lastCompleteAt?: Date;
  /** Counts and problems of the last run, for staff. */
  lastReport?: Record<string, unknown>;
  /** First changes of the last run that changed something. */
  lastChanges?: { at: Date; changes: Omit<PlannedChange, 'scope'>[]; notListed: number };
  /** The last 30 days with a run, oldest first. */
  listingHistory?: ListingDay[];
  /** Query keys of image addresses that change without meaning (`v`, `token`). */
  ignoredUrlKeys?: string[];
  /** Files of its folder already read, by name, size and time. */
  processedFiles?: string[];
  /** SFTP: the server's key, `SHA256:...`; unset: the first one seen is kept. */
  hostKey?: string;
  /** Where the pictures are that the feed names by their files. */
  imageBaseUrl?: string;
  /** The encoding, whatever the feed says. */
  encoding?: string;
  /** Ids are unstable: listings are identified by reference. */
  idFrom?: 'reference';
  /** Texts of this feed are UTF-8 encoded twice: repair them. */
  repairEncoding?: boolean;
  /** An id change was interrupted: the next run continues it. */
  migratingSince?: Date | null;
  /** The last run took the feed for an old file; if the same comes again, it counts. */
  olderSince?: Date | null;
  removalGuard?: RemovalGuard | null;
  formHold?: FormHold | null;
  /** AUTO: when someone approved the mapping. */
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

// Feeds without lost runs first, then the longest waiting.
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
 * Feeds to read, longest waiting first.
 *
 * @param before feeds attempted since then had their turn
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
