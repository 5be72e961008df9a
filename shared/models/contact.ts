import { Schema, type Types } from 'mongoose';
import { defineModel } from './define-model.ts';
import { alive, deletionIndexes } from './deletion.ts';

export type Goal = 'SALE' | 'RENT';
type QualificationStage = 'unqualified' | 'basic' | 'qualified' | 'highly_qualified';

/** The saved search. An empty list or absent bound means "any". */
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

/** A person an agency knows. */
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
  /** Messages, viewings, offers, notes; never a mere save. */
  lastActivityAt?: Date;
  outlookContactIds: string[];
  requirements?: Requirements;
  /** The `expectedFollowUpAt` that was announced or found answered. */
  followUpSettledFor?: Date;
  /** Cannot become an event (a dangling reference, an unreadable value): skipped until then. */
  putOffUntil?: Date;
  /** When to check this lead next, computed with `leadCheckDays`; absent: now. */
  leadCheckAt?: Date;
  leadCheckDays?: number;
  /** When it was last announced as inactive. */
  leadAnnouncedAt?: Date;
  /** Identifies the search that was last matched; counts its changes. */
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
      enum: ['unqualified', 'basic', 'qualified', 'highly_qualified'],
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

/** Ignores case: the CRM's forms store addresses as typed. */
const ignoringCase = { locale: 'en', strength: 2 } as const;

// Mail matching: who of this location has this address.
schema.index({ locationId: 1, email: 1 }, { collation: ignoringCase });
schema.index({ locationId: 1, emails: 1 }, { collation: ignoringCase });
// Outlook contacts: link by id.
schema.index({ locationId: 1, outlookContactIds: 1 });
// Due follow-ups that were never dealt with.
schema.index(
  { deletedAt: 1, putOffUntil: 1, expectedFollowUpAt: 1 },
  { partialFilterExpression: { expectedFollowUpAt: { $exists: true }, followUpSettledFor: null } },
);
// Settled ones: index keys tell whose date was moved.
schema.index(
  { expectedFollowUpAt: 1, followUpSettledFor: 1, deletedAt: 1, _id: 1 },
  { partialFilterExpression: { followUpSettledFor: { $exists: true } } },
);
// Leads to check for inactivity, by the setting used for their date.
schema.index({ qualificationStage: 1, deletedAt: 1, leadCheckDays: 1, leadCheckAt: 1 });

/** Ignores case, accents, punctuation and spaces, at least as much as `matching/normalise.ts`. */
export const placeCollation = {
  locale: 'en',
  strength: 1,
  alternate: 'shifted',
  maxVariable: 'punct',
  normalization: true,
} as const;

/** What a search says that is switched off. */
const off: readonly unknown[] = [false, 'false', 0, '0', 'no'];

/** Whether a search is active: unless it says no. */
export function isActiveSearch(active: unknown): boolean {
  return !off.includes(active);
}

/** Whom listings are matched with: a search counts whatever the contact's score. */
export const searchable = { 'requirements.active': { $nin: off }, ...alive } as const;

/** Requirements that name no place. */
export const anywhere = { 'requirements.districts.0': null, 'requirements.locations.0': null } as const;

/** Condition of the search indexes; a query must repeat it to use them. */
export const hasSearch = { requirements: { $exists: true } } as const;

const bounds = { 'requirements.maxPrice': 1, 'requirements.minPrice': 1, deletedAt: 1 } as const;
// Who looks for a listing here, by town or area ...
schema.index(
  { locationId: 1, 'requirements.goal': 1, 'requirements.locations': 1, ...bounds },
  { name: 'searches-by-location', collation: placeCollation, partialFilterExpression: hasSearch },
);
// ... by district ...
schema.index(
  { locationId: 1, 'requirements.goal': 1, 'requirements.districts': 1, ...bounds },
  { name: 'searches-by-district', collation: placeCollation, partialFilterExpression: hasSearch },
);
// ... and anywhere: an empty list has no first element.
schema.index(
  { locationId: 1, 'requirements.goal': 1, ...bounds },
  { name: 'searches-anywhere', collation: placeCollation, partialFilterExpression: { ...hasSearch, ...anywhere } },
);
// Searches never matched, and those saved since a time.
schema.index({ searchMark: 1, updatedAt: 1 }, { partialFilterExpression: hasSearch });
schema.index({ updatedAt: 1 }, { partialFilterExpression: hasSearch });
for (const [keys, options] of deletionIndexes) schema.index(keys, options);

export const Contact = defineModel<ContactDoc>('Contact', 'contacts', schema);

/** Contacts outside the trash with one of these addresses, oldest first. */
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

/** Contacts of a location whose address is one of these spellings. */
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

/** Driver's filter: leads to check: never checked, under another setting, due, or dated too far ahead. */
export function leadsToCheck(now: Date, minScore: number, idleDays: number) {
  const lead = {
    qualificationStage: { $in: ['basic', 'qualified', 'highly_qualified'] },
    ...alive,
    // What is no number is left to the rule.
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

/**
 * Driver's filter: searches never matched, or saved since a time.
 *
 * @param savedSince `undefined`: all
 */
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
