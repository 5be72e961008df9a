import type { Types } from 'mongoose';
import { emitEvents, type NewEvent } from '../events/emit-event.ts';
import { eventKeys } from '../events/event-types.ts';
import { CheckCursor } from '../models/check-cursor.ts';
import { Contact } from '../models/contact.ts';
import { alive } from '../models/deletion.ts';
import { idKey, idSpellings, minDate, storedDate, storedId } from '../models/stored-value.ts';
import { Viewing, type ViewingDoc } from '../models/viewing.ts';
import { day, hour } from '../platform/clock.ts';
import type { RunContext } from '../runs/run-context.ts';
import { byDatabaseTime } from './by-database-time.ts';
import {
  dueCompletedViewings,
  dueConfirmedViewings,
  dueContacts,
  dueViewings,
  movedConfirmedViewings,
  movedContacts,
  movedViewings,
  unreadableDates,
  viewingDueAt,
} from './due-follow-ups.ts';
import { findAnswered } from './find-answered.ts';
import { mendWords } from './mend-words.ts';
import { putOff, putOffUnreadable } from './put-off.ts';
import { takeTurns, type Stored } from './take-turns.ts';

interface Due {
  readonly _id: unknown;
  readonly dueAt: Date;
  /** `undefined`: settled without an event. */
  readonly event: NewEvent<'follow_up.due'> | undefined;
}

export async function checkFollowUps(given: RunContext): Promise<void> {
  const context = await byDatabaseTime(given);
  const now = context.clock.now();
  const from = await earliestMoved(now);
  context.count('followUps', 0);
  await mendWords(Viewing.collection, context);
  for (const [model, pipeline, judge] of [
    // May mend dates, which are then due.
    [Contact, unreadableDates(now), judgeContacts],
    [Viewing, unreadableDates(now), judgeViewings],
    [Contact, dueContacts(now), judgeContacts],
    [Viewing, dueViewings(now), judgeViewings],
    [Viewing, dueConfirmedViewings(now), judgeViewings],
    [Viewing, dueCompletedViewings(now), judgeViewings],
    [Contact, movedContacts(from, now), judgeContacts],
    [Viewing, movedViewings(from, now), judgeViewings],
    [Viewing, movedConfirmedViewings(from, now), judgeViewings],
  ] as const) {
    const { collection } = model;
    const found = collection.aggregate<Stored>(pipeline as never[], { batchSize: 1000 });
    await takeTurns({ collection, found, waiting: 'followUpsWaiting' }, context, async (ids, left) => {
      const due = await judge(ids, now, context);
      return emitAndSettle(collection, due.slice(0, left), context);
    });
  }
  if (from.getTime() === minDate.getTime() && !context.parameters.locationId)
    await CheckCursor.updateOne({ check }, { $set: { watermark: now } }, { upsert: true });
}

const check = 'follow-ups';

/** Moved dates: a week back in each run, everything once a day. */
async function earliestMoved(now: Date): Promise<Date> {
  const cursor = await CheckCursor.findOne({ check }).lean();
  const allSeenAgo = now.getTime() - (storedDate(cursor?.watermark)?.getTime() ?? 0);
  return new Date(allSeenAgo >= 0 && allSeenAgo < day ? now.getTime() - 7 * day : minDate.getTime());
}

/** After a kill between the two, the same keys emit nothing twice. */
async function emitAndSettle(
  collection: typeof Contact.collection,
  due: readonly Due[],
  context: RunContext,
): Promise<number> {
  if (due.length === 0) return 0;
  const emitted = await emitEvents(
    due.flatMap(({ event }) => event ?? []),
    context.clock,
  );
  context.count('followUps', emitted);
  await context.assertHeld();
  await collection.bulkWrite(
    due.map(({ _id, dueAt }) => ({
      updateOne: { filter: { _id } as never, update: { $set: { followUpSettledFor: dueAt } } },
    })),
    { ordered: false },
  );
  return emitted;
}

