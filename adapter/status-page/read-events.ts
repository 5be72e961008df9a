import { Event, type EventDoc } from '../../shared/models/event.ts';
import { storedId, storedNumber } from '../../shared/models/stored-value.ts';
import type { Config } from '../../shared/platform/config.ts';
import type { DeadEvent, Events } from './status.ts';
import { shownText, type StoredRecord } from './stored-record.ts';

export async function readEvents(config: Config): Promise<Events> {
  const [pending, dead, oldest, deadTypes, deadEvents] = await Promise.all([
    Event.countDocuments({ status: 'pending' }),
    Event.countDocuments({ status: 'dead' }),
    // Index only; the id contains the time.
    Event.findOne({ status: 'pending' }, { _id: 1 }).sort({ _id: 1 }).lean(),
    Event.aggregate<{ _id: unknown; count: number }>([
      { $match: { status: 'dead' } },
      { $group: { _id: '$type', count: { $sum: 1 } } },
      { $sort: { count: -1 } },
    ]),
    Event.find({ status: 'dead' }, { type: 1, attempts: 1, lastError: 1 })
      .sort({ _id: -1 })
      .limit(maxNamedEvents)
      .lean<StoredRecord<EventDoc>[]>(),
  ]);
  return {
    pending,
    oldestPending: storedId(oldest?._id)?.getTimestamp(),
    dead,
    deadTypes: deadTypes.map(({ _id, count }) => ({ type: shownText(_id) ?? 'of an unknown type', count })),
    deadEvents: deadEvents.map(readDeadEvent),
    isSent: config.eventWebhookUrl !== undefined,
  };
}

const maxNamedEvents = 20;

function readDeadEvent({ _id, type, attempts, lastError }: StoredRecord<EventDoc>): DeadEvent {
  return {
    id: storedId(_id)?.toHexString() ?? String(_id),
    type: shownText(type) ?? 'of an unknown type',
    attempts: storedNumber(attempts),
    lastError: shownText(lastError),
    emittedAt: storedId(_id)?.getTimestamp(),
  };
}
