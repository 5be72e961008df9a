import { Types } from 'mongoose';
import { Company } from '../../shared/models/company.ts';
import { Contact } from '../../shared/models/contact.ts';
import { Conversation } from '../../shared/models/conversation.ts';
import { Deal } from '../../shared/models/deal.ts';
import { Location } from '../../shared/models/location.ts';
import { Message } from '../../shared/models/message.ts';
import { Offer } from '../../shared/models/offer.ts';
import { PropertyFeed } from '../../shared/models/property-feed.ts';
import { Property } from '../../shared/models/property.ts';
import { User } from '../../shared/models/user.ts';
import { Viewing } from '../../shared/models/viewing.ts';
import { day, hour } from '../../shared/platform/clock.ts';

/** As an operator would write after `--feed-preview`. */
const akamasMapping = {
  itemPath: 'akamas/objekt',
  fields: {
    id: '@nr',
    title: { path: 'titel', language: 'de' },
    description: { path: 'text', language: 'de' },
    price: { path: 'preis', number: 'de' },
    currency: 'preis/@waehrung',
    goal: { value: 'SALE' },
    city: 'ort',
    bedrooms: 'zimmer',
    areaSqm: { path: 'flaeche', number: 'de', unitPath: 'flaeche/@einheit' },
    images: { path: 'bilder', split: ',' },
  },
};

export interface Agency {
  readonly locationId: Types.ObjectId;
}

export async function seedAgency(now: Date, feeds: ReadonlyMap<string, string>): Promise<Agency> {
  const ago = (ms: number) => new Date(now.getTime() - ms);
  const location = await Location.create({
    name: 'Aphrodite Estates',
    domain: 'aphrodite.example',
    timeZone: 'Asia/Nicosia',
    currency: 'EUR',
    country: 'CY',
    language: 'en',
  });
  const locationId = location._id;
  await User.create({ email: 'eleni@aphrodite.example', name: 'Eleni Georgiou', locationIds: [locationId] });
  const company = await Company.create({ locationId, name: 'Paphos Bay Partners' });

  await PropertyFeed.insertMany(
    [...feeds].map(([name, url]) => ({
      locationId,
      companyId: company._id,
      name,
      url,
      defaultCurrency: 'EUR',
      ...(name === 'akamas.xml' ? { format: 'GENERIC', mapping: akamasMapping } : { format: 'AUTO' }),
    })),
  );

  const [maria, john, ivan, anna] = await seedContacts(locationId, ago);
  const villa = await seedVilla(locationId, ago);
  await seedDeal(locationId, villa, anna, new Date(now.getTime() + 20 * hour));
  await Viewing.create({
    locationId,
    contactId: maria,
    propertyId: villa,
    scheduledAt: ago(5 * hour),
    status: 'confirmed',
  });
  await seedTrash(locationId, ago, john, ivan);
  return { locationId };
}

type Ago = (ms: number) => Date;

async function seedContacts(
  locationId: Types.ObjectId,
  ago: Ago,
): Promise<[Types.ObjectId, Types.ObjectId, Types.ObjectId, Types.ObjectId]> {
  const buyer = { locationId, contactType: 'buyer', qualificationStage: 'qualified', leadScore: 70 };
  const contacts = await Contact.insertMany([
    {
      ...buyer,
      name: 'Maria Ioannou',
      email: 'maria.ioannou@mail.example',
      lastActivityAt: ago(2 * day),
      requirements: {
        active: true,
        goal: 'SALE',
        locations: ['Peyia'],
        types: ['villa'],
        maxPrice: 500_000,
        minBedrooms: 3,
      },
    },
    {
      ...buyer,
      name: 'John Whitfield',
      email: 'john.whitfield@mail.example',
      lastActivityAt: ago(12 * day),
      leadScore: 55,
      requirements: { active: true, goal: 'SALE', districts: ['Paphos'], types: ['apartment'], maxPrice: 220_000 },
    },
    {
      ...buyer,
      name: 'Ivan Petrov',
      email: 'ivan.petrov@mail.example',
      expectedFollowUpAt: ago(3 * hour),
      lastActivityAt: ago(day),
    },
    {
      ...buyer,
      name: 'Anna Schmidt',
      email: 'anna.schmidt@mail.example',
      lastActivityAt: ago(day),
      createdAt: ago(90 * day),
    },
  ]);
  return contacts.map(({ _id }) => _id) as Awaited<ReturnType<typeof seedContacts>>;
}

