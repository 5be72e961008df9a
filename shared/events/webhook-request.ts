import { Webhook } from 'standardwebhooks';
import type { EventDoc } from '../models/event.ts';
import { storedDate, storedId, storedText } from '../models/stored-value.ts';
import { cutText } from './cut-text.ts';

export type SentEvent = Pick<EventDoc, '_id' | 'type' | 'locationId' | 'payload' | 'metadata' | 'createdAt'>;

/**
 * Follows github.com/cloudevents/spec, formats/json-format.md.
 *
 * @throws {TypeError} without type or payload it can never be sent
 */
export function cloudEvent(event: SentEvent): Record<string, unknown> {
  if (!storedText(event.type)) throw new TypeError('its type is no text');
  if (!isObject(event.payload)) throw new TypeError('its payload is no object');
  const { timestamp, sourceId, ...references } = isObject(event.metadata)
    ? event.metadata
    : ({} as EventDoc['metadata']);
  const time = storedDate(timestamp) ?? storedDate(event.createdAt) ?? storedId(event._id)?.getTimestamp();
  return {
    specversion: '1.0',
    id: String(event._id),
    source: `/locations/${event.locationId}`,
    type: event.type,
    ...(time ? { time: time.toISOString() } : {}),
    ...(storedText(sourceId) ? { subject: bounded(sourceId) } : {}),
    datacontenttype: 'application/json',
    data: bounded(event.payload),
    // Extension attributes are lower case.
    locationid: String(event.locationId),
    ...Object.fromEntries(
      Object.entries(references).flatMap(([name, value]) =>
        storedText(value) ? [[name.toLowerCase(), bounded(value)]] : [],
      ),
    ),
  };
}

/** Receivers may refuse larger bodies. */
const maxText = 1000;
const maxEntries = 500;

function bounded(value: unknown): unknown {
  if (typeof value === 'string') return cutText(value, maxText);
  if (Array.isArray(value)) return value.slice(0, maxEntries).map(bounded);
  // Ids and dates serialise themselves.
  if (!isObject(value) || typeof (value as { toJSON?: unknown }).toJSON === 'function') return value;
  const fields = Object.entries(value as object).slice(0, maxEntries);
  return Object.fromEntries(fields.map(([name, field]) => [name, bounded(field)]));
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** @param secrets `whsec_...`, current and previous @param now signed, because receivers refuse old requests */
export function webhookRequest(
  content: Record<string, unknown>,
  secrets: readonly string[],
  now: Date,
): { headers: Record<string, string>; body: string } {
  const body = JSON.stringify(content);
  const id = String(content['id']);
  return {
    body,
    headers: {
      'content-type': 'application/cloudevents+json; charset=utf-8',
      'user-agent': 'estio-cron',
      'webhook-id': id,
      'webhook-timestamp': String(Math.floor(now.getTime() / 1000)),
      'webhook-signature': secrets.map((secret) => new Webhook(secret).sign(id, now, body)).join(' '),
    },
  };
}
