/**
 * Pending offers whose time runs out: announced once within the last 48 hours of their validity, and set to `expired`
 * with an event after it. Extending `validUntil` allows one more of each, since the date is part of the key.
 */

import { emitEvents, type NewEvent } from '../events/emit-event.ts';
import { eventKeys } from '../events/event-types.ts';
import { Deal, type DealDoc } from '../models/deal.ts';
import { Offer, type OfferDoc } from '../models/offer.ts';
import { storedDate, storedId, storedNumber, storedText } from '../models/stored-value.ts';
import type { RunContext } from '../runs/run-context.ts';
import { expiringOffers, expiredOffers } from './due-offers.ts';
import { chunkSize, inChunks } from './in-chunks.ts';
import { toLocation } from './narrow-to-location.ts';
import { putOff } from './put-off.ts';

type Reason = 'offer_expiring' | 'offer_expired';

/** Emits `deal.stage_changed` for offers that expire or have expired, at most CHECK_BATCH of each in one run. */
export async function checkExpiringOffers(context: RunContext): Promise<void> {
  const now = context.clock.now();
  context.count('offersExpiring', 0);
  context.count('offersExpired', 0);
  await announceExpiring(now, context);
  await expire(now, context);
  await announceExpired(context);
}

async function announceExpiring(now: Date, context: RunContext): Promise<void> {
  let left = context.config.checkBatch;
  const stream = Offer.find({ ...expiringOffers(now), ...toLocation(context) })
    .sort({ validUntil: 1 })
    .lean<OfferDoc[]>()
    .cursor();
  for await (const offers of inChunks<OfferDoc>(stream, () => Math.min(chunkSize, left), context.signal)) {
    const emitted = await emit(offers, 'offer_expiring', context);
    context.count('offersExpiring', emitted);
    left -= emitted;
    if (left <= 0) return;
  }
}

/**
 * Sets offers to expired and notes, in the same write, that the event is due. Emitting before the write could announce
 * an offer that is accepted at this moment, emitting after it without the note could lose the event.
 */
async function expire(now: Date, context: RunContext): Promise<void> {
  let left = context.config.checkBatch;
  const stream = Offer.find({ ...expiredOffers(now), ...toLocation(context) })
    .sort({ validUntil: 1 })
    .lean<OfferDoc[]>()
    .cursor();
  for await (const offers of inChunks<OfferDoc>(stream, () => Math.min(chunkSize, left), context.signal)) {
    const deals = await dealsOf(offers, context);
    const alive = offers.filter((offer) => deals.has(String(offer._id)));
    await context.assertHeld();
    const { modifiedCount } = await Offer.updateMany(
      { _id: { $in: alive.map(({ _id }) => _id) }, ...expiredOffers(now) },
      { $set: { status: 'expired', expiredEventPending: true } },
    );
    left -= modifiedCount;
    if (left <= 0) return;
  }
}

/** Emits what `expire` noted, in this run or in one that died. */
async function announceExpired(context: RunContext): Promise<void> {
  const stream = Offer.find({ expiredEventPending: true, ...toLocation(context) })
    .lean<OfferDoc[]>()
    .cursor();
  for await (const offers of inChunks<OfferDoc>(stream, () => chunkSize, context.signal)) {
    // One that was given more time since is no longer expired.
    const emitted = await emit(
      offers.filter(({ status }) => status === 'expired'),
      'offer_expired',
      context,
    );
    context.count('offersExpired', emitted);
    await Offer.collection.updateMany(
      { _id: { $in: offers.map(({ _id }) => _id) } },
      { $unset: { expiredEventPending: '' } },
    );
  }
}

async function emit(offers: readonly OfferDoc[], reason: Reason, context: RunContext): Promise<number> {
  const deals = await dealsOf(offers, context);
  return emitEvents(
    offers.flatMap((offer) => {
      const deal = deals.get(String(offer._id));
      return deal ? (stageChanged(offer, deal, reason) ?? []) : [];
    }),
    context.clock,
  );
}

/**
 * The deals of offers, by offer id. An offer of a deleted, missing or foreign deal is not among them and is put off.
 */
async function dealsOf(offers: readonly OfferDoc[], context: RunContext): Promise<Map<string, DealDoc>> {
  const dealIds = offers.flatMap(({ dealId }) => storedId(dealId) ?? []);
  const deals = await Deal.find({ _id: { $in: dealIds }, deletedAt: null }).lean<DealDoc[]>();
  const byId = new Map(deals.map((deal) => [String(deal._id), deal]));
  const dealOf = new Map(
    offers.flatMap((offer) => {
      const deal = byId.get(String(offer.dealId));
      return deal && storedId(deal.locationId)?.equals(storedId(offer.locationId) ?? '')
        ? [[String(offer._id), deal] as const]
        : [];
    }),
  );
  const dangling = offers.filter(({ _id }) => !dealOf.has(String(_id))).map(({ _id }) => _id);
  context.count('danglingReferences', dangling.length);
  await putOff(Offer.collection, dangling, context);
  return dealOf;
}

function stageChanged(offer: OfferDoc, deal: DealDoc, reason: Reason): NewEvent<'deal.stage_changed'> | undefined {
  const [locationId, validUntil] = [storedId(offer.locationId), storedDate(offer.validUntil)];
  if (!locationId || !validUntil) return undefined;
  const [offerId, dealId, expiresAt] = [offer._id.toHexString(), deal._id.toHexString(), validUntil.toISOString()];
  const [amount, currency] = [storedNumber(offer.amount), storedText(offer.currency)];
  const hex = (id: unknown) => storedId(id)?.toHexString();
  const [contactId, conversationId] = [hex(deal.buyerContactId), hex(deal.conversationIds?.[0])];
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
