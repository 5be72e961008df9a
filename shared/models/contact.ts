import { Schema, type Types } from 'mongoose';
import { defineModel } from './define-model.ts';
import { alive, deletionIndexes } from './deletion.ts';
import { noTexts, notDate, storedFlag } from './stored-value.ts';
import { qualificationStages, wordSpellings } from './stored-word.ts';

export type Goal = 'SALE' | 'RENT';
type QualificationStage = (typeof qualificationStages)[number];

/** Empty or absent means "any". */
export interface Requirements {
  active: boolean;
  goal?: Goal;
  districts: string[];
  locations: string[];
  types: string[];
  minPrice?: number;
  maxPrice?: number;
  /** ISO 4217; absent: the location's. */
  currency?: string;
  minBedrooms?: number;
  minBathrooms?: number;
  /** m2 */
  minArea?: number;
  features: string[];
}

export interface ContactDoc {
  _id: Types.ObjectId;
  locationId: Types.ObjectId;
  name: string;
  firstName?: string;
  lastName?: string;
  email?: string;
  emails: string[];
  phone?: string;
  contactType?: string;
  /** 0-100 */
  leadScore: number;
  qualificationStage: QualificationStage;
  leadStatus?: string;
  expectedFollowUpAt?: Date;
  /** Never an edit. */
  lastActivityAt?: Date;
  outlookContactIds: string[];
  requirements?: Requirements;
  /** The `expectedFollowUpAt` announced or answered. */
  followUpSettledFor?: Date;
  /** Skipped until it can become an event. */
  putOffUntil?: Date;
  /** Computed with `leadCheckDays`; absent: now. */
  leadCheckAt?: Date;
  leadCheckDays?: number;
  leadAnnouncedAt?: Date;
  /** Of the search last matched. */
  searchMark?: string;
  searchChanges?: number;
  deletedAt?: Date | null;
  createdAt: Date;
  updatedAt: Date;
}

const requirements = new Schema<Requirements>(
  {
    active: { type: Boolean, default: true },
    goal: { type: String, enum: ['SALE', 'RENT'] },
    districts: [String],
    locations: [String],
    types: [String],
    minPrice: Number,
    maxPrice: Number,
    currency: String,
    minBedrooms: Number,
    minBathrooms: Number,
    minArea: Number,
    features: [String],
  },
  { _id: false },
);

const schema = new Schema<ContactDoc>(
  {
    locationId: { type: Schema.Types.ObjectId, ref: 'Location', required: true },
    name: { type: String, required: true },
    firstName: String,
    lastName: String,
    email: { type: String, lowercase: true, trim: true },
    emails: [{ type: String, lowercase: true, trim: true }],
    phone: String,
    contactType: String,
    leadScore: { type: Number, min: 0, max: 100, default: 0 },
    qualificationStage: {
      type: String,
      enum: qualificationStages,
      default: 'unqualified',
    },
    leadStatus: String,
    expectedFollowUpAt: Date,
    lastActivityAt: Date,
    outlookContactIds: [String],
    requirements,
    followUpSettledFor: Date,
    putOffUntil: Date,
    leadCheckAt: Date,
    leadCheckDays: Number,
    leadAnnouncedAt: Date,
    searchMark: String,
    searchChanges: Number,
    deletedAt: Date,
  },
  { timestamps: true },
);

/** The CRM stores addresses as typed. */
const ignoringCase = { locale: 'en', strength: 2 } as const;

schema.index({ locationId: 1, email: 1 }, { collation: ignoringCase });
schema.index({ locationId: 1, emails: 1 }, { collation: ignoringCase });
schema.index({ locationId: 1, outlookContactIds: 1 });
// Unsettled follow-ups.
schema.index(
  { deletedAt: 1, putOffUntil: 1, expectedFollowUpAt: 1 },
  { partialFilterExpression: { expectedFollowUpAt: { $exists: true }, followUpSettledFor: null } },
);
// Unreadable dates.
schema.index({ expectedFollowUpAt: 1, putOffUntil: 1 }, { partialFilterExpression: { expectedFollowUpAt: notDate } });
// Settled ones whose date was moved.
schema.index(
  { expectedFollowUpAt: 1, followUpSettledFor: 1, deletedAt: 1, _id: 1 },
  { partialFilterExpression: { followUpSettledFor: { $exists: true } } },
);
// Leads to check.
schema.index({ qualificationStage: 1, deletedAt: 1, leadCheckDays: 1, leadCheckAt: 1 });

