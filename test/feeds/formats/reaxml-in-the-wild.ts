import test from 'ava';
import type { FeedContext } from '../../../shared/feeds/formats/feed-format.ts';
import { reaxml } from '../../../shared/feeds/formats/reaxml.ts';
import { mapFeed } from '../../doubles/map-feed.ts';

const read = (inner: string, kind = 'rental', settings: Partial<FeedContext> = {}) =>
  mapFeed(
    reaxml,
    `<propertyList><${kind} modTime="2024-05-01-10:00:00" status="current"><agentID>AGX</agentID>` +
      `<uniqueID>G1</uniqueID>${inner}</${kind}></propertyList>`,
    settings,
  )[0];
const address = (attributes: string, inner = '') =>
  `<address ${attributes}><street>Sample Street</street>${inner}<state>SA</state><country>AUS</country></address>`;

test('ids are read in any letters', (t) => {
  for (const [agent, id] of [
    ['agentId', 'uniqueId'],
    ['AgentID', 'UniqueID'],
    ['agentid', 'uniqueid'],
  ])
    for (const [list, kind] of [
      ['propertyList', 'residential'],
      ['PropertyList', 'Residential'],
    ])
      t.like(
        mapFeed(
          reaxml,
          `<${list}><${kind} Status="sold"><${agent}>AG</${agent}><${id}>7</${id}></${kind}></${list}>`,
        )[0],
        { id: 'AG/7', values: { goal: 'SALE', status: 'SOLD' } },
        `${agent} ${list}`,
      );
});

for (const [what, inner] of [
  ['Geocode', '<Geocode><Latitude>-34.81</Latitude><Longitude>138.66</Longitude></Geocode>'],
  ['geocode in attributes', '<geocode latitude="-34.81" longitude="138.66"/>'],
  ['geocode in one text', '<geocode>-34.81,138.66</geocode>'],
  ['extraFields', '<extraFields name="geoLat">-34.81</extraFields><extraFields name="geoLong">138.66</extraFields>'],
  [
    'extraFields with values',
    '<extraFields><field name="geoLat" value="-34.81"/><field name="geoLng" value="138.66"/></extraFields>',
  ],
  ['in the address', address('latitude="-34.81" longitude="138.66"')],
  ['below the address', address('', '<latitude>-34.81</latitude><longitude>138.66</longitude>')],
  ['elements of their own', '<latitude>-34.81</latitude><longitude>138.66</longitude>'],
] as const)
  test(`a point is read: ${what}`, (t) => {
    t.like(read(inner)?.values, { latitude: -34.81, longitude: 138.66 });
  });

test('a hidden address takes street and exact point away, a hidden suburb the town as well', (t) => {
  const point = '<Geocode><Latitude>-34.81234</Latitude><Longitude>138.66234</Longitude></Geocode>';
  t.like(read(`${address('display="no"', '<suburb>Oldtown</suburb>')}${point}`)?.values, {
    city: 'Oldtown',
    address: null,
    addressHidden: true,
    latitude: -34.81,
  });
  t.like(read(`${address('display="yes"', '<suburb display="no">Oldtown</suburb>')}${point}`)?.values, {
    city: null,
    address: null,
    addressHidden: true,
    latitude: -34.81,
    province: 'SA',
  });
});

test('a price that is not to be shown hides the rent of a lease, unless words tell another one', (t) => {
  const lease =
    '<commercialListingType value="lease"/><price display="no">0</price><commercialRent period="annual">48000';
  t.like(read(`${lease}</commercialRent>`, 'commercial')?.values, { price: null, priceOnRequest: true, goal: 'RENT' });
  t.like(read(`${lease}</commercialRent><priceView>$45,000 pa</priceView>`, 'commercial')?.values, {
    price: 45_000,
    rentalPeriod: 'year',
  });
  const shown = lease.replace('display="no"', 'display="yes"');
  t.is(read(`${shown}</commercialRent>`, 'commercial')?.values.price, 48_000);
});

test('a block of land has its lot for a number, and a unit in the number is not said twice', (t) => {
  t.is(read(address('', '<lotNumber>5</lotNumber>'), 'land')?.values.address, 'Lot 5 Sample Street');
  const unit = '<subNumber>2</subNumber><streetNumber>2/80</streetNumber>';
  t.is(read(address('', unit))?.values.address, '2/80 Sample Street');
});

test('a listing without a country is in the feed’s, else in Australia, or New Zealand where the location is', (t) => {
  const inner = '<address><street>a</street></address>';
  t.is(read(inner)?.values.country, 'AU');
  t.is(read(inner, 'rental', { country: 'FJ' })?.values.country, 'FJ');
  t.is(read(inner, 'rental', { locationCountry: 'NZ' })?.values.country, 'NZ');
  t.is(read(inner, 'rental', { locationCountry: 'ES' })?.values.country, 'AU');
});

test('a bare energy rating means stars', (t) => {
  const rated = (text: string) =>
    read(`<buildingDetails><energyRating>${text}</energyRating></buildingDetails>`)?.values.energyRating;
  t.deepEqual(['6.5', '4', '5.5 stars', '1 Star', 'B'].map(rated), [
    '6.5 stars',
    '4 stars',
    '5.5 stars',
    '1 star',
    'B',
  ]);
  t.deepEqual(['0', '', 'n/a', '99'].map(rated), [null, null, null, null]);
});

test('a region stands in for the state, as in New Zealand', (t) => {
  const place = (inner: string) => read(`<address><suburb>Ponsonby</suburb>${inner}</address>`)?.values.province;
  t.is(place('<region>Auckland</region>'), 'Auckland');
  t.is(place('<state>nsw</state><region>Sydney</region>'), 'NSW');
  t.is(place('<state/>'), null);
  t.is(place(''), undefined);
});
