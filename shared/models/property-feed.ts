import { Schema, Types } from 'mongoose';
import type { ClaimField, UnitQuery } from './claim.ts';
import { defineModel } from './define-model.ts';
import type { PlannedChange } from './planned-change.ts';

/** AUTO, GENERIC, or a known format (`npm run recipes`). */
type FeedFormatName = string;
const formatName = /^[A-Z][A-Z0-9_]*$/;

/** Removals held until confirmed or the listings reappear. */
export interface RemovalGuard {
  heldAt: Date;
  reason: string;
  count: number;
  total: number;
  /** Ends with the next run without doubt. */
  doubtful?: boolean;
  /** Its run has not ended. */
  isUnasked?: boolean;
}

/** Until confirmed or no longer true. */
export interface FormHold {
  heldAt: Date;
  code: 'ids-moved' | 'format-changed' | 'mode-changed' | 'removals-held';
  count: number;
  /** Listings that a confirmation covers. */
  asked?: string;
  /** Only these items wait; the rest was applied. */
  isAside?: boolean;
  /** Moved ids confirmed earlier. */
  confirmedMoves?: string;
}

export interface ListingDay {
  /** `2026-11-30`, UTC */
  day: string;
  counts: Record<string, number>;
}

export interface PropertyFeedDoc {
  _id: Types.ObjectId;
  locationId: Types.ObjectId;
  /** If not yet moved with the feed. */
  listingsIn?: Types.ObjectId;
  companyId?: Types.ObjectId;
  name?: string;
  url: string;
  format: FeedFormatName;
  detectedFormat?: FeedFormatName;
  /** Of GENERIC. */
  mapping?: Record<string, unknown>;
  /** Unset: by format. */
  mode?: 'snapshot' | 'delta';
  defaultCurrency?: string;
  /** ISO 3166-1 alpha-2, if the feed names none. */
  country?: string;
  isActive: boolean;
  fetch: 'http' | 'browser';
  /** Sealed {headers, username, password, privateKey, passphrase}. */
  auth?: string;
  etag?: string;
  lastModified?: string;
  /** A new version fetches again. */
  validatorsVersion?: string;
  lastSyncAt?: Date;
  /** Database time, for the fair order. */
  lastAttemptAt?: Date;
  claim?: ClaimField;
  lastSuccessAt?: Date;
  /** `ok`, `unchanged` (304), `held`, `stopped` (out of time), `failed`. */
  lastStatus?: string;
  lastError?: string;
  itemCount?: number;
  /** Start of the last complete run. */
  lastCompleteAt?: Date;
  /** Of the last run. */
  lastReport?: Record<string, unknown>;
  /** Of the last run with changes. */
  lastChanges?: { at: Date; changes: Omit<PlannedChange, 'scope'>[]; notListed: number };
  /** 30 days, oldest first. */
  listingHistory?: ListingDay[];
  /** Meaningless in image addresses: `v`, `token`. */
  ignoredUrlKeys?: string[];
  /** By name, size and time. */
  processedFiles?: string[];
  /** SFTP: `SHA256:...`; unset: trusts the first. */
  hostKey?: string;
  /** Base of picture file names. */
  imageBaseUrl?: string;
  /** Overrides the feed's own. */
  encoding?: string;
  /** For unstable ids. */
  idFrom?: 'reference';
  /** When it is encoded twice. */
  repairEncoding?: boolean;
  /** While ids change. */
  migratingSince?: Date | null;
  /** Taken for an old file; accepted if it repeats. */
  olderSince?: Date | null;
  removalGuard?: RemovalGuard | null;
  formHold?: FormHold | null;
  /** AUTO: of a person's approval. */
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

// No lost runs first, then the longest waiting.
const dueOrder = { isActive: 1, 'claim.attempts': 1, lastAttemptAt: 1, lastSyncAt: 1 } as const;
schema.index(dueOrder);
schema.index({ 'claim.runId': 1 }, { sparse: true });
schema.index({ 'claim.host': 1 }, { sparse: true });
schema.index({ locationId: 1 });

export const PropertyFeed = defineModel<PropertyFeedDoc>('PropertyFeed', 'propertyfeeds', schema);

export interface FeedsQuery {
  readonly feedId?: string;
  readonly locationId?: string;
}

/** Longest not synced first. */
export function findActiveFeeds(query: FeedsQuery) {
  return PropertyFeed.find(active(query)).sort({ lastSyncAt: 1, _id: 1 });
}

/**
 * Longest waiting first.
 * @param before excludes feeds attempted since
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

/** Counts feeds as attempted now. */
export async function putBehind(feedIds: readonly Types.ObjectId[]): Promise<void> {
  if (feedIds.length === 0) return;
  await PropertyFeed.collection.updateMany({ _id: { $in: [...feedIds] } }, [{ $set: { lastAttemptAt: '$$NOW' } }]);
}

export async function reloadFeed(feed: PropertyFeedDoc): Promise<PropertyFeedDoc> {
  return (await PropertyFeed.findById(feed._id).lean<PropertyFeedDoc>()) ?? feed;
}

export type FeedValues = { readonly [K in keyof PropertyFeedDoc]?: PropertyFeedDoc[K] | null };

/** `null` removes a value. */
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
