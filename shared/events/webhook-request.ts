/**
 * One event as one HTTP request: a CloudEvents 1.0 body (structured mode), signed after Standard Webhooks. The id is the
 * event's own and stays the same in every attempt and replay: receivers drop what they have seen.
 */

import { Webhook } from 'standardwebhooks';
import type { EventDoc } from '../models/event.ts';

/** The part of an event that is sent. */
export type SentEvent = Pick<EventDoc, '_id' | 'type' | 'locationId' | 'payload' | 'metadata'>;

/** https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/formats/json-format.md */
export function cloudEvent(event: SentEvent): Record<string, unknown> {
  const { timestamp, sourceId, ...references } = event.metadata;
  return {
    specversion: '1.0',
    id: String(event._id),
    source: `/locations/${event.locationId}`,
    type: event.type,
    time: timestamp.toISOString(),
    ...(sourceId ? { subject: sourceId } : {}),
    datacontenttype: 'application/json',
    data: event.payload,
    // Extension attributes are lower case.
    locationid: String(event.locationId),
    ...Object.fromEntries(Object.entries(references).map(([name, value]) => [name.toLowerCase(), value])),
  };
}

/**
 * The request for one attempt.
 *
 * @param secret `whsec_...`
 * @param now goes into the signature; receivers refuse requests that are more than some minutes old
 */
export function webhookRequest(event: SentEvent, secret: string, now: Date): { headers: Record<string, string>; body: string } {
  const body = JSON.stringify(cloudEvent(event));
  const id = String(event._id);
  return {
    body,
    headers: {
      'content-type': 'application/cloudevents+json; charset=utf-8',
      'user-agent': 'estio-cron',
      'webhook-id': id,
      'webhook-timestamp': String(Math.floor(now.getTime() / 1000)),
      'webhook-signature': new Webhook(secret).sign(id, now, body),
    },
  };
}
