/**
 * A contact carries a mark of the search that was handled. Contacts saved since the last run are compared, and all once
 * a day, in case something bypassed the CRM.
 */

import type { Types } from 'mongoose';
import { emitEvents, type NewEvent } from '../events/emit-event.ts';
import { eventKeys } from '../events/event-types.ts';
import { CheckCursor } from '../models/check-cursor.ts';
import { Contact, isActiveSearch, searchesToCheck } from '../models/contact.ts';
import { isUnreadableAmount } from '../models/stored-amount.ts';
import { idKey, storedDate, storedId, storedMoment, storedNumber } from '../models/stored-value.ts';
import { day, hour } from '../platform/clock.ts';
import type { RunContext } from '../runs/run-context.ts';
import { nameUnreadable } from '../runs/unreadable-records.ts';
import { byDatabaseTime } from './by-database-time.ts';
import { searchMark } from './search-mark.ts';
import { takeTurns, type Stored } from './take-turns.ts';

/** Passed in by the job. */
export type FindStock = (
  locationId: Types.ObjectId,
  people: readonly { readonly _id: unknown; readonly requirements?: unknown }[],
  signal: AbortSignal,
) => Promise<ReadonlyMap<string, Stock>>;

interface Stock {
  readonly matches: readonly {
    readonly propertyId: string;
    readonly score: number;
    readonly reasons: readonly string[];
  }[];
  readonly leftOut: number;
}

const check = 'changed-searches';
/** Before the first run; older searches are known. */
const firstLookBack = hour;
/** A save that began before the last run may be written after it. */
const overlap = hour;

interface Position {
  readonly since: Date;
  readonly savedSince: Date | undefined;
}

export async function checkChangedSearches(given: RunContext, findStock: FindStock): Promise<void> {
  const context = await byDatabaseTime(given);
  const now = context.clock.now();
  context.count('searchesMatched', 0);
  const position = await readPosition(now);
  const { collection } = Contact;
  const found = collection.find<Stored>(searchesToCheck(position.savedSince) as never, {
    projection: { _id: 1 },
    batchSize: 1000,
  });
  const isAll = await takeTurns({ collection, found, waiting: 'searchesWaiting' }, context, (ids) =>
    checkPage(ids, position.since, findStock, context),
  );
  // Leftovers would not be found again by their time of saving.
  if (isAll && !context.parameters.locationId) await notePosition(position, now);
}

async function checkPage(
  ids: readonly unknown[],
  since: Date,
  findStock: FindStock,
  context: RunContext,
): Promise<number> {
  const { collection } = Contact;
  const contacts = await collection.find<Stored>({ _id: { $in: ids } } as never).toArray();
  const changed = contacts
    .map((contact) => ({ contact, mark: searchMark(contact['requirements']) }))
    .filter(({ contact, mark }) => contact['searchMark'] !== mark);
  const locationId = storedId(changed[0]?.contact['locationId']);
  nameUnreadableBounds(changed, context);
  const news = changed.map(({ contact }) => contact).filter((contact) => locationId && isNews(contact, since));
  const stock = locationId && news.length > 0 ? await findStock(locationId, news, context.signal) : new Map();
  const emitted = await emitEvents(
    news.flatMap(
      (contact) => contactMatches(contact, locationId as Types.ObjectId, stock.get(idKey(contact._id))) ?? [],
    ),
    context.clock,
  );
  context.count('searchesMatched', emitted);
  if (changed.length === 0) return 0;
  await context.assertHeld();
  await collection.bulkWrite(
    changed.map(({ contact, mark }) => ({
      updateOne: {
        filter: { _id: contact._id },
        update: { $set: { searchMark: mark, searchChanges: changesOf(contact) + 1 } },
      },
    })),
    { ordered: false },
  );
  return emitted;
}

const bounds = ['minPrice', 'maxPrice', 'minBedrooms', 'minBathrooms', 'minArea'] as const;

/** Bounds that no listing is measured by. */
function nameUnreadableBounds(changed: readonly { readonly contact: Stored }[], context: RunContext): void {
  for (const bound of bounds) {
    const odd = changed.filter(({ contact }) =>
      isUnreadableAmount((contact['requirements'] as Readonly<Record<string, unknown>> | null)?.[bound]),
    );
    const ids = odd.map(({ contact }) => contact._id);
    nameUnreadable(context, Contact.collection.name, `requirements.${bound}`, ids);
  }
}

function isNews(contact: Stored, since: Date): boolean {
  const requirements = contact['requirements'] as { active?: unknown } | null | undefined;
  if (!isActiveSearch(requirements?.active)) return false;
  if (contact['searchMark'] !== undefined) return true;
  const madeAt = storedMoment(contact['createdAt']) ?? storedId(contact._id)?.getTimestamp();
  return !madeAt || madeAt >= since;
}

function changesOf(contact: Stored): number {
  return storedNumber(contact['searchChanges']) ?? 0;
}

function contactMatches(
  contact: Stored,
  locationId: Types.ObjectId,
  stock: Stock | undefined,
): NewEvent<'contact.matches'> | undefined {
  const contactId = storedId(contact._id)?.toHexString();
  if (!contactId || !stock || stock.matches.length === 0) return undefined;
  const { matches, leftOut } = stock;
  return {
    type: 'contact.matches',
    key: eventKeys.contactMatches(contactId, changesOf(contact)),
    locationId,
    payload: { contactId, matches, ...(leftOut > 0 ? { matchesLeftOut: leftOut } : {}) },
    metadata: { sourceId: contactId, contactId },
  };
}

/** First, so that after a kill the moment is the same. */
async function readPosition(now: Date): Promise<Position> {
  const since = new Date(now.getTime() - firstLookBack);
  const cursor = await CheckCursor.findOneAndUpdate(
    { check },
    { $setOnInsert: { watermark: since } },
    { upsert: true, returnDocument: 'after' },
  ).lean();
  const [savedSince, allSeenAt] = ['savedSince', 'allSeenAt'].map((name) => storedDate(cursor?.position?.[name]));
  const isComplete = !allSeenAt || now.getTime() - allSeenAt.getTime() >= day || allSeenAt > now;
  return { since: storedDate(cursor?.watermark) ?? since, savedSince: isComplete ? undefined : savedSince };
}

async function notePosition({ savedSince }: Position, now: Date): Promise<void> {
  const next = new Date(now.getTime() - overlap);
  await CheckCursor.updateOne(
    { check },
    { $set: { 'position.savedSince': next, ...(savedSince ? {} : { 'position.allSeenAt': now }) } },
  );
}
