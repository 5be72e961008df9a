import test from 'ava';
import { parseBoolean } from '../../../shared/feeds/values/booleans.ts';

test('yes is understood in all its shapes', (t) => {
  for (const text of ['1', 'true', 'TRUE', 'yes', 'Y', 'Ja', 'sí', 'SI', 'oui', 'да', '+', '-1', '1.0', ' on '])
    t.true(parseBoolean(text), text);
});

test('no is understood in all its shapes', (t) => {
  for (const text of ['0', 'false', 'No', 'n', 'nein', 'non', 'нет', '0.0', 'off', '-', 'não'])
    t.false(parseBoolean(text), text);
});

test('other words are neither yes nor no', (t) => {
  for (const text of ['', 'maybe', '2', 'true/false']) t.is(parseBoolean(text), null, text);
});
