import test from 'ava';
import { reaxml } from '../../../shared/feeds/formats/reaxml.ts';
import { mapFeed } from '../../doubles/map-feed.ts';

function read(address: string, around = '') {
  const [item] = mapFeed(
    reaxml,
    `<propertyList><residential status="current"><uniqueID>1</uniqueID>${address}${around}</residential>` +
      '</propertyList>',
  );
  const { address: street, city, latitude, longitude, addressHidden } = item?.values ?? {};
  return { street, city, latitude, longitude, addressHidden };
}

const parts = '<streetNumber>80</streetNumber><street>High St</street><suburb>Perth</suburb>';
const point = '<Latitude>-31.95</Latitude><Longitude>115.86</Longitude>';

test('an address is put together of its parts, without those that are missing', (t) => {
  const cases: readonly [address: string, street: string][] = [
    [`<address>${parts}</address>`, '80 High St'],
    [`<address><subNumber>2</subNumber>${parts}</address>`, '2/80 High St'],
    [`<address><subNumber>Shop number 4</subNumber>${parts}</address>`, 'Shop number 4, 80 High St'],
    ['<address><lotNumber>5</lotNumber><street>Rise</street><suburb>Perth</suburb></address>', 'Lot 5 Rise'],
    [`<address><site>Tower One</site>${parts}</address>`, 'Tower One, 80 High St'],
  ];
  for (const [address, street] of cases) t.is(read(address).street, street);
});

test('what is not to be shown is hidden, the suburb too when it says so', (t) => {
  const hidden = read(`<address display="no">${parts}</address>`, `<Geocode>${point}</Geocode>`);
  t.like(hidden, { city: 'Perth', addressHidden: true });
  const all = `<address><street>High St</street><suburb display="no">Perth</suburb></address>`;
  t.like(read(all), { city: null, addressHidden: true });
  t.like(read(`<address display="yes">${parts}</address>`), { city: 'Perth', addressHidden: false });
});

test('a point is found in elements, in attributes and in pairs of name and value', (t) => {
  for (const around of [
    `<Geocode>${point}</Geocode>`,
    '<geocode latitude="-31.95" longitude="115.86"/>',
    '<geocode>-31.95, 115.86</geocode>',
    '<extraFields name="geoLat" value="-31.95"/><extraFields name="geoLong" value="115.86"/>',
  ])
    t.like(read(`<address>${parts}</address>`, around), { latitude: -31.95, longitude: 115.86 }, around);
});