async function seedVilla(locationId: Types.ObjectId, ago: Ago): Promise<Types.ObjectId> {
  const villa = await Property.create({
    locationId,
    title: 'Villa Thalassa, Peyia',
    slug: 'villa-thalassa-peyia',
    reference: 'AE-204',
    price: 445_000,
    currency: 'EUR',
    goal: 'SALE',
    type: 'villa',
    bedrooms: 3,
    bathrooms: 2,
    areaSqm: 171,
    city: 'Peyia',
    district: 'Paphos',
    country: 'CY',
    features: ['private pool', 'sea view'],
    images: [],
    status: 'ACTIVE',
    publicationStatus: 'PUBLISHED',
    publishedAt: ago(20 * 60_000),
    source: 'MANUAL',
  });
  return villa._id;
}

async function seedDeal(
  locationId: Types.ObjectId,
  propertyId: Types.ObjectId,
  buyerContactId: Types.ObjectId,
  validUntil: Date,
): Promise<void> {
  const deal = await Deal.create({
    locationId,
    title: 'Villa Thalassa: Schmidt',
    stage: 'offer',
    buyerContactId,
    propertyIds: [propertyId],
  });
  await Offer.create({
    locationId,
    dealId: deal._id,
    type: 'purchase',
    amount: 430_000,
    currency: 'EUR',
    status: 'pending',
    validUntil,
  });
}

async function seedTrash(
  locationId: Types.ObjectId,
  ago: Ago,
  recent: Types.ObjectId,
  alive: Types.ObjectId,
): Promise<void> {
  const old = await Contact.create({
    locationId,
    name: 'Wrong number',
    email: 'wrong@mail.example',
    deletedAt: ago(45 * day),
  });
  const conversation = await Conversation.create({ locationId, contactId: old._id, deletedAt: ago(45 * day) });
  const accountId = new Types.ObjectId();
  await Message.insertMany(
    Array.from({ length: 7 }, (_, index) => ({
      locationId,
      conversationId: conversation._id,
      conversationIds: [conversation._id],
      accountId,
      provider: 'gmail',
      providerMessageId: `old-${index}`,
      sources: [
        {
          accountId,
          provider: 'gmail',
          providerMessageId: `old-${index}`,
          isRead: true,
          direction: 'inbound',
          observedAt: ago(60 * day),
        },
      ],
      messageIdHeader: `old-${index}@mail.example`,
      direction: 'inbound',
      from: { email: 'wrong@mail.example' },
      to: [],
      cc: [],
      bcc: [],
      replyTo: [],
      subject: 'Wrong number',
      text: '',
      snippet: '',
      sentAt: ago(60 * day),
      isRead: true,
      attachments: [],
    })),
  );
  await Property.create({
    locationId,
    title: 'Sold long ago',
    slug: 'sold-long-ago',
    features: [],
    images: [],
    deletedAt: ago(31 * day),
  });
  await Property.create({
    locationId,
    title: 'Thrown away yesterday',
    slug: 'thrown-away-yesterday',
    features: [],
    images: [],
    deletedAt: ago(day),
  });
  await Deal.create({
    locationId,
    title: 'Fell through',
    stage: 'lost',
    buyerContactId: alive,
    deletedAt: ago(40 * day),
  });
  await Conversation.create({ locationId, contactId: recent, deletedAt: ago(2 * day) });
}
