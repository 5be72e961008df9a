/** Writes facts to the outbox, once per key. */

import { Types, mongo } from 'mongoose';
import { Event, type EventDoc, type EventMetadata } from '../models/event.ts';
import { isDuplicateKey } from '../models/upsert.ts';
import type { Clock } from '../platform/clock.ts';
import type { EventPayload, EventType } from './event-types.ts';

export interface NewEvent<T extends EventType = EventType> {
  readonly type: T;
  /** From `eventKeys`. */
  readonly key: string;
  readonly locationId: Types.ObjectId;
  readonly payload: EventPayload<T>;
  readonly metadata?: Omit<EventMetadata, 'timestamp'>;
}

export async function emitEvent<T extends EventType>(event: NewEvent<T>, clock: Pick<Clock, 'now'>): Promise<boolean> {
  return (await emitEvents([event as NewEvent], clock)) === 1;
}

/**
 * Returns how many are new.
 * @throws {TypeError} one has no location
 */
export async function emitEvents(events: readonly NewEvent[], clock: Pick<Clock, 'now'>): Promise<number> {
  const homeless = events.find(({ locationId }) => !(locationId instanceof Types.ObjectId));
  if (homeless)
    throw new TypeError(
      `The event ${homeless.key} has no location: expected an ObjectId, got ${JSON.stringify(homeless.locationId)}`,
    );
  // Asking first pays for many.
  const fresh = events.length === 1 ? events : await withoutKnown(events);
  if (fresh.length === 0) return 0;
  const now = clock.now();
  const documents = fresh.map((event): Omit<EventDoc, '_id'> => ({
    key: event.key,
    type: event.type,
    locationId: event.locationId,
    payload: event.payload as Record<string, unknown>,
    metadata: { timestamp: now, ...event.metadata },
    status: 'pending',
    attempts: 0,
    nextAttemptAt: now,
    createdAt: now,
    updatedAt: now,
  }));
  try {
    // Unordered: a duplicate must not stop the others. The database's ids order events on all hosts.
    const result = await Event.collection.insertMany(documents as never, {
      ordered: false,
      forceServerObjectId: true,
    });
    return result.insertedCount;
  } catch (error) {
    if (!(error instanceof mongo.MongoBulkWriteError)) throw error;
    const failures = Array.isArray(error.writeErrors) ? error.writeErrors : [error.writeErrors];
    if (!failures.every(isDuplicateKey)) throw error;
    return error.insertedCount;
  }
}

/** By the index alone. */
async function withoutKnown(events: readonly NewEvent[]): Promise<NewEvent[]> {
  const byKey = new Map<string, NewEvent>();
  for (const event of events) if (!byKey.has(event.key)) byKey.set(event.key, event);
  const known = await Event.find({ key: { $in: [...byKey.keys()] } }, { _id: 0, key: 1 }).lean();
  for (const { key } of known) byKey.delete(key);
  return [...byKey.values()];
}
