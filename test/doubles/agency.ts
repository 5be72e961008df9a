/** Without mongoose, so that fields may be missing. */

import { Types } from 'mongoose';
import { CheckCursor } from '../../shared/models/check-cursor.ts';
import { Contact, type ContactDoc } from '../../shared/models/contact.ts';
import { Conversation, type ConversationDoc } from '../../shared/models/conversation.ts';
import { Deal, type DealDoc } from '../../shared/models/deal.ts';
import { Event, type EventDoc } from '../../shared/models/event.ts';
import { models } from '../../shared/models/index.ts';
import { Message, type MessageDoc } from '../../shared/models/message.ts';
import { Offer, type OfferDoc } from '../../shared/models/offer.ts';
import { Property, type PropertyDoc } from '../../shared/models/property.ts';
import { Viewing, type ViewingDoc } from '../../shared/models/viewing.ts';

export const today = new Date('2026-11-23T09:00:00Z');

/** Before `from`; after it if negative. */
export function ago(ms: number, from = today): Date {
  return new Date(from.getTime() - ms);
}

const villa = {
  title: 'Villa',
  goal: 'SALE',
  city: 'Paphos',
  type: 'Villa',
  price: 300_000,
  currency: 'EUR',
  status: 'ACTIVE',
  publicationStatus: 'PUBLISHED',
  publishedAt: ago(60_000),
  source: 'MANUAL',
  features: [],
  images: [],
  lockedFields: [],
};

export function createAgency(locationId = new Types.ObjectId()) {
  const long = ago(400 * 24 * 3_600_000);
  const base = () => ({ _id: new Types.ObjectId(), locationId, createdAt: long, updatedAt: long });
  const insert = async <T>(
    model: { collection: { insertOne(document: never): Promise<unknown> } },
    document: T,
  ): Promise<T> => {
    await model.collection.insertOne(document as never);
    return document;
  };
  return {
    locationId,
    contact: (fields: Partial<ContactDoc> = {}) =>
      insert(Contact, {
        ...base(),
        name: 'Contact',
        emails: [],
        leadScore: 50,
        qualificationStage: 'unqualified',
        ...fields,
      } as ContactDoc),
    lead: (fields: Partial<ContactDoc> = {}) =>
      insert(Contact, {
        ...base(),
        name: 'Lead',
        emails: [],
        leadScore: 50,
        qualificationStage: 'qualified',
        ...fields,
      } as ContactDoc),
    viewing: (fields: Partial<ViewingDoc>) =>
      insert(Viewing, {
        ...base(),
        scheduledAt: long,
        status: 'confirmed',
        feedbackReceived: false,
        ...fields,
      } as ViewingDoc),
    deal: (fields: Partial<DealDoc> = {}) =>
      insert(Deal, {
        ...base(),
        title: 'Deal',
        stage: 'offer',
        propertyIds: [],
        conversationIds: [],
        ...fields,
      } as DealDoc),
    offer: (fields: Partial<OfferDoc>) =>
      insert(Offer, { ...base(), amount: 250_000, currency: 'EUR', status: 'pending', ...fields } as OfferDoc),
    conversation: (fields: Partial<ConversationDoc>) =>
      insert(Conversation, { ...base(), status: 'open', unreadCount: 0, ...fields } as ConversationDoc),
    message: (fields: Partial<MessageDoc>) =>
      insert(Message, {
        ...base(),
        accountId: new Types.ObjectId(),
        provider: 'gmail',
        providerMessageId: new Types.ObjectId().toHexString(),
        messageIdHeader: new Types.ObjectId().toHexString(),
        sources: [],
        direction: 'outbound',
        sentAt: long,
        ...fields,
      } as unknown as MessageDoc),
    listing: (fields: Partial<PropertyDoc> = {}) => {
      const common = base();
      return insert(Property, { ...common, ...villa, slug: String(common._id), ...fields } as PropertyDoc);
    },
  };
}

export function storedEvents(filter: Partial<Pick<EventDoc, 'type'>> = {}): Promise<EventDoc[]> {
  return Event.find(filter).sort({ _id: 1 }).lean<EventDoc[]>();
}

export async function newsBegan(watermark: Date): Promise<void> {
  await CheckCursor.collection.insertOne({ check: 'new-listings', watermark } as never);
}

export async function emptyDatabase(): Promise<void> {
  for (const model of models) await model.collection.deleteMany({});
}

export function summarise(explained: unknown): { text: string; examined: number; keys: number; returned: number } {
  const found = explained as {
    executionStats?: PlanStatistics;
    stages?: readonly { $cursor?: { executionStats: PlanStatistics } }[];
  };
  const statistics = found.executionStats ?? found.stages?.[0]?.$cursor?.executionStats;
  if (!statistics) throw new Error('summarise: expected an explained find or aggregate with executionStats');
  const last = found.stages?.at(-1) as { nReturned?: unknown } | undefined;
  return {
    text: JSON.stringify(explained),
    examined: statistics.totalDocsExamined,
    keys: statistics.totalKeysExamined,
    returned: Number(last?.nReturned ?? statistics.nReturned),
  };
}

interface PlanStatistics {
  readonly totalDocsExamined: number;
  readonly totalKeysExamined: number;
  readonly nReturned: number;
}
