/** Follow-ups that are due: a contact's or a viewing's date has passed and nobody has acted on it. */

import type { Types } from 'mongoose';
import { emitEvents, type NewEvent } from '../events/emit-event.ts';
import { eventKeys } from '../events/event-types.ts';
import { CheckCursor } from '../models/check-cursor.ts';
import { Contact } from '../models/contact.ts';
import { minDate, storedDate, storedId } from '../models/stored-value.ts';
import { Viewing } from '../models/viewing.ts';
import { day, hour } from '../platform/clock.ts';
import type { RunContext } from '../runs/run-context.ts';
import {
  dueCompletedViewings,
  dueConfirmedViewings,
  dueContacts,
  dueViewings,
  movedConfirmedViewings,
  movedContacts,
  movedViewings,
  viewingDueAt,
} from './due-follow-ups.ts';
import { findAnswered } from './find-answered.ts';
import { chunkSize, inChunks } from './in-chunks.ts';
import { toLocation } from './narrow-to-location.ts';
import { putOff } from './put-off.ts';

interface Due {
  readonly _id: Types.ObjectId;
  readonly dueAt: Date;
  /** `undefined`: settled without an event. */
  readonly event: NewEvent<'follow_up.due'> | undefined;
}

interface Judged {
  readonly due: readonly Due[];
  /** Cannot become an event now. */
  readonly later: readonly Types.ObjectId[];
}

/** Emits `follow_up.due` for contacts and viewings, at most CHECK_BATCH in one run. */
export async function checkFollowUps(context: RunContext): Promise<void> {
  const now = context.clock.now();
  const from = await earliestMoved(now);
  let left = context.config.checkBatch;
  context.count('followUps', 0);
  for (const [model, pipeline, judge] of [
    [Contact, dueContacts(now), judgeContacts],
    [Viewing, dueViewings(now), judgeViewings],
    [Viewing, dueConfirmedViewings(now), judgeViewings],
    [Viewing, dueCompletedViewings(now), judgeViewings],
    [Contact, movedContacts(from, now), judgeContacts],
    [Viewing, movedViewings(from, now), judgeViewings],
    [Viewing, movedConfirmedViewings(from, now), judgeViewings],
  ] as const) {
    const stream = model.collection.aggregate<{ _id: Types.ObjectId }>(pipeline as never[], { batchSize: 1000 });
    for await (const chunk of inChunks(stream, () => chunkSize, context.signal)) {
      const { due, later } = await judge(
        chunk.map(({ _id }) => _id),
        now,
        context,
      );
      left -= await emitAndSettle(model.collection, due.slice(0, left), context);
      // Open again, and not for now.
      await putOff(model.collection, later, context, { followUpSettledFor: '' });
      if (left <= 0) return;
    }
  }
  if (from.getTime() === minDate.getTime() && !context.parameters.locationId)
    await CheckCursor.updateOne({ check }, { $set: { watermark: now } }, { upsert: true });
}

const check = 'follow-ups';

/**
 * How far back to look for settled dates that were moved: to another one of the last week in each run, to any once a
 * day. A date that was moved ahead has passed in the last week when it is found, or no run came for a day.
 */
async function earliestMoved(now: Date): Promise<Date> {
  const cursor = await CheckCursor.findOne({ check }).lean();
  const allSeenAgo = now.getTime() - (storedDate(cursor?.watermark)?.getTime() ?? 0);
  return new Date(allSeenAgo >= 0 && allSeenAgo < day ? now.getTime() - 7 * day : minDate.getTime());
}

/** Emits first and settles after: a run that dies in between emits nothing twice, since the keys are the same. */
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
    due.map(({ _id, dueAt }) => ({ updateOne: { filter: { _id }, update: { $set: { followUpSettledFor: dueAt } } } })),
    { ordered: false },
  );
  return emitted;
}

async function judgeContacts(ids: readonly Types.ObjectId[], now: Date, context: RunContext): Promise<Judged> {
  const contacts = await Contact.find(
    { _id: { $in: ids }, deletedAt: null, ...toLocation(context) },
    { locationId: 1, expectedFollowUpAt: 1 },
  ).lean();
  const later: Types.ObjectId[] = [];
  const open = contacts.flatMap(({ _id, ...stored }) => {
    const [locationId, dueAt] = [storedId(stored.locationId), storedDate(stored.expectedFollowUpAt)];
    if (locationId && dueAt) return dueAt < now ? [{ _id, locationId, dueAt }] : [];
    later.push(_id);
    return [];
  });
  context.count('unreadableRecords', later.length);
  const answered = await findAnswered(open);
  context.count('followUpsAnswered', answered.size);
  const due = open.map((contact) => ({
    ...contact,
    event: answered.has(String(contact._id)) ? undefined : followUp(contact, undefined, contact.dueAt, now),
  }));
  return { due, later };
}

async function judgeViewings(ids: readonly Types.ObjectId[], now: Date, context: RunContext): Promise<Judged> {
  const viewings = await Viewing.find({ _id: { $in: ids }, deletedAt: null, ...toLocation(context) }).lean();
  const contactIds = viewings.flatMap((viewing) => storedId(viewing.contactId) ?? []);
  const contacts = await Contact.find({ _id: { $in: contactIds }, deletedAt: null }, { locationId: 1 }).lean();
  const locationOf = new Map(contacts.map((contact) => [String(contact._id), storedId(contact.locationId)]));
  const later: Types.ObjectId[] = [];
  const due = viewings.flatMap((viewing): Due[] => {
    const [contactId, locationId] = [storedId(viewing.contactId), storedId(viewing.locationId)];
    if (!contactId || !locationId || !locationOf.get(String(contactId))?.equals(locationId)) {
      later.push(viewing._id);
      return [];
    }
    const dueAt = viewingDueAt(viewing);
    return dueAt && dueAt < now
      ? [{ _id: viewing._id, dueAt, event: followUp({ _id: contactId, locationId }, viewing._id, dueAt, now) }]
      : [];
  });
  context.count('danglingReferences', later.length);
  return { due, later };
}

function followUp(
  contact: { _id: Types.ObjectId; locationId: Types.ObjectId },
  viewingId: Types.ObjectId | undefined,
  due: Date,
  now: Date,
): NewEvent<'follow_up.due'> {
  const [contactId, dueAt] = [contact._id.toHexString(), due.toISOString()];
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
