/**
 * Qualified leads that nothing happens with.
 *
 * A lead keeps when it is to be looked at next (`leadCheckAt`): when its idle time would be over, or a further idle
 * time after it was announced. So each lead is read about once per idle time, whatever the size of the collection, and
 * those that wait are found best first by an index that has the score before the date.
 */

import type { Types } from 'mongoose';
import { emitEvents, type NewEvent } from '../events/emit-event.ts';
import { eventKeys } from '../events/event-types.ts';
import { Contact, leadsToCheck, type ContactDoc } from '../models/contact.ts';
import { storedDate, storedId, storedNumber } from '../models/stored-value.ts';
import { day } from '../platform/clock.ts';
import type { RunContext } from '../runs/run-context.ts';
import { findLastActivity } from './find-last-activity.ts';
import { type LeadVerdict, judgeLead } from './judge-lead.ts';
import { toLocation } from './narrow-to-location.ts';

const pageSize = 500;

/** Emits `follow_up.due` with reason `inactive_lead`, the best leads first, at most CHECK_BATCH in one run. */
export async function checkInactiveLeads(context: RunContext): Promise<void> {
  const { config, clock, signal } = context;
  const now = clock.now();
  const idleMs = config.leadIdleDays * day;
  let left = config.checkBatch;
  context.count('inactiveLeads', 0);
  for (const implausible of [false, true]) {
    const filter = { ...leadsToCheck(now, config.leadMinScore, idleMs, implausible), ...toLocation(context) };
    while (left > 0) {
      signal.throwIfAborted();
      // Each page moves the dates of its leads, and so out of the filter: the next page is the same query.
      const leads = await Contact.find(filter)
        .sort({ leadScore: -1 })
        .limit(Math.min(pageSize, left))
        .lean<ContactDoc[]>();
      if (leads.length === 0) break;
      left -= await checkPage(leads, now, idleMs, context);
    }
  }
}

async function checkPage(
  leads: readonly ContactDoc[],
  now: Date,
  idleMs: number,
  context: RunContext,
): Promise<number> {
  const lastActivity = await findLastActivity(leads);
  const judged = leads.map((lead) => {
    const lastActivityAt = lastActivity.get(String(lead._id)) as Date;
    return { lead, lastActivityAt, verdict: judgeLead(lastActivityAt, storedDate(lead.leadCheckAt), now, idleMs) };
  });
  const events = judged
    .filter(({ verdict }) => verdict.due)
    .flatMap(({ lead, lastActivityAt, verdict }) => {
      const [locationId, leadScore] = [storedId(lead.locationId), storedNumber(lead.leadScore)];
      if (locationId && leadScore !== undefined)
        return inactiveLead({ _id: lead._id, locationId, leadScore }, lastActivityAt, verdict, now);
      context.count('unreadableRecords');
      return [];
    });
  const emitted = await emitEvents(events, context.clock);
  context.count('inactiveLeads', emitted);
  context.count('leadsLookedAt', leads.length);
  await context.assertHeld();
  await Contact.collection.bulkWrite(
    judged.map(({ lead, verdict }) => ({
      updateOne: { filter: { _id: lead._id }, update: { $set: { leadCheckAt: verdict.nextCheckAt } } },
    })),
    { ordered: false },
  );
  return emitted;
}

function inactiveLead(
  lead: { _id: Types.ObjectId; locationId: Types.ObjectId; leadScore: number },
  lastActivityAt: Date,
  { dueAt }: LeadVerdict,
  now: Date,
): NewEvent<'follow_up.due'> {
  const contactId = lead._id.toHexString();
  return {
    type: 'follow_up.due',
    key: eventKeys.inactiveLead(contactId, dueAt.toISOString()),
    locationId: lead.locationId,
    payload: {
      contactId,
      reason: 'inactive_lead',
      idleDays: Math.floor((now.getTime() - lastActivityAt.getTime()) / day),
      leadScore: lead.leadScore,
    },
    metadata: { sourceId: contactId, contactId },
  };
}
