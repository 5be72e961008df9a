/**
 * Follow-ups that are due: a contact's or a viewing's date has passed and nobody has acted on it.
 *
 * Subjects keep the due time that was dealt with (`followUpSettledFor`), so a moved date is news and anything else is
 * not, whatever the clock did or however long no run came. The queries read index keys only; a document is read when it
 * is about to become an event.
 */

import type { PipelineStage, Types } from 'mongoose';
import { emitEvents, type NewEvent } from '../events/emit-event.ts';
import { eventKeys } from '../events/event-types.ts';
import { Contact } from '../models/contact.ts';
import { storedDate, storedId } from '../models/stored-value.ts';
import { Viewing, type ViewingDoc } from '../models/viewing.ts';
import { hour } from '../platform/clock.ts';
import type { RunContext } from '../runs/run-context.ts';
import { findAnswered } from './find-answered.ts';
import { chunkSize, inChunks } from './in-chunks.ts';
import { toLocation } from './narrow-to-location.ts';

/** How long after a viewing its follow-up is due when nobody set a date. */
export const viewingFollowUpDelay = 2 * hour;

/**
 * When the follow-up of a viewing is due; `undefined`: never, because there is feedback, it was cancelled, or it was
 * not even confirmed.
 */
export function viewingDueAt(viewing: Pick<ViewingDoc, 'status' | 'scheduledAt' | 'feedbackReceived' | 'expectedFollowUpAt'>): Date | undefined {
  if (viewing.feedbackReceived || viewing.status === 'cancelled') return undefined;
  if (viewing.expectedFollowUpAt) return storedDate(viewing.expectedFollowUpAt);
  const scheduledAt = storedDate(viewing.scheduledAt);
  return viewing.status === 'confirmed' && scheduledAt ? new Date(scheduledAt.getTime() + viewingFollowUpDelay) : undefined;
}

/**
 * Keeps what has a due time other than the settled one. Computed in a projection of indexed fields, it is told from
 * index keys; as a condition of the match it would read the documents.
 */
function whereOpen(dueAt: unknown): PipelineStage[] {
  const open = { $and: [{ $ne: [dueAt, null] }, { $ne: [dueAt, '$followUpSettledFor'] }] };
  return [{ $project: { open } }, { $match: { open: true } }];
}

/** Contacts whose date has passed and is not settled. */
export function dueContacts(now: Date): PipelineStage[] {
  return [{ $match: { expectedFollowUpAt: { $lt: now } } }, ...whereOpen('$expectedFollowUpAt')];
}

/** Viewings with a date of their own that has passed. */
export function dueViewings(now: Date): PipelineStage[] {
  const never = { $or: ['$feedbackReceived', { $eq: ['$status', 'cancelled'] }] };
  return [{ $match: { expectedFollowUpAt: { $lt: now } } }, ...whereOpen({ $cond: [never, null, '$expectedFollowUpAt'] })];
}

/** Confirmed viewings without such a date that took place long enough ago. */
export function dueConfirmedViewings(now: Date): PipelineStage[] {
  const never = { $or: ['$feedbackReceived', '$expectedFollowUpAt'] };
  return [
    { $match: { status: 'confirmed', scheduledAt: { $lt: new Date(now.getTime() - viewingFollowUpDelay) } } },
    ...whereOpen({ $cond: [never, null, { $add: ['$scheduledAt', viewingFollowUpDelay] }] }),
  ];
}

interface Due {
  readonly _id: Types.ObjectId;
  readonly dueAt: Date;
  /** `undefined`: settled without an event. */
  readonly event: NewEvent<'follow_up.due'> | undefined;
}

