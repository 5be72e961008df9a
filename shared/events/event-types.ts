/** Source of the types, the JSON Schema and the README's table. */

import { object, type FromSchema, type PayloadSchema } from './event-schema.ts';

const id = { type: 'string', description: 'ObjectId, 24 hexadecimal digits' } as const;
const time = { type: 'string', format: 'date-time', description: 'ISO 8601, UTC' } as const;
const currency = { type: 'string', description: 'ISO 4217' } as const;
const matches = {
  type: 'array',
  description: 'contacts whose search fits, best first',
  items: object({
    contactId: id,
    score: { type: 'integer', minimum: 0, maximum: 100 },
    reasons: { type: 'array', items: { type: 'string' }, description: 'criteria that are met' },
  }),
} as const;
const matchesLeftOut = {
  type: 'integer',
  minimum: 1,
  description: 'number of further matches with lower scores',
} as const;
const page = {
  type: 'integer',
  minimum: 1,
  description: 'number of this event among several about one fact, each with other matches',
} as const;
const pages = { type: 'integer', minimum: 2 } as const;

const stockMatches = {
  type: 'array',
  description: 'up to 20 listings that fit, best first',
  items: object({
    propertyId: id,
    score: { type: 'integer', minimum: 0, maximum: 100 },
    reasons: { type: 'array', items: { type: 'string' }, description: 'criteria that are met' },
  }),
} as const;

interface EventDefinition {
  readonly when: string;
  readonly payload: PayloadSchema;
}

export const eventTypes = {
  'email.received': {
    when:
      "an inbound e-mail was stored in a contact's conversation, unless it was received more than " +
      "three days before its mailbox's last good sync, or an import or back-fill brought it and it is " +
      'older than a day',
    payload: object(
      {
        messageId: id,
        conversationId: id,
        contactId: id,
        automatic: { const: true, description: 'a machine wrote it: out of office, a notice, a mailing list' },
      },
      ['automatic'],
    ),
  },
  'follow_up.due': {
    when:
      'the follow-up date of a contact or a viewing has passed; or a qualified lead has been idle for ' +
      'LEAD_IDLE_DAYS, and again after each further LEAD_IDLE_DAYS',
    payload: {
      oneOf: [
        object({ contactId: id, viewingId: id, dueAt: time, hoursOverdue: { type: 'number', minimum: 0 } }, [
          'viewingId',
        ]),
        object({
          contactId: id,
          reason: { const: 'inactive_lead' },
          idleDays: { type: 'integer', minimum: 0 },
          leadScore: { type: 'number', minimum: 0, maximum: 100 },
        }),
      ],
    },
  },
  'deal.stage_changed': {
    when: 'a pending offer expires within 48 hours, or has expired',
    payload: object(
      {
        dealId: id,
        offerId: id,
        reason: { enum: ['offer_expiring', 'offer_expired'] },
        expiresAt: time,
        amount: { type: 'number' },
        currency,
      },
      // Offers may lack them; expiry is announced anyway.
      ['amount', 'currency'],
    ),
  },
  'listing.new': {
    when:
      'a listing was published, or returned to the market after it was let or sold, and fits a ' + "contact's search",
    payload: object(
      {
        propertyId: id,
        title: { type: 'string' },
        price: { type: 'number' },
        currency,
        matches,
        page,
        pages,
        matchesLeftOut,
      },
      ['price', 'currency', 'page', 'pages', 'matchesLeftOut'],
    ),
  },
  'listing.price_reduced': {
    when: "a listing became cheaper by 5 % or more and now fits a contact's search that it did not fit " + 'before',
    payload: object(
      {
        propertyId: id,
        title: { type: 'string' },
        previousPrice: { type: 'number' },
        price: { type: 'number' },
        currency,
        matches,
        page,
        pages,
        matchesLeftOut,
      },
      // Without it, prices are in the location's currency.
      ['currency', 'page', 'pages', 'matchesLeftOut'],
    ),
  },
  'viewing.upcoming': {
    when: 'a confirmed viewing takes place within 24 hours, and again within 2 hours',
    payload: object(
      {
        viewingId: id,
        contactId: id,
        propertyId: id,
        scheduledAt: time,
        hoursBefore: { type: 'integer', minimum: 2, maximum: 24 },
      },
      ['propertyId'],
    ),
  },
  'viewing.upcoming_cancelled': {
    when: 'a viewing that was announced as upcoming was moved, cancelled or deleted before its time',
    payload: object({ viewingId: id, contactId: id, scheduledAt: time, reason: { enum: ['cancelled', 'moved'] } }),
  },
  'contact.matches': {
    when: 'a contact has a new or changed search, and listings in stock fit it',
    payload: object({ contactId: id, matches: stockMatches, matchesLeftOut }, ['matchesLeftOut']),
  },
} as const satisfies Record<string, EventDefinition>;

export type EventType = keyof typeof eventTypes;
export type EventPayload<T extends EventType> = FromSchema<(typeof eventTypes)[T]['payload']>;

/** The same fact has the same key. */
export const eventKeys = {
  emailReceived: (messageId: string) => `email.received:${messageId}`,
  contactFollowUp: (contactId: string, dueAt: string) => `follow_up.due:contact:${contactId}:${dueAt}`,
  viewingFollowUp: (viewingId: string, dueAt: string) => `follow_up.due:viewing:${viewingId}:${dueAt}`,
  inactiveLead: (contactId: string, idleUntil: string) => `follow_up.due:inactive_lead:${contactId}:${idleUntil}`,
  offerExpiring: (offerId: string, expiresAt: string) => `deal.stage_changed:offer_expiring:${offerId}:${expiresAt}`,
  offerExpired: (offerId: string, expiresAt: string) => `deal.stage_changed:offer_expired:${offerId}:${expiresAt}`,
  /** `before`: how often it was let or sold since first announced. */
  listingNew: (propertyId: string, before = 0) => `listing.new:${propertyId}${before > 0 ? `:${before}` : ''}`,
  /** Prefix of a listing's reductions. */
  pricesOf: (propertyId: string) => `listing.price_reduced:${propertyId}:`,
  /** `changes` tells apart two reductions to the same price. */
  priceReduced: (propertyId: string, price: string, currency: string, changes: string) =>
    `listing.price_reduced:${propertyId}:${price}:${currency}:${changes}`,
  viewingUpcoming: (viewingId: string, scheduledAt: string, hours: number | string, takenBack: number) =>
    `viewing.upcoming:${viewingId}:${scheduledAt}:${hours}${takenBack > 0 ? `:${takenBack}` : ''}`,
  viewingTakenBack: (viewingId: string, scheduledAt: string, takenBack: number) =>
    `viewing.upcoming_cancelled:${viewingId}:${scheduledAt}${takenBack > 0 ? `:${takenBack}` : ''}`,
  contactMatches: (contactId: string, changes: number | string) => `contact.matches:${contactId}:${changes}`,
} as const;

export function isEventType(word: string): word is EventType {
  return Object.hasOwn(eventTypes, word);
}