/** Ignores no less than `matching/normalise.ts`. */
export const placeCollation = {
  locale: 'en',
  strength: 1,
  alternate: 'shifted',
  maxVariable: 'punct',
  normalization: true,
} as const;

/** Values that mean "inactive"; the searches' collation ignores case and spaces. */
const off: readonly unknown[] = [false, 0, ...noTexts];

/** Active unless it says no. */
export function isActiveSearch(active: unknown): boolean {
  return storedFlag(active) !== false;
}

/** Filter: searches to match. */
export const searchable = { 'requirements.active': { $nin: off }, ...alive } as const;

export const anywhere = { 'requirements.districts.0': null, 'requirements.locations.0': null } as const;

/** A query must repeat it to use the search indexes. */
export const hasSearch = { requirements: { $exists: true } } as const;

const bounds = { 'requirements.maxPrice': 1, 'requirements.minPrice': 1, deletedAt: 1 } as const;
// By town or area ...
schema.index(
  { locationId: 1, 'requirements.goal': 1, 'requirements.locations': 1, ...bounds },
  { name: 'searches-by-location', collation: placeCollation, partialFilterExpression: hasSearch },
);
// ... by district ...
schema.index(
  { locationId: 1, 'requirements.goal': 1, 'requirements.districts': 1, ...bounds },
  { name: 'searches-by-district', collation: placeCollation, partialFilterExpression: hasSearch },
);
// ... and anywhere.
schema.index(
  { locationId: 1, 'requirements.goal': 1, ...bounds },
  { name: 'searches-anywhere', collation: placeCollation, partialFilterExpression: { ...hasSearch, ...anywhere } },
);
// Searches never matched, and those saved since a time.
schema.index({ searchMark: 1, updatedAt: 1 }, { partialFilterExpression: hasSearch });
schema.index({ updatedAt: 1 }, { partialFilterExpression: hasSearch });
for (const [keys, options] of deletionIndexes) schema.index(keys, options);

export const Contact = defineModel<ContactDoc>('Contact', 'contacts', schema);

/** Outside the trash, oldest first. */
export function findContactsByEmail(
  locationId: Types.ObjectId,
  addresses: readonly string[],
  { inTrash = false }: { readonly inTrash?: boolean } = {},
) {
  const among = { $in: [...addresses] };
  return Contact.find({
    locationId,
    ...(inTrash ? {} : { deletedAt: null }),
    $or: [{ email: among }, { emails: among }],
  })
    .collation(ignoringCase)
    .sort({ _id: 1 });
}

export function findContactsBySpelling(
  locationId: Types.ObjectId,
  spellings: readonly RegExp[],
  { inTrash = false }: { readonly inTrash?: boolean } = {},
) {
  const among = { $in: [...spellings] };
  return Contact.find({
    locationId,
    ...(inTrash ? {} : { deletedAt: null }),
    $or: [{ email: among }, { emails: among }],
  }).sort({ _id: 1 });
}

/** Driver's filter: leads never checked, checked under another setting, due, or dated too far ahead. */
export function leadsToCheck(now: Date, minScore: number, idleDays: number) {
  const lead = {
    qualificationStage: { $in: wordSpellings('basic', 'qualified', 'highly_qualified') },
    ...alive,
    // Other values are left to the rule.
    ...(minScore > 0 ? { leadScore: { $not: { $lt: minScore } } } : {}),
  };
  const horizon = new Date(now.getTime() + idleDays * 24 * 3_600_000);
  return {
    $or: [
      { ...lead, leadCheckDays: { $ne: idleDays } },
      { ...lead, leadCheckDays: idleDays, leadCheckAt: { $not: { $gt: now } } },
      { ...lead, leadCheckDays: idleDays, leadCheckAt: { $gt: horizon } },
    ],
  };
}

/** Driver's filter: searches never matched, or saved since a time (`undefined`: all). */
export function searchesToCheck(savedSince: Date | undefined) {
  const searching = { ...hasSearch, ...alive };
  if (!savedSince) return searching;
  return {
    $or: [
      { ...searching, searchMark: null },
      { ...searching, updatedAt: { $gte: savedSince } },
    ],
  };
}
