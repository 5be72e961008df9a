/** For people (the README's table) and receivers (JSON Schema). */

import { eventKeys, eventTypes, type EventType } from './event-types.ts';
import type { PayloadSchema } from './event-schema.ts';

const keys: Readonly<Record<EventType, readonly string[]>> = {
  'email.received': [eventKeys.emailReceived('<messageId>')],
  'follow_up.due': [
    eventKeys.contactFollowUp('<contactId>', '<dueAt>'),
    eventKeys.viewingFollowUp('<viewingId>', '<dueAt>'),
    eventKeys.inactiveLead('<contactId>', '<end of the idle time>'),
  ],
  'deal.stage_changed': [
    eventKeys.offerExpiring('<offerId>', '<expiresAt>'),
    eventKeys.offerExpired('<offerId>', '<expiresAt>'),
  ],
  'listing.new': [eventKeys.listingNew('<propertyId>'), `${eventKeys.listingNew('<propertyId>')}:<times let or sold>`],
  'viewing.upcoming': [eventKeys.viewingUpcoming('<viewingId>', '<scheduledAt>', '<hoursBefore>', 0)],
  'viewing.upcoming_cancelled': [eventKeys.viewingTakenBack('<viewingId>', '<scheduledAt>', 0)],
  'contact.matches': [eventKeys.contactMatches('<contactId>', '<earlier changes>')],
  'listing.price_reduced': [eventKeys.priceReduced('<propertyId>', '<price>', '<currency>', '<earlier changes>')],
};

interface DescribedType {
  readonly type: string;
  readonly when: string;
  /** `{ contactId, viewingId?, matches: [{ contactId }] }`; alternatives. */
  readonly payloads: readonly string[];
  readonly keys: readonly string[];
}

export function describeEventTypes(): readonly DescribedType[] {
  return (Object.keys(eventTypes) as EventType[]).map((type) => {
    const { when, payload } = eventTypes[type];
    return { type, when, payloads: alternatives(payload).map(sketch), keys: keys[type] };
  });
}

export function eventTable(): string {
  const rows = describeEventTypes().map(({ type, when, payloads, keys }) => [
    code(type),
    when,
    payloads.map(code).join('<br>or '),
    keys.map(code).join('<br>'),
  ]);
  return [['type', 'when', 'payload', 'key'], ['---', '---', '---', '---'], ...rows]
    .map((cells) => `| ${cells.join(' | ')} |\n`)
    .join('');
}

/** JSON Schema (2020-12) */
export function eventSchemas(): Record<EventType, object> {
  const schemas = Object.entries(eventTypes).map(([type, { when, payload }]) => [
    type,
    { $schema: 'https://json-schema.org/draft/2020-12/schema', title: type, description: when, ...payload },
  ]);
  return Object.fromEntries(schemas) as Record<EventType, object>;
}

function alternatives(schema: PayloadSchema): readonly PayloadSchema[] {
  return 'oneOf' in schema ? schema.oneOf : [schema];
}

function sketch(schema: PayloadSchema): string {
  if ('const' in schema) return JSON.stringify(schema.const);
  if ('enum' in schema) return schema.enum.map((word) => JSON.stringify(word)).join(' or ');
  if ('oneOf' in schema) return schema.oneOf.map(sketch).join(' or ');
  if (schema.type === 'array') return `[${sketch(schema.items)}]`;
  if (schema.type !== 'object') return '';
  const fields = Object.entries(schema.properties).map(([name, field]) => {
    const inner = sketch(field);
    return `${name}${schema.required.includes(name) ? '' : '?'}${inner === '' || inner === '[]' ? '' : `: ${inner}`}`;
  });
  return `{ ${fields.join(', ')} }`;
}

function code(text: string): string {
  return `\`${text}\``;
}