/** Emits `follow_up.due` for contacts and viewings, at most CHECK_BATCH in one run. */
export async function checkFollowUps(context: RunContext): Promise<void> {
  const now = context.clock.now();
  let left = context.config.checkBatch;
  context.count('followUps', 0);
  for (const [model, pipeline, judge] of [
    [Contact, dueContacts(now), judgeContacts],
    [Viewing, dueViewings(now), judgeViewings],
    [Viewing, dueConfirmedViewings(now), judgeViewings],
  ] as const) {
    if (left <= 0) break;
    const stream = model.collection.aggregate<{ _id: Types.ObjectId }>(pipeline as never[], { batchSize: 1000 });
    for await (const chunk of inChunks(stream, () => chunkSize, context.signal)) {
      const due = await judge(chunk.map(({ _id }) => _id), now, context);
      left -= await emitAndSettle(model.collection, due.slice(0, left), context);
      if (left <= 0) break;
    }
  }
}

/** Emits first and settles after: a run that dies in between emits nothing twice, since the keys are the same. */
async function emitAndSettle(collection: typeof Contact.collection, due: readonly Due[], context: RunContext): Promise<number> {
  if (due.length === 0) return 0;
  const emitted = await emitEvents(due.flatMap(({ event }) => event ?? []), context.clock);
  context.count('followUps', emitted);
  await context.assertHeld();
  await collection.bulkWrite(due.map(({ _id, dueAt }) => ({ updateOne: { filter: { _id }, update: { $set: { followUpSettledFor: dueAt } } } })), { ordered: false });
  return emitted;
}

async function judgeContacts(ids: readonly Types.ObjectId[], now: Date, context: RunContext): Promise<Due[]> {
  const contacts = await Contact.find({ _id: { $in: ids }, deletedAt: null, ...toLocation(context) }, { locationId: 1, expectedFollowUpAt: 1 }).lean();
  const open = contacts.flatMap((contact) => {
    const [locationId, dueAt] = [storedId(contact.locationId), storedDate(contact.expectedFollowUpAt)];
    if (!locationId) context.count('unreadableRecords');
    return locationId && dueAt && dueAt < now ? [{ _id: contact._id, locationId, dueAt }] : [];
  });
  const answered = await findAnswered(open);
  context.count('followUpsAnswered', answered.size);
  return open.map((contact) => ({
    ...contact,
    event: answered.has(String(contact._id)) ? undefined : followUp(contact, undefined, contact.dueAt, now),
  }));
}

async function judgeViewings(ids: readonly Types.ObjectId[], now: Date, context: RunContext): Promise<Due[]> {
  const viewings = await Viewing.find({ _id: { $in: ids }, deletedAt: null, ...toLocation(context) }).lean();
  const contactIds = viewings.flatMap((viewing) => storedId(viewing.contactId) ?? []);
  const contacts = await Contact.find({ _id: { $in: contactIds }, deletedAt: null }, { locationId: 1 }).lean();
  const locationOf = new Map(contacts.map((contact) => [String(contact._id), storedId(contact.locationId)]));
  return viewings.flatMap((viewing) => {
    const [contactId, locationId] = [storedId(viewing.contactId), storedId(viewing.locationId)];
    if (!contactId || !locationId || !locationOf.get(String(contactId))?.equals(locationId)) {
      context.count('danglingReferences');
      return [];
    }
    const dueAt = viewingDueAt(viewing);
    return dueAt && dueAt < now ? [{ _id: viewing._id, dueAt, event: followUp({ _id: contactId, locationId }, viewing._id, dueAt, now) }] : [];
  });
}

function followUp(contact: { _id: Types.ObjectId; locationId: Types.ObjectId }, viewingId: Types.ObjectId | undefined, due: Date, now: Date): NewEvent<'follow_up.due'> {
  const [contactId, dueAt] = [contact._id.toHexString(), due.toISOString()];
  const hoursOverdue = Math.round((10 * (now.getTime() - due.getTime())) / hour) / 10;
  return {
    type: 'follow_up.due',
    key: viewingId ? eventKeys.viewingFollowUp(viewingId.toHexString(), dueAt) : eventKeys.contactFollowUp(contactId, dueAt),
    locationId: contact.locationId,
    payload: { contactId, ...(viewingId ? { viewingId: viewingId.toHexString() } : {}), dueAt, hoursOverdue },
    metadata: { sourceId: viewingId?.toHexString() ?? contactId, contactId },
  };
}
