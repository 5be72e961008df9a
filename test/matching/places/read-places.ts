import test from 'ava';
import { placeReader } from '../../../shared/matching/places/read-places.ts';

const places = placeReader(undefined);

const listed: readonly (readonly [string, readonly string[]])[] = [
  ['Nürnberg', ['nuremberg']],
  ['Норимберга', ['nuremberg']],
  ['Nicosia / Strovolos', ['nicosia', 'strovolos']],
  ['Limassol - Germasogeia', ['limassol', 'germasogeia']],
  ['Kato Paphos', ['kato paphos', 'paphos']],
  ['Frankfurt (Oder)', ['frankfurt an der oder']],
  ['', []],
  [' - ', []],
  ['word '.repeat(60), []],
];
for (const [field, expected] of listed)
  test(`a listing in "${field.slice(0, 30)}"`, (t) => {
    for (const key of expected) t.true(places.placeKeys(field).includes(key), JSON.stringify(places.placeKeys(field)));
    if (expected.length === 0) t.deepEqual(places.placeKeys(field), []);
  });

test('a narrowed search names the area, not the whole town', (t) => {
  t.true(places.searchedKeys('Limassol - Germasogeia').includes('germasogeia'));
  t.false(places.searchedKeys('Limassol - Germasogeia').includes('limassol'));
});

test("a location's own names count for that location only, whatever else is in the field", (t) => {
  const own = placeReader([['Paphos', 'Tombs of the Kings'], 'Limassol', [5, null], null, ['', ''], { a: 1 }]);
  t.deepEqual(own.placeKeys('Tombs of the Kings'), ['paphos']);
  t.deepEqual(places.placeKeys('Tombs of the Kings'), ['tombs of the kings']);
  t.true(own.spellingsOf(['paphos']).includes('tombs of the kings'));
  for (const odd of [undefined, null, 'Paphos', 5, {}, [], [[]]]) t.is(placeReader(odd), places);
});

test('a postcode sector is not taken for a district that is spelled alike without the space', (t) => {
  const listing = (postalCode: string) =>
    places.keysOfListing({ district: undefined, city: undefined, province: undefined, postalCode });
  const shared = (postalCode: string, searched: string) => {
    const keys = new Set(listing(postalCode).map((key) => key.replaceAll(' ', '')));
    return places.searchedKeys(searched).some((key) => keys.has(key.replaceAll(' ', '')));
  };
  for (const [postalCode, searched, isIn] of [
    ['E1 4NS', 'E14', false],
    ['E1 4NS', 'E1 4', true],
    ['E1 4NS', 'e1', true],
    ['E14 9GE', 'E14', true],
    ['E14 9GE', 'E1 4', false],
    ['SW11 4NB', 'SW11 4', true],
  ] as const)
    t.is(shared(postalCode, searched), isIn, `${postalCode} ${searched}`);
});

test('two towns that grew into one are found by either', (t) => {
  for (const key of ['garmisch', 'partenkirchen', 'garmisch partenkirchen'])
    t.true(places.placeKeys('Garmisch-Partenkirchen').includes(key), key);
  t.false(places.placeKeys('Baden-Baden').includes('baden'), 'one name');
});
