/** See README. A deleted feed is no trash: it stays, switched off, as the origin of its listings. */

import type { Collection, Model } from 'mongoose';
import { Company } from '../models/company.ts';
import { Contact } from '../models/contact.ts';
import { Conversation } from '../models/conversation.ts';
import { Deal } from '../models/deal.ts';
import { Message } from '../models/message.ts';
import { Offer } from '../models/offer.ts';
import { PropertyFeed } from '../models/property-feed.ts';
import { Property } from '../models/property.ts';
import { Viewing } from '../models/viewing.ts';
import { leaveStubs, noStub } from './feed-stubs.ts';

export interface TrashKind {
  readonly name: string;
  readonly model: Model<unknown>;
  readonly owns: readonly Ownership[];
  readonly namedBy: readonly Reference[];
  readonly stubs?: Stubs;
}

interface Stubs {
  readonly none: Readonly<Record<string, unknown>>;
  readonly leave: (filter: Readonly<Record<string, unknown>>, now: Date) => Promise<number>;
}

/** `field` names the owner, or (shared) all owners. */
export interface Ownership {
  readonly kind: TrashKind;
  readonly field: string;
  readonly shared?: boolean;
}

/** The record named by `field` outlives the reference. */
export interface Reference {
  readonly model: Model<unknown>;
  readonly field: string;
}

function kind(name: string, model: unknown, parts: Partial<Omit<TrashKind, 'name' | 'model'>> = {}): TrashKind {
  return { name, model: model as Model<unknown>, owns: [], namedBy: [], ...parts };
}

function reference(model: unknown, field: string): Reference {
  return { model: model as Model<unknown>, field };
}

const messages = kind('messages', Message);
const viewings = kind('viewings', Viewing);
const offers = kind('offers', Offer);
const deals = kind('deals', Deal, { owns: [{ kind: offers, field: 'dealId' }] });
const properties = kind('properties', Property, {
  namedBy: [reference(Viewing, 'propertyId'), reference(Deal, 'propertyIds')],
  stubs: { none: noStub, leave: leaveStubs },
});
const companies = kind('companies', Company, {
  namedBy: [reference(Property, 'companyId'), reference(PropertyFeed, 'companyId')],
});
export const conversations = kind('conversations', Conversation, {
  owns: [{ kind: messages, field: 'conversationIds', shared: true }],
  namedBy: [reference(Deal, 'conversationIds')],
});
const contacts = kind('contacts', Contact, {
  owns: [
    { kind: conversations, field: 'contactId' },
    { kind: viewings, field: 'contactId' },
  ],
  namedBy: [reference(Deal, 'buyerContactId')],
});

/** Owned kinds first, so that no record is touched twice. */
export const trashKinds: readonly TrashKind[] = [
  messages,
  viewings,
  offers,
  deals,
  properties,
  companies,
  conversations,
  contacts,
];

export function kindNamed(name: string): TrashKind | undefined {
  return trashKinds.find((each) => each.name === name);
}

export function collectionNamed(name: string): Collection | undefined {
  const models = trashKinds.flatMap(({ model, namedBy }) => [model, ...namedBy.map((each) => each.model)]);
  return models.find(({ collection }) => collection.name === name)?.collection;
}
