/**
 * What can lie in the trash, what goes with it and who only names it.
 *
 * - A conversation takes its messages along; a message that another conversation holds too stays there.
 * - A contact takes its conversations and viewings along; deals outlive their buyer and lose the name.
 * - A deal takes its offers along.
 * - A property goes alone: viewings and deals outlive it and lose the reference. Of one that its feed may bring again a
 *   stub stays. A company goes alone too: listings and feeds lose the name.
 * - Single messages, viewings and offers can be thrown away by themselves.
 *
 * Feeds are no trash: a deleted one is kept, switched off, as the origin of its listings.
 */

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

/** A kind of record that is deleted, with all that hangs on it. */
export interface TrashKind {
  /** Name in the run's counts. */
  readonly name: string;
  readonly model: Model<unknown>;
  readonly owns: readonly Ownership[];
  readonly namedBy: readonly Reference[];
  /** Records of which something stays, so that they do not come back. */
  readonly stubs?: Stubs;
}

interface Stubs {
  /** Filter: what a purge has left before is no trash. */
  readonly none: Readonly<Record<string, unknown>>;
  /** Makes stubs of those that need one. @returns how many */
  readonly leave: (filter: Readonly<Record<string, unknown>>, now: Date) => Promise<number>;
}

/** Records of `kind` belong to the one that their `field` names, or (shared) to all that it names. */
export interface Ownership {
  readonly kind: TrashKind;
  readonly field: string;
  readonly shared?: boolean;
}

/** A record of `model` names another in `field`, once or in a list, and outlives it. */
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

/**
 * In the order in which they are purged: what another kind owns or names goes before it, so that nothing is touched
 * twice.
 */
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

/** The kind of a name in `trashKinds`. */
export function kindNamed(name: string): TrashKind | undefined {
  return trashKinds.find((each) => each.name === name);
}

/** The collection of a name, of those that records are taken from. */
export function collectionNamed(name: string): Collection | undefined {
  const models = trashKinds.flatMap(({ model, namedBy }) => [model, ...namedBy.map((each) => each.model)]);
  return models.find(({ collection }) => collection.name === name)?.collection;
}