/** It was settled for another date. */
const reopened = { followUpSettledFor: '' } as const;

async function judgeContacts(ids: readonly unknown[], now: Date, context: RunContext): Promise<Due[]> {
  const { collection } = Contact;
  const contacts = await collection
    .find({ _id: { $in: ids }, ...alive } as never, { projection: { locationId: 1, expectedFollowUpAt: 1 } })
    .toArray();
  const unreadable = new Map<string, unknown[]>();
  const open = contacts.flatMap(({ _id, ...stored }) => {
    const [contactId, locationId] = [storedId(_id), storedId(stored['locationId'])];
    const dueAt = storedDate(stored['expectedFollowUpAt']);
    if (contactId && locationId && dueAt) return dueAt < now ? [{ _id, contactId, locationId, dueAt }] : [];
    const field = !contactId ? '_id' : !locationId ? 'locationId' : 'expectedFollowUpAt';
    unreadable.set(field, [...(unreadable.get(field) ?? []), _id]);
    return [];
  });
  for (const [field, odd] of unreadable) await putOffUnreadable(collection, field, odd, context, reopened);
  const answered = await findAnswered(open);
  context.count('followUpsAnswered', answered.size);
  return open.map((contact) => ({
    _id: contact._id,
    dueAt: contact.dueAt,
    event: answered.has(idKey(contact._id)) ? undefined : followUp(contact, undefined, contact.dueAt, now),
  }));
}

async function judgeViewings(ids: readonly unknown[], now: Date, context: RunContext): Promise<Due[]> {
  const { collection } = Viewing;
  const viewings = await collection.find<ViewingDoc>({ _id: { $in: ids }, ...alive } as never).toArray();
  const contacts = await Contact.collection
    .find({ _id: { $in: idSpellings(...viewings.map(({ contactId }) => contactId)) }, ...alive } as never, {
      projection: { locationId: 1 },
    })
    .toArray();
  const locationOf = new Map(contacts.map((contact) => [idKey(contact._id), storedId(contact['locationId'])]));
  const [dangling, unreadable]: [unknown[], unknown[]] = [[], []];
  const due = viewings.flatMap((viewing): Due[] => {
    const viewingId = storedId(viewing._id);
    const [contactId, locationId] = [storedId(viewing.contactId), storedId(viewing.locationId)];
    if (!viewingId || (viewing.expectedFollowUpAt && !storedDate(viewing.expectedFollowUpAt))) {
      unreadable.push(viewing._id);
      return [];
    }
    if (!contactId || !locationId || !locationOf.get(idKey(contactId))?.equals(locationId)) {
      dangling.push(viewing._id);
      return [];
    }
    const dueAt = viewingDueAt(viewing);
    return dueAt && dueAt < now
      ? [{ _id: viewing._id, dueAt, event: followUp({ contactId, locationId }, viewingId, dueAt, now) }]
      : [];
  });
  context.count('danglingReferences', dangling.length);
  await putOff(collection, dangling, context, reopened);
  await putOffUnreadable(collection, 'expectedFollowUpAt', unreadable, context, reopened);
  return due;
}

function followUp(
  contact: { contactId: Types.ObjectId; locationId: Types.ObjectId },
  viewingId: Types.ObjectId | undefined,
  due: Date,
  now: Date,
): NewEvent<'follow_up.due'> {
  const [contactId, dueAt] = [contact.contactId.toHexString(), due.toISOString()];
  const hoursOverdue = Math.round((10 * (now.getTime() - due.getTime())) / hour) / 10;
  return {
    type: 'follow_up.due',
    key: viewingId
      ? eventKeys.viewingFollowUp(viewingId.toHexString(), dueAt)
      : eventKeys.contactFollowUp(contactId, dueAt),
    locationId: contact.locationId,
    payload: { contactId, ...(viewingId ? { viewingId: viewingId.toHexString() } : {}), dueAt, hoursOverdue },
    metadata: { sourceId: viewingId?.toHexString() ?? contactId, contactId },
  };
}
