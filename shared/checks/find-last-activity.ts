import type { Types } from 'mongoose';
import type { ContactDoc } from '../models/contact.ts';
import { Conversation, lastMessages } from '../models/conversation.ts';
import { Deal } from '../models/deal.ts';
import { Offer } from '../models/offer.ts';
import { storedDate } from '../models/stored-value.ts';
import { Viewing } from '../models/viewing.ts';

/**
 * When something last happened with each of a few contacts: a message either way, a note (kept in `lastActivityAt`), a
 * viewing (when it was arranged, and when it takes place), an offer. Saving the record is nothing. Somebody with whom
 * nothing ever happened counts from the day that the record was made, which for an imported one tells nothing else.
 *
 * @returns by contact id, hexadecimal; a viewing that is arranged lies in the future
 */
export async function findLastActivity(
  contacts: readonly Pick<ContactDoc, '_id' | 'lastActivityAt' | 'createdAt'>[],
): Promise<Map<string, Date>> {
  const last = new Map<string, Date>();
  const note = (contactId: unknown, stored: unknown) => {
    const [at, before] = [storedDate(stored), last.get(String(contactId))];
    if (at && (!before || at > before)) last.set(String(contactId), at);
  };
  for (const { _id, lastActivityAt } of contacts) note(_id, lastActivityAt);
  const ids = contacts.map(({ _id }) => _id);
  await Promise.all([
    Conversation.aggregate<{ contactId: Types.ObjectId; times: unknown[] }>(lastMessages(ids)).then((conversations) => {
      for (const { contactId, times } of conversations) for (const at of times) note(contactId, at);
    }),
    lastViewings(ids).then((viewings) => viewings.forEach(({ _id, at }) => note(_id, at))),
    lastOffers(ids).then((offers) => offers.forEach(({ contactId, at }) => note(contactId, at))),
  ]);
  return new Map(
    contacts.map(({ _id, createdAt }) => [
      String(_id),
      last.get(String(_id)) ?? storedDate(createdAt) ?? _id.getTimestamp(),
    ]),
  );
}

function lastViewings(contactIds: readonly Types.ObjectId[]): Promise<{ _id: Types.ObjectId; at: unknown }[]> {
  const takesPlace = { $cond: [{ $eq: ['$status', 'cancelled'] }, null, '$scheduledAt'] };
  return Viewing.aggregate([
    { $match: { contactId: { $in: contactIds }, deletedAt: null } },
    { $group: { _id: '$contactId', at: { $max: { $max: ['$createdAt', takesPlace] } } } },
  ]);
}

/** Offers belong to deals, deals to their buyers. */
async function lastOffers(
  contactIds: readonly Types.ObjectId[],
): Promise<{ contactId: Types.ObjectId | undefined; at: unknown }[]> {
  const deals = await Deal.find({ buyerContactId: { $in: contactIds } }, { buyerContactId: 1 }).lean();
  if (deals.length === 0) return [];
  const buyers = new Map(deals.map((deal) => [String(deal._id), deal.buyerContactId]));
  const offers = await Offer.aggregate<{ _id: Types.ObjectId; at: unknown }>([
    { $match: { dealId: { $in: deals.map(({ _id }) => _id) } } },
    { $group: { _id: '$dealId', at: { $max: '$createdAt' } } },
  ]);
  return offers.map(({ _id, at }) => ({ contactId: buyers.get(String(_id)), at }));
}
