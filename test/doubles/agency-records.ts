import { Types } from 'mongoose';
import { Company } from '../../shared/models/company.ts';
import { Contact } from '../../shared/models/contact.ts';
import { Conversation } from '../../shared/models/conversation.ts';
import { Deal } from '../../shared/models/deal.ts';
import { Message } from '../../shared/models/message.ts';
import { Offer } from '../../shared/models/offer.ts';
import { Property } from '../../shared/models/property.ts';
import { Viewing } from '../../shared/models/viewing.ts';

type Id = Types.ObjectId;

export const collections = {
  contacts: Contact,
  conversations: Conversation,
  messages: Message,
  viewings: Viewing,
  deals: Deal,
  offers: Offer,
  properties: Property,
  companies: Company,
} as const;

export type Records = { [Name in keyof typeof collections]: Record<string, unknown>[] };

export class AgencyRecords {
  readonly locationId: Id;
  readonly records: Records = {
    contacts: [],
    conversations: [],
    messages: [],
    viewings: [],
    deals: [],
    offers: [],
    properties: [],
    companies: [],
  };

  constructor(locationId: Id = new Types.ObjectId()) {
    this.locationId = locationId;
  }

  contact(fields: object = {}): Id {
    return this.#add('contacts', { name: 'Maria Georgiou', emails: ['maria@example.com'], leadScore: 10, ...fields });
  }

  conversation(fields: object = {}): Id {
    return this.#add('conversations', { contactId: new Types.ObjectId(), status: 'open', unreadCount: 0, ...fields });
  }

  message(conversationIds: readonly Id[], fields: object = {}): Id {
    const id = new Types.ObjectId();
    return this.#add('messages', {
      _id: id,
      conversationId: conversationIds[0],
      conversationIds: [...conversationIds],
      accountId: new Types.ObjectId(),
      provider: 'gmail',
      providerMessageId: String(id),
      messageIdHeader: `${String(id)}@example.com`,
      direction: 'inbound',
      from: { email: 'maria@example.com' },
      subject: 'The villa in Peyia',
      text: 'Is it still available?',
      sentAt: new Date('2026-09-01T08:00:00Z'),
      ...fields,
    });
  }

  viewing(contactId: Id, propertyId: Id, fields: object = {}): Id {
    return this.#add('viewings', {
      contactId,
      propertyId,
      scheduledAt: new Date('2026-09-02T10:00:00Z'),
      status: 'confirmed',
      ...fields,
    });
  }

  deal(fields: object = {}): Id {
    return this.#add('deals', { title: 'Villa Peyia', stage: 'new', propertyIds: [], conversationIds: [], ...fields });
  }

  offer(dealId: Id, fields: object = {}): Id {
    return this.#add('offers', { dealId, amount: 250_000, currency: 'EUR', status: 'pending', ...fields });
  }

  company(fields: object = {}): Id {
    return this.#add('companies', { name: 'Blue Coast Homes', ...fields });
  }

  property(fields: object = {}): Id {
    const id = new Types.ObjectId();
    return this.#add('properties', {
      _id: id,
      title: 'Villa',
      slug: `villa-${String(id)}`,
      status: 'ACTIVE',
      ...fields,
    });
  }

  async save(): Promise<void> {
    for (const [name, records] of Object.entries(this.records)) {
      for (let start = 0; start < records.length; start += 10_000) {
        await collections[name as keyof Records].collection.insertMany(records.slice(start, start + 10_000) as never);
      }
    }
  }

  async load(): Promise<Records> {
    const found = await this.find();
    return Object.fromEntries(
      Object.entries(found).map(([name, records]) => [
        name,
        records.toSorted((one, other) => (String(one['_id']) < String(other['_id']) ? -1 : 1)),
      ]),
    ) as Records;
  }

  async find(fields: readonly string[] = []): Promise<Records> {
    const names = Object.keys(collections) as (keyof Records)[];
    const projection = Object.fromEntries(fields.map((field) => [field, 1]));
    const found = await Promise.all(
      names.map((name) => collections[name].collection.find({ locationId: this.locationId }, { projection }).toArray()),
    );
    return Object.fromEntries(names.map((name, index) => [name, found[index]])) as unknown as Records;
  }

  #add(name: keyof Records, fields: Record<string, unknown>): Id {
    const record = { _id: new Types.ObjectId(), locationId: this.locationId, ...fields };
    this.records[name].push(record);
    return record._id;
  }
}

const references = [
  'contactId',
  'buyerContactId',
  'conversationId',
  'conversationIds',
  'dealId',
  'propertyId',
  'propertyIds',
];

export async function findOrphans(location: AgencyRecords): Promise<string[]> {
  const loaded = await location.find(references);
  const { contacts, conversations, messages, viewings, deals, offers, properties } = loaded;
  const ids = (records: Record<string, unknown>[]) => new Set(records.map(({ _id }) => String(_id)));
  const present = {
    contacts: ids(contacts),
    conversations: ids(conversations),
    deals: ids(deals),
    properties: ids(properties),
  };
  const missing = (name: keyof typeof present, field: string, records: Record<string, unknown>[]) =>
    records.flatMap((record) =>
      [record[field] ?? []]
        .flat()
        .filter((id) => !present[name].has(String(id)))
        .map((id) => `${field} ${String(id)} of ${String(record['_id'])}`),
    );
  return [
    ...missing('contacts', 'contactId', [...conversations, ...viewings]),
    ...missing('contacts', 'buyerContactId', deals),
    ...missing('conversations', 'conversationId', messages),
    ...missing('conversations', 'conversationIds', [...messages, ...deals]),
    ...missing('deals', 'dealId', offers),
    ...missing('properties', 'propertyId', viewings),
    ...missing('properties', 'propertyIds', deals),
  ];
}
