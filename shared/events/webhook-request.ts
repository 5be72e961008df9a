/**
 * One event as one HTTP request: a CloudEvents 1.0 body (structured mode), signed after Standard Webhooks. The id is
 * the event's own and stays the same in every attempt and replay: receivers drop what they have seen.
 */

import { Webhook } from 'standardwebhooks';
import type { EventDoc } from '../models/event.ts';
import { storedDate, storedId, storedText } from '../models/stored-value.ts';
import { cutText } from './cut-text.ts';

/** The part of an event that is sent. */
export type SentEvent = Pick<EventDoc, '_id' | 'type' | 'locationId' | 'payload' | 'metadata' | 'createdAt'>;

/**
 * https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/formats/json-format.md
 *
 * @throws {TypeError} when it has no type or payload: such a one can never be sent
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

/** Letters of one text, entries of one list, fields of one object: then a body stays below what receivers take. */
const maxText = 1000;
const maxEntries = 500;

/** A value that a body can carry: nothing longer than the limits, and no text that is cut within a character. */
function bounded(value: unknown): unknown {
  if (typeof value === 'string') return cutText(value, maxText);
  if (Array.isArray(value)) return value.slice(0, maxEntries).map(bounded);
  // Ids and dates say by themselves how they are written.
  if (!isObject(value) || typeof (value as { toJSON?: unknown }).toJSON === 'function') return value;
  const fields = Object.entries(value as object).slice(0, maxEntries);
  return Object.fromEntries(fields.map(([name, field]) => [name, bounded(field)]));
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * The request for one attempt.
 *
 * @param content of `cloudEvent`
 * @param secrets `whsec_...`: the present one, and the one before while it is rotated
 * @param now goes into the signature; receivers refuse requests that are more than some minutes old
 */
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
