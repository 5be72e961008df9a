import test from 'ava';
import { compared } from '../../../shared/matching/places/compared-name.ts';
import { placeSpellings } from '../../../shared/matching/places/place-spellings.ts';

test('our table names each place once', (t) => {
  const lines = placeSpellings.map((line) => new Set(line.map(compared)));
  const bearers = Map.groupBy(
    lines.flatMap((names, line) => [...names].map((name) => ({ name, line }))),
    ({ name }) => name,
  );
  t.deepEqual(
    [...bearers].filter(([, { length }]) => length > 1).map(([name]) => name),
    [],
  );
});
