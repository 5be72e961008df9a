import type { Types } from 'mongoose';
import { emitEvents, type NewEvent } from '../events/emit-event.ts';
import { eventKeys } from '../events/event-types.ts';
import { Contact } from '../models/contact.ts';
import { alive } from '../models/deletion.ts';
import { idKey, idSpellings, storedDate, storedId, storedNumber } from '../models/stored-value.ts';
import { storedWord } from '../models/stored-word.ts';
import { confirmed, Viewing } from '../models/viewing.ts';
import { hour } from '../platform/clock.ts';
import type { RunContext } from '../runs/run-context.ts';
import { byDatabaseTime } from './by-database-time.ts';
import { dueNotice, notices, takenBack, type Announced } from './judge-upcoming.ts';
import { toLocation } from './narrow-to-location.ts';
import { noDate, notPutOff, putOffUnreadable } from './put-off.ts';
import { takeTurns, type Stored } from './take-turns.ts';

const { collection } = Viewing;

export async function checkUpcomingViewings(given: RunContext): Promise<void> {
  const context = await byDatabaseTime(given);
  const now = context.clock.now();
  context.count('viewingsUpcoming', 0);
  context.count('viewingsTakenBack', 0);
  await nameUnreadableTimes(context);
  const announced = collection.find<Stored>({ upcomingFor: { $gt: now } } as never, { projection: { _id: 1 } });
  await takeTurns({ collection, found: announced, waiting: 'viewingsWaiting' }, context, (ids) =>
    takeBack(ids, context),
  );
  const soon = { $gt: now, $lte: new Date(now.getTime() + notices[0] * hour) };
  const due = collection.find<Stored>({ ...confirmed, scheduledAt: soon, ...alive } as never, {
    projection: { _id: 1 },
  });
  await takeTurns({ collection, found: due, waiting: 'viewingsWaiting' }, context, (ids) => announce(ids, context));
}

async function nameUnreadableTimes(context: RunContext): Promise<void> {
  const filter = { ...notPutOff({ scheduledAt: noDate, ...alive }, context.clock.now()), ...toLocation(context) };
  const odd = await collection.find(filter as never, { projection: { _id: 1 } }).toArray();
  const ids = odd.map(({ _id }) => _id);
  await putOffUnreadable(collection, 'scheduledAt', ids, context);
}

function announcedOf(viewing: Stored): Announced | undefined {
  const [scheduledAt, notice] = [storedDate(viewing['upcomingFor']), storedNumber(viewing['upcomingNotice'])];
  return scheduledAt && { scheduledAt, notice: notice ?? notices[0] };
}

async function takeBack(ids: readonly unknown[], context: RunContext): Promise<number> {
  const now = context.clock.now();
  const viewings = await collection.find<Stored>({ _id: { $in: ids } } as never).toArray();
  const contacts = await locationsOfContacts(viewings.map(({ contactId }) => contactId));
  const back = viewings.flatMap((viewing) => {
    const announced = announcedOf(viewing);
    const stands = storedWord(viewing['status'], ['confirmed', 'completed']);
    const holds =
      stands !== undefined && !(viewing['deletedAt'] instanceof Date) && contacts.has(idKey(viewing['contactId']));
    const reason = announced && takenBack(announced, storedDate(viewing['scheduledAt']), holds, now);
    return reason ? [{ viewing, announced, reason }] : [];
  });
  const events = back.flatMap(({ viewing, announced, reason }): NewEvent<'viewing.upcoming_cancelled'>[] => {
    const ids = idsOf(viewing);
    if (!ids) return [];
    const { viewingId, contactId, locationId } = ids;
    const scheduledAt = announced.scheduledAt.toISOString();
    return [
      {
        type: 'viewing.upcoming_cancelled',
        key: eventKeys.viewingTakenBack(viewingId, scheduledAt, takenBackBefore(viewing)),
        locationId,
        payload: { viewingId, contactId, scheduledAt, reason },
        metadata: { sourceId: viewingId, contactId },
      },
    ];
  });
  const emitted = await emitEvents(events, context.clock);
  context.count('viewingsTakenBack', emitted);
  if (back.length === 0) return 0;
  await context.assertHeld();
  await collection.updateMany(
    { _id: { $in: back.map(({ viewing }) => viewing._id) } } as never,
    { $unset: { upcomingFor: '', upcomingNotice: '' }, $inc: { upcomingTakenBack: 1 } } as never,
  );
  return emitted;
}

/** Part of the key: the same time agreed again is announced again. */
function takenBackBefore(viewing: Stored): number {
  return storedNumber(viewing['upcomingTakenBack']) ?? 0;
}

async function announce(ids: readonly unknown[], context: RunContext): Promise<number> {
  const now = context.clock.now();
  const viewings = await collection.find<Stored>({ _id: { $in: ids } } as never).toArray();
  const due = viewings.flatMap((viewing) => {
    const scheduledAt = storedDate(viewing['scheduledAt']);
    const notice = scheduledAt && dueNotice(scheduledAt, announcedOf(viewing), now);
    return notice ? [{ viewing, scheduledAt, notice }] : [];
  });
  const locationOf = await locationsOfContacts(due.map(({ viewing }) => viewing['contactId']));
  const known = due.filter(({ viewing }) => {
    const locationId = storedId(viewing['locationId']);
    return locationId && locationOf.get(idKey(viewing['contactId']))?.equals(locationId);
  });
  const emitted = await emitEvents(
    known.flatMap((each) => upcoming(each.viewing, each.scheduledAt, each.notice) ?? []),
    context.clock,
  );
  context.count('viewingsUpcoming', emitted);
  if (known.length === 0) return 0;
  await context.assertHeld();
  await collection.bulkWrite(
    known.map(({ viewing: { _id }, scheduledAt, notice }) => ({
      updateOne: { filter: { _id }, update: { $set: { upcomingFor: scheduledAt, upcomingNotice: notice } } },
    })),
    { ordered: false },
  );
  return emitted;
}

async function locationsOfContacts(contactIds: readonly unknown[]): Promise<Map<string, Types.ObjectId | undefined>> {
  const found = await Contact.collection
    .find({ _id: { $in: idSpellings(...contactIds) }, ...alive } as never, { projection: { locationId: 1 } })
    .toArray();
  return new Map(found.map((contact) => [idKey(contact._id), storedId(contact['locationId'])]));
}

function idsOf(viewing: Stored) {
  const [viewingId, contactId] = [viewing._id, viewing['contactId']].map((id) => storedId(id)?.toHexString());
  const locationId = storedId(viewing['locationId']);
  return viewingId && contactId && locationId ? { viewingId, contactId, locationId } : undefined;
}

function upcoming(viewing: Stored, scheduledAt: Date, notice: number): NewEvent<'viewing.upcoming'> | undefined {
  const ids = idsOf(viewing);
  if (!ids) return undefined;
  const { viewingId, contactId, locationId } = ids;
  const [propertyId, at] = [storedId(viewing['propertyId'])?.toHexString(), scheduledAt.toISOString()];
  return {
    type: 'viewing.upcoming',
    key: eventKeys.viewingUpcoming(viewingId, at, notice, takenBackBefore(viewing)),
    locationId,
    payload: { viewingId, contactId, ...(propertyId ? { propertyId } : {}), scheduledAt: at, hoursBefore: notice },
    metadata: { sourceId: viewingId, contactId },
  };
}
