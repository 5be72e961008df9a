/** `leadCheckAt` says when to look at a lead again: once per idle time, or after a change of LEAD_IDLE_DAYS. */

import { emitEvents, type NewEvent } from '../events/emit-event.ts';
import { eventKeys } from '../events/event-types.ts';
import { Contact, leadsToCheck } from '../models/contact.ts';
import { idKey, storedDate, storedId, storedNumber, storedText } from '../models/stored-value.ts';
import { day } from '../platform/clock.ts';
import type { RunContext } from '../runs/run-context.ts';
import { nameUnreadable } from '../runs/unreadable-records.ts';
import { byDatabaseTime } from './by-database-time.ts';
import { findLastActivity } from './find-last-activity.ts';
import { isClosed, judgeLead, type LeadVerdict } from './judge-lead.ts';
import { mendWords } from './mend-words.ts';
import { loadInOrder, takeTurns, type Stored } from './take-turns.ts';

interface Judged {
  readonly lead: Stored;
  readonly lastActivityAt: Date;
  readonly verdict: LeadVerdict;
}

/** Best leads first. */
export async function checkInactiveLeads(given: RunContext): Promise<void> {
  const context = await byDatabaseTime(given);
  const { config, clock } = context;
  const { collection } = Contact;
  context.count('inactiveLeads', 0);
  await mendWords(collection, context);
  const filter = leadsToCheck(clock.now(), config.leadMinScore, config.leadIdleDays);
  const found = collection.find<Stored>(filter as never, { projection: { _id: 1 }, batchSize: 1000 });
  const order = (one: Stored, other: Stored) => scoreOf(other) - scoreOf(one);
  const turns = { collection, found, fields: ['leadScore'], order, waiting: 'inactiveLeadsWaiting' };
  await takeTurns(turns, context, (ids) => checkPage(ids, context));
}

/** Absent: never scored. */
function scoreOf({ leadScore }: Stored): number {
  return Math.min(100, Math.max(0, storedNumber(leadScore) ?? 0));
}

async function checkPage(ids: readonly unknown[], context: RunContext): Promise<number> {
  const { config, clock } = context;
  const [now, idleMs] = [clock.now(), config.leadIdleDays * day];
  const leads = await loadInOrder<Stored>(Contact.collection, ids);
  const lastActivity = await findLastActivity(leads);
  const judged = leads.map((lead): Judged => {
    const lastActivityAt = lastActivity.get(idKey(lead._id)) ?? now;
    const announcedAt = storedDate(lead['leadAnnouncedAt']);
    const quietUntil = announcedAt && announcedAt <= now ? new Date(announcedAt.getTime() + idleMs) : undefined;
    const isQuiet = scoreOf(lead) < config.leadMinScore || isClosed(storedText(lead['leadStatus']));
    const verdict = judgeLead(lastActivityAt, quietUntil, now, idleMs, isQuiet);
    return { lead, lastActivityAt, verdict };
  });
  const due = judged.filter(({ verdict }) => verdict.due);
  const unreadable = (field: string, isRead: (lead: Stored) => unknown) => {
    const odd = due.filter(({ lead }) => !isRead(lead)).map(({ lead }) => lead._id);
    nameUnreadable(context, Contact.collection.name, field, odd);
  };
  unreadable('_id', ({ _id }) => storedId(_id));
  unreadable('locationId', ({ locationId }) => storedId(locationId));
  const emitted = await emitEvents(
    due.flatMap((each) => inactiveLead(each, now) ?? []),
    clock,
  );
  context.count('inactiveLeads', emitted);
  context.count('leadsLookedAt', leads.length);
  await context.assertHeld();
  await noteLooks(judged, config.leadIdleDays, now);
  return emitted;
}

async function noteLooks(judged: readonly Judged[], leadCheckDays: number, now: Date): Promise<void> {
  if (judged.length === 0) return;
  await Contact.collection.bulkWrite(
    judged.map(({ lead: { _id }, verdict }) => {
      const looked = { leadCheckAt: verdict.nextCheckAt, leadCheckDays };
      const update = { $set: verdict.due ? { ...looked, leadAnnouncedAt: now } : looked };
      return { updateOne: { filter: { _id }, update } };
    }),
    { ordered: false },
  );
}

function inactiveLead({ lead, lastActivityAt, verdict }: Judged, now: Date): NewEvent<'follow_up.due'> | undefined {
  const [id, locationId] = [storedId(lead._id), storedId(lead['locationId'])];
  if (!id || !locationId) return undefined;
  const contactId = id.toHexString();
  return {
    type: 'follow_up.due',
    key: eventKeys.inactiveLead(contactId, verdict.dueAt.toISOString()),
    locationId,
    payload: {
      contactId,
      reason: 'inactive_lead',
      idleDays: Math.floor((now.getTime() - lastActivityAt.getTime()) / day),
      leadScore: scoreOf(lead),
    },
    metadata: { sourceId: contactId, contactId },
  };
}
