import test from 'ava';
import { compared } from '../../../shared/matching/places/compared-name.ts';
import gazetteer from '../../../shared/matching/places/gazetteer.json' with { type: 'json' };
import { commonPlaces, PlaceTable } from '../../../shared/matching/places/place-table.ts';

test('the names of a line share a key, and the query has those in Latin letters', (t) => {
  const table = new PlaceTable([['paphos', 'pafos', 'παφοσ']]);
  t.is(table.keyOf('pafos'), 'paphos');
  t.is(table.keyOf('παφοσ'), 'paphos');
  t.is(table.keyOf('limassol'), undefined);
  t.deepEqual(table.spellingsOf('paphos').toSorted(), ['pafos', 'paphos', 'paphos']);
  t.deepEqual(table.spellingsOf('anywhere'), ['anywhere']);
});

test('a name stays in its first line; two lines with a common name are one place', (t) => {
  const table = new PlaceTable([
    ['koln', 'cologne'],
    ['cologne', 'colonia'],
    ['palma', 'cologne', 'ciutat'],
  ]);
  t.is(table.keyOf('cologne'), 'koln');
  t.is(table.keyOf('colonia'), 'koln');
  t.is(table.keyOf('ciutat'), 'palma');
});

test("a location's own names win over the common ones and add to them", (t) => {
  const own = new PlaceTable(
    [
      ['paphos', 'tombs of the kings'],
      ['old harbour', 'limasol'],
    ],
    commonPlaces,
  );
  t.is(own.keyOf('tombs of the kings'), 'paphos');
  t.is(own.keyOf('pafos'), 'paphos');
  t.is(own.keyOf('limasol'), 'old harbour');
  t.is(commonPlaces.keyOf('limasol'), 'limassol');
  t.true(['pafos', 'tombs of the kings'].every((name) => own.spellingsOf('paphos').includes(name)));
});

test('the gazetteer is in compared form', (t) => {
  const odd = gazetteer.flat().filter((name) => compared(name) !== name);
  t.deepEqual(odd, []);
  t.true(gazetteer.length > 9000);
});
