/** The date is part of the event's key: an extended offer is announced again. */

import { emitEvents, type NewEvent } from '../events/emit-event.ts';
import { eventKeys } from '../events/event-types.ts';
import { Deal, type DealDoc } from '../models/deal.ts';
import { Offer, type OfferDoc } from '../models/offer.ts';
import { alive } from '../models/deletion.ts';
import { storedAmount } from '../models/stored-amount.ts';
import { idKey, idSpellings, storedDate, storedId, storedList, storedText } from '../models/stored-value.ts';
import type { RunContext } from '../runs/run-context.ts';
import { byDatabaseTime } from './by-database-time.ts';
import { expiringOffers, expiredOffers, offersWithoutEnd } from './due-offers.ts';
import { chunkSize, inChunks } from './in-chunks.ts';
import { mendWords } from './mend-words.ts';
import { toLocation } from './narrow-to-location.ts';
import { putOff, putOffUnreadable } from './put-off.ts';
import { loadInOrder, takeTurns, type Stored } from './take-turns.ts';

const { collection } = Offer;

type Reason = 'offer_expiring' | 'offer_expired';

/** At most CHECK_BATCH of each kind per location. */
export async function checkExpiringOffers(given: RunContext): Promise<void> {
  const context = await byDatabaseTime(given);
  const now = context.clock.now();
  context.count('offersExpiring', 0);
  context.count('offersExpired', 0);
  await mendWords(collection, context);
  const noEnd = await collection
    .find({ ...offersWithoutEnd(now), ...toLocation(context) } as never, { projection: { _id: 1 } })
    .toArray();
  await putOffUnreadable(
    collection,
    'validUntil',
    noEnd.map(({ _id }) => _id),
    context,
  );
  await announceExpiring(now, context);
  await expire(now, context);
  await announceExpired(context);
}

function turnsOf(filter: object, waiting: string) {
  const found = collection.find<Stored>(filter as never, { projection: { _id: 1 }, batchSize: 1000 });
  const ends = (offer: Stored) => storedDate(offer['validUntil'])?.getTime() ?? 0;
  const order = (one: Stored, other: Stored) => ends(one) - ends(other);
  return { collection, found, fields: ['validUntil'], order, waiting };
}

async function announceExpiring(now: Date, context: RunContext): Promise<void> {
  await takeTurns(turnsOf(expiringOffers(now), 'offersWaiting'), context, async (ids) => {
    const emitted = await emit(await loadInOrder<OfferDoc>(collection, ids), 'offer_expiring', context);
    context.count('offersExpiring', emitted);
    return emitted;
  });
}

/**
 * Notes the event in the same write: emitting first could announce an offer accepted just then; emitting later could
 * lose the event.
 */
async function expire(now: Date, context: RunContext): Promise<void> {
  await takeTurns(turnsOf(expiredOffers(now), 'offersWaiting'), context, async (ids) => {
    const offers = await loadInOrder<OfferDoc>(collection, ids);
    const deals = await dealsOf(offers, context);
    const known = offers.filter((offer) => deals.has(idKey(offer._id))).map(({ _id }) => _id);
    await context.assertHeld();
    const { modifiedCount } = await collection.updateMany({ _id: { $in: known }, ...expiredOffers(now) } as never, {
      $set: { status: 'expired', expiredEventPending: true },
    });
    return modifiedCount;
  });
}

/** Also those noted by a run that died. */
async function announceExpired(context: RunContext): Promise<void> {
  const stream = collection.find<OfferDoc>({ expiredEventPending: true, ...toLocation(context) } as never);
  for await (const offers of inChunks<OfferDoc>(stream, () => chunkSize, context.signal)) {
    // Not if it was given more time since.
    const emitted = await emit(
      offers.filter(({ status }) => status === 'expired'),
      'offer_expired',
      context,
    );
    context.count('offersExpired', emitted);
    await collection.updateMany(
      { _id: { $in: offers.map(({ _id }) => _id) } },
      { $unset: { expiredEventPending: '' } },
    );
  }
}

async function emit(offers: readonly OfferDoc[], reason: Reason, context: RunContext): Promise<number> {
  const deals = await dealsOf(offers, context);
  return emitEvents(
    offers.flatMap((offer) => {
      const deal = deals.get(idKey(offer._id));
      return deal ? (stageChanged(offer, deal, reason) ?? []) : [];
    }),
    context.clock,
  );
}

async function dealsOf(offers: readonly OfferDoc[], context: RunContext): Promise<Map<string, DealDoc>> {
  const wanted = idSpellings(...offers.map(({ dealId }) => dealId));
  const deals = await Deal.collection.find<DealDoc>({ _id: { $in: wanted }, ...alive } as never).toArray();
  const byId = new Map(deals.map((deal) => [idKey(deal._id), deal]));
  const dealOf = new Map(
    offers.flatMap((offer) => {
      const deal = byId.get(idKey(offer.dealId));
      return deal && storedId(deal.locationId)?.equals(storedId(offer.locationId) ?? '')
        ? [[idKey(offer._id), deal] as const]
        : [];
    }),
  );
  const nameless = offers.filter(({ _id }) => !storedId(_id)).map(({ _id }) => _id);
  await putOffUnreadable(collection, '_id', nameless, context);
  const dangling = offers.filter(({ _id }) => !dealOf.has(idKey(_id)) && storedId(_id)).map(({ _id }) => _id);
  context.count('danglingReferences', dangling.length);
  await putOff(collection, dangling, context);
  for (const id of nameless) dealOf.delete(idKey(id));
  return dealOf;
}

function stageChanged(offer: OfferDoc, deal: DealDoc, reason: Reason): NewEvent<'deal.stage_changed'> | undefined {
  const hex = (id: unknown) => storedId(id)?.toHexString();
  const [locationId, validUntil] = [storedId(offer.locationId), storedDate(offer.validUntil)];
  const [offerId, dealId] = [hex(offer._id), hex(deal._id)];
  if (!locationId || !validUntil || !offerId || !dealId) return undefined;
  const expiresAt = validUntil.toISOString();
  const [amount, currency] = [storedAmount(offer.amount), storedText(offer.currency)];
  const [contactId, conversationId] = [hex(deal.buyerContactId), hex(storedList(deal.conversationIds)[0])];
  return {
    type: 'deal.stage_changed',
    key: (reason === 'offer_expiring' ? eventKeys.offerExpiring : eventKeys.offerExpired)(offerId, expiresAt),
    locationId,
    payload: {
      dealId,
      offerId,
      reason,
      expiresAt,
      ...(amount === undefined ? {} : { amount }),
      ...(currency ? { currency } : {}),
    },
    metadata: {
      sourceId: offerId,
      dealId,
      ...(contactId ? { contactId } : {}),
      ...(conversationId ? { conversationId } : {}),
    },
  };
}
