import { readFile } from 'node:fs/promises';
import test from 'ava';
import { eventSchemas, eventTable } from '../../shared/events/event-table.ts';
import { eventTypes, isEventType } from '../../shared/events/event-types.ts';

test('the table in shared/events/README.md matches the types', async (t) => {
  const readme = await readFile(new URL('../../shared/events/README.md', import.meta.url), 'utf8');
  const [, table] = /<!-- events: node adapter --event-types -->\n([^]*?)<!-- \/events -->/.exec(readme) ?? [];
  t.is(table, eventTable(), 'replace it with the output of node adapter --event-types');
});

test('the table tells optional fields, alternatives and nested ones', (t) => {
  t.true(
    eventTable().includes(
      '`{ contactId, viewingId?, dueAt, hoursOverdue }`<br>or `{ contactId, reason: "inactive_lead", idleDays, ' +
        'leadScore }`',
    ),
  );
  t.true(
    eventTable().includes(
      '`{ propertyId, title, price?, currency?, matches: [{ contactId, score, reasons }], page?, pages?, ' +
        'matchesLeftOut? }`',
    ),
  );
  t.is(eventTable().trimEnd().split('\n').length, 2 + Object.keys(eventTypes).length);
});

test('each type has a JSON Schema that requires what is not optional and allows nothing else', (t) => {
  const schemas = eventSchemas();
  t.deepEqual(Object.keys(schemas), Object.keys(eventTypes));
  t.like(schemas['listing.new'], {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    type: 'object',
    required: ['propertyId', 'title', 'matches'],
    additionalProperties: false,
  });
});

test('only the types that exist are types', (t) => {
  t.true(isEventType('listing.new'));
  for (const word of ['listing', 'toString', '__proto__', '']) t.false(isEventType(word), word);
});
