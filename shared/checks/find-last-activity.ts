import { Conversation, lastMessages } from '../models/conversation.ts';
import { Deal } from '../models/deal.ts';
import { alive } from '../models/deletion.ts';
import { Offer } from '../models/offer.ts';
import { idKey, idSpellings, storedId, storedMoment } from '../models/stored-value.ts';
import { wordSpellings } from '../models/stored-word.ts';
import { Viewing } from '../models/viewing.ts';

interface LeadToDate {
  readonly _id: unknown;
  readonly lastActivityAt?: unknown;
  readonly createdAt?: unknown;
}

interface LastTime {
  readonly contactId: unknown;
  readonly at: unknown;
}

/**
 * Last message, note (`lastActivityAt`), viewing or offer, never a mere save; else the date of creation.
 *
 * @returns by `idKey`; an arranged viewing may lie in the future
 */
export async function findLastActivity(contacts: readonly LeadToDate[]): Promise<Map<string, Date>> {
  const last = new Map<string, Date>();
  const note = (contactId: unknown, stored: unknown) => {
    const [at, before] = [storedMoment(stored), last.get(idKey(contactId))];
    if (at && (!before || at > before)) last.set(idKey(contactId), at);
  };
  for (const { _id, lastActivityAt } of contacts) note(_id, lastActivityAt);
  const ids = contacts.map(({ _id }) => _id);
  const [conversations, viewings, offers] = await Promise.all([
    Conversation.collection.aggregate<{ contactId: unknown; times: unknown[] }>(lastMessages(ids) as never[]).toArray(),
    lastViewings(ids),
    lastOffers(ids),
  ]);
  for (const { contactId, times } of conversations) for (const at of times) note(contactId, at);
  for (const { contactId, at } of [...viewings, ...offers]) note(contactId, at);
  return new Map(
    contacts.flatMap(({ _id, createdAt }) => {
      const at = last.get(idKey(_id)) ?? storedMoment(createdAt) ?? storedId(_id)?.getTimestamp();
      return at ? [[idKey(_id), at] as const] : [];
    }),
  );
}

async function lastViewings(contactIds: readonly unknown[]): Promise<LastTime[]> {
  const takesPlace = { $cond: [{ $in: ['$status', wordSpellings('cancelled')] }, null, '$scheduledAt'] };
  const found = await Viewing.collection
    .aggregate<{ _id: unknown; at: unknown }>([
      { $match: { contactId: { $in: idSpellings(...contactIds) }, ...alive } },
      { $group: { _id: '$contactId', at: { $max: { $max: ['$createdAt', takesPlace] } } } },
    ])
    .toArray();
  return found.map(({ _id, at }) => ({ contactId: _id, at }));
}

/** Of the buyers. */
async function lastOffers(contactIds: readonly unknown[]): Promise<LastTime[]> {
  const deals = await Deal.collection
    .find({ buyerContactId: { $in: idSpellings(...contactIds) } } as never, { projection: { buyerContactId: 1 } })
    .toArray();
  if (deals.length === 0) return [];
  const buyers = new Map(deals.map((deal) => [idKey(deal._id), deal['buyerContactId']]));
  const offers = await Offer.collection
    .aggregate<{ _id: unknown; at: unknown }>([
      { $match: { dealId: { $in: idSpellings(...deals.map(({ _id }) => _id)) } } },
      { $group: { _id: '$dealId', at: { $max: '$createdAt' } } },
    ])
    .toArray();
  return offers.map(({ _id, at }) => ({ contactId: buyers.get(idKey(_id)), at }));
}
