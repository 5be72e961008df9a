import test from 'ava';
import fc from 'fast-check';
import { Types } from 'mongoose';
import { readField, type FieldKind } from '../../shared/models/record-fields.ts';

const id = new Types.ObjectId('64f000000000000000000001');
const text = String(id);
const date = new Date('2026-11-23T09:00:00Z');
const statuses = ['confirmed', 'cancelled', 'no_show'] as const;
const [sound, unreadable] = [{ is: 'sound' }, { is: 'unreadable' }] as const;
const mended = (value: unknown) => ({ is: 'mended', value }) as const;

test('unambiguous values are repaired, the rest is left to a person', (t) => {
  const table: readonly (readonly [FieldKind, unknown, object])[] = [
    ['key', id, sound],
    ['key', text, unreadable],
    ['key', 'cuid-1', unreadable],
    ['owner', id, sound],
    ['owner', text, mended(id)],
    ['owner', text.toUpperCase(), mended(id)],
    ['owner', null, unreadable],
    ['owner', [id], unreadable],
    ['id', undefined, sound],
    ['id', '', mended(undefined)],
    ['id', 'x', unreadable],
    ['ids', undefined, sound],
    ['ids', [], sound],
    ['ids', [id], sound],
    ['ids', null, mended([])],
    ['ids', id, mended([id])],
    ['ids', text, mended([id])],
    ['ids', [text, null, ''], mended([id])],
    ['ids', ['x'], unreadable],
    ['date', date, sound],
    ['date', null, sound],
    ['date', '', mended(undefined)],
    ['date', '2026-11-23T09:00:00Z', mended(date)],
    ['date', '2026-11-23T11:00+02:00', mended(date)],
    ['date', '2026-11-23', unreadable],
    ['date', '2026-02-30T09:00:00Z', unreadable],
    ['date', '2026-11-23T09:00:00+9999', unreadable],
    ['date', '23/11/2026', unreadable],
    ['date', 5, unreadable],
    ['deletion', date, sound],
    ['deletion', false, mended(undefined)],
    ['deletion', '', mended(undefined)],
    ['deletion', true, unreadable],
    ['deletion', '2026-11-23T09:00:00Z', unreadable],
    ['deletion', [date], unreadable],
    ['flag', false, sound],
    ['flag', null, sound],
    ['flag', ' True', mended(true)],
    ['flag', 1, mended(true)],
    ['flag', '0', mended(false)],
    ['flag', '', mended(undefined)],
    ['flag', 2, unreadable],
    ['flag', 'yesterday', unreadable],
    [statuses, 'no_show', sound],
    [statuses, null, sound],
    [statuses, undefined, sound],
    [statuses, ' Confirmed\n', mended('confirmed')],
    [statuses, 'cOnFiRmEd', mended('confirmed')],
    [statuses, 'No-Show ', mended('no_show')],
    [statuses, 'Canceled', mended('cancelled')],
    [statuses, '  ', mended(undefined)],
    [statuses, 'bestätigt', unreadable],
    [statuses, 5, unreadable],
    [statuses, ['confirmed'], unreadable],
  ];
  for (const [kind, value, expected] of table)
    t.deepEqual(readField(kind, value), expected as never, `${kind} ${JSON.stringify(value)}`);
});

test('a repaired value needs no further repair', (t) => {
  const kinds = ['owner', 'id', 'ids', 'date', 'deletion', 'flag', statuses] as const;
  const value = fc.oneof(
    fc.anything(),
    fc.constantFrom(text, id, date, '', null, date.toISOString(), 'Canceled ', ' no show'),
    fc.constant([text]),
  );
  fc.assert(
    fc.property(fc.constantFrom(...kinds), value, (kind, stored) => {
      const reading = readField(kind, stored);
      return reading.is !== 'mended' || readField(kind, reading.value).is === 'sound';
    }),
  );
  t.pass();
});
