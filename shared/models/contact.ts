import { Schema, type Types } from 'mongoose';
import { defineModel } from './define-model.ts';
import { deletionIndexes } from './deletion.ts';

export type Goal = 'SALE' | 'RENT';
type QualificationStage = 'unqualified' | 'basic' | 'qualified' | 'highly_qualified';

/** What a contact is looking for: the saved search. An empty list or absent bound means "any". */
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
  /** Messages either way, viewings, offers, notes; never a mere save of the record. */
  lastActivityAt?: Date;
  outlookContactIds: string[];
  requirements?: Requirements;
  /** The `expectedFollowUpAt` that has been dealt with: announced as an event, or found answered. */
  followUpSettledFor?: Date;
  /** It cannot become an event (a reference dangles, a value cannot be read): not looked at before this time. */
  putOffUntil?: Date;
  /** When the inactive-leads check looks at this lead next; absent: now. */
  leadCheckAt?: Date;
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
    deletedAt: Date,
  },
  { timestamps: true },
);

/** Compares without regard to case: the CRM's own forms may store addresses as they were typed. */
const ignoringCase = { locale: 'en', strength: 2 } as const;

// Mail matching: who of this location has this address.
schema.index({ locationId: 1, email: 1 }, { collation: ignoringCase });
schema.index({ locationId: 1, emails: 1 }, { collation: ignoringCase });
// Outlook contacts: link by id.
schema.index({ locationId: 1, outlookContactIds: 1 });
// Due follow-ups that were never dealt with.
schema.index(
  { putOffUntil: 1, expectedFollowUpAt: 1 },
  { partialFilterExpression: { expectedFollowUpAt: { $exists: true }, followUpSettledFor: null, deletedAt: null } },
);
// Those that were: index keys alone tell whose date was moved since.
schema.index(
  { expectedFollowUpAt: 1, followUpSettledFor: 1, deletedAt: 1, _id: 1 },
  { partialFilterExpression: { followUpSettledFor: { $exists: true } } },
);
// Leads to look at for inactivity, the best first; the two equalities stand before the order, the range after it.
schema.index({ qualificationStage: 1, deletedAt: 1, leadScore: -1, leadCheckAt: 1 });

/** Whom new listings are matched with at all: below this lead score nobody is told. */
const matchableLeadScore = 20;

/**
 * Place names compare without letter case, accents, punctuation and spaces: never less than `matching/normalise.ts`.
 */
export const placeCollation = {
  locale: 'en',
  strength: 1,
  alternate: 'shifted',
  maxVariable: 'punct',
  normalization: true,
} as const;

/** What the search indexes hold; a query that names the same conditions may use them. */
export const searchable = {
  'requirements.active': true,
  leadScore: { $gte: matchableLeadScore },
  deletedAt: null,
} as const;

/** Requirements that name no place. */
export const anywhere = { 'requirements.districts.0': null, 'requirements.locations.0': null } as const;

const bounds = { 'requirements.maxPrice': 1, 'requirements.minPrice': 1 } as const;
// Who looks for a listing here, by town or area ...
schema.index(
  { locationId: 1, 'requirements.goal': 1, 'requirements.locations': 1, ...bounds },
  { name: 'search-by-location', collation: placeCollation, partialFilterExpression: searchable },
);
// ... by district ...
schema.index(
  { locationId: 1, 'requirements.goal': 1, 'requirements.districts': 1, ...bounds },
  { name: 'search-by-district', collation: placeCollation, partialFilterExpression: searchable },
);
// ... and anywhere: an empty list has no first element.
schema.index(
  { locationId: 1, 'requirements.goal': 1, ...bounds },
  { name: 'search-anywhere', collation: placeCollation, partialFilterExpression: { ...searchable, ...anywhere } },
);
for (const [keys, options] of deletionIndexes) schema.index(keys, options);

export const Contact = defineModel<ContactDoc>('Contact', 'contacts', schema);

/** The contacts of a location, not in the trash, that have one of these addresses in any case; oldest first. */
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

/**
 * Leads to look at now: never looked at, or their time has come; `implausible`: those whose date lies too far ahead.
 */
export function leadsToCheck(now: Date, minScore: number, idleMs: number, implausible = false) {
  return {
    qualificationStage: { $in: ['basic' as const, 'qualified' as const] },
    deletedAt: null,
    leadScore: { $gte: minScore },
    leadCheckAt: implausible ? { $gt: new Date(now.getTime() + idleMs) } : { $not: { $gt: now } },
  };
}
