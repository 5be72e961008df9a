import test from 'ava';
import { parseAction, parseStatus } from '../../../shared/feeds/values/statuses.ts';

test('words of many languages become one of five states', (t) => {
  const expected: Readonly<Record<string, string>> = {
    Available: 'ACTIVE',
    activo: 'ACTIVE',
    current: 'ACTIVE',
    OFFEN: 'ACTIVE',
    Disponible: 'ACTIVE',
    'Under Offer': 'RESERVED',
    'Sold STC': 'RESERVED',
    reservado: 'RESERVED',
    RESERVIERT: 'RESERVED',
    sold: 'SOLD',
    vendido: 'SOLD',
    VERKAUFT: 'SOLD',
    leased: 'RENTED',
    alquilado: 'RENTED',
    Vermietet: 'RENTED',
    Let: 'RENTED',
    'Off Market': 'WITHDRAWN',
    offmarket: 'WITHDRAWN',
    withdrawn: 'WITHDRAWN',
    deleted: 'WITHDRAWN',
    снято: 'WITHDRAWN',
  };
  for (const [word, status] of Object.entries(expected)) t.is(parseStatus(word), status as never, word);
});

test('an unknown word is no state', (t) => {
  for (const word of ['', 'zombie', '42']) t.is(parseStatus(word), null, word);
});

test('German umlauts may be spelled out', (t) => {
  t.deepEqual(['löschen', 'loeschen', 'LOESCHEN', 'geloescht'].map(parseAction), Array(4).fill('remove'));
  t.deepEqual(['ändern', 'aendern', 'hinzufuegen'].map(parseAction), Array(3).fill('upsert'));
  t.is(parseStatus('verfuegbar'), 'ACTIVE');
});
