import test from 'ava';
import { reaxml } from '../../../shared/feeds/formats/reaxml.ts';
import { mapFeed, mapFixture, warningCodes } from '../../doubles/map-feed.ts';

const listings = mapFixture(reaxml, 'reaxml.xml');
const byId = (id: string) => listings.find((listing) => listing.id === id);

test('all kinds of listing element are read, ids are scoped by the agency', (t) => {
  t.deepEqual(
    listings.map(({ id }) => id),
    [
      'AGENT1/R-100',
      'AGENT1/R-101',
      'AGENT1/L-1',
      'AGENT1/F-1',
      'AGENT2/C-1',
      'AGENT2/C-2',
      'AGENT2/CL-1',
      'AGENT2/B-1',
      'AGENT2/H-1',
      'AGENT1/R-102',
    ],
  );
});

test('a residential listing is read whole', (t) => {
  const home = byId('AGENT1/R-100');
  t.deepEqual(home?.modifiedAt, new Date('2026-02-28T12:30:00Z'));
  t.like(home?.values, {
    reference: 'R-100',
    goal: 'SALE',
    type: 'House',
    title: 'Close to & walking distance',
    description: 'Large family home.',
    city: 'RICHMOND',
    district: 'Yarra',
    province: 'VIC',
    postalCode: '3121',
    country: 'AU',
    currency: 'AUD',
    bedrooms: 4,
    bathrooms: 2,
    areaSqm: 232.26,
    plotAreaSqm: 2000,
    energyRating: '4.5 stars',
    externalUrl: 'https://agent.example/r100',
    status: 'RESERVED',
  });
  t.deepEqual(home?.values.features, ['Ensuite', '2 garages', 'Air conditioning', 'Pool', 'balcony', 'courtyard']);
});

test('pictures run m, a to z, then floor plans; empty ones are none', (t) => {
  t.deepEqual(
    byId('AGENT1/R-100')?.values.images?.map(({ url, caption }) => [url, caption]),
    [
      ['https://agent.example/m.jpg', undefined],
      ['https://agent.example/a.jpg', undefined],
      ['https://agent.example/b.jpg', undefined],
      ['https://agent.example/plan.gif', 'Floor plan'],
    ],
  );
});

test('a hidden address stays hidden, and the text shown instead of a hidden price counts', (t) => {
  t.like(byId('AGENT1/R-100')?.values, {
    addressHidden: true,
    address: null,
    price: 480_000,
    priceFrom: true,
    priceOnRequest: false,
  });
});

test('leased, sold, withdrawn, offmarket and deleted are distinguished; an unknown status is left alone', (t) => {
  t.like(byId('AGENT1/R-101'), { action: 'upsert', values: { status: 'RENTED' } });
  t.like(byId('AGENT1/L-1'), { action: 'upsert', values: { status: 'SOLD' } });
  for (const id of ['AGENT1/F-1', 'AGENT2/CL-1', 'AGENT2/H-1'])
    t.like(byId(id), { action: 'remove', values: { status: 'WITHDRAWN' } }, id);
  t.false('status' in (byId('AGENT1/R-102')?.values ?? {}));
  t.deepEqual(warningCodes(byId('AGENT1/R-102')), ['unknown-status']);
  for (const status of ['underoffer', 'Under Offer', 'under-contract'] as const) {
    const [item] = mapFeed(
      reaxml,
      `<propertyList><residential status="${status}"><agentID>A</agentID><uniqueID>1</uniqueID><underOffer ` +
        'value="yes"/></residential></propertyList>',
    );
    t.is(item?.values.status, 'RESERVED', status);
    t.deepEqual(warningCodes(item), [], status);
  }
});

test('a rent keeps its period, a unit stands before the house number', (t) => {
  t.like(byId('AGENT1/R-101')?.values, {
    goal: 'RENT',
    price: 350,
    rentalPeriod: 'week',
    currency: 'AUD',
    address: 'Unit 4, 12 High Street',
    country: 'AU',
  });
});

test('a commercial lease has ranges, categories and the currency of its country', (t) => {
  const office = byId('AGENT2/C-1');
  t.like(office?.values, {
    goal: 'RENT',
    price: 31_000,
    priceFrom: true,
    rentalPeriod: 'year',
    currency: 'NZD',
    type: 'Office',
    areaSqm: 140,
    address: 'KINGSTON HOUSE, 100 Queen Street',
    images: null,
  });
  t.deepEqual(office?.values.features, ['Retail']);
  t.deepEqual(warningCodes(office), ['images-dropped']);
});

test('for sale and for lease is a sale; 0 and x are on request', (t) => {
  t.like(byId('AGENT2/C-2')?.values, { goal: 'SALE', price: null, priceOnRequest: true });
  t.deepEqual(warningCodes(byId('AGENT2/C-2')), ['sale-and-rent']);
  t.like(byId('AGENT1/R-102')?.values, { price: null, priceOnRequest: true });
});

test('files alongside the feed resolve against its address', (t) => {
  const office = mapFixture(reaxml, 'reaxml.xml', { baseUrl: 'https://ftp.example/in/feed.xml' }).find(
    ({ id }) => id === 'AGENT2/C-1',
  );
  t.deepEqual(office?.values.images, [{ url: 'https://ftp.example/in/a.jpg', sortOrder: 0 }]);
});

test('an update changes only what it contains, empty elements clear, sold keeps the rest', (t) => {
  const [price, cleared, sold] = mapFixture(reaxml, 'reaxml-updates.xml');
  t.deepEqual(price?.values, {
    reference: 'R-100',
    goal: 'SALE',
    price: 600_000,
    priceOnRequest: false,
    priceFrom: false,
    currency: 'AUD',
    status: 'ACTIVE',
  });
  t.deepEqual(cleared?.values, {
    reference: 'R-100',
    goal: 'SALE',
    description: null,
    descriptions: null,
    areaSqm: null,
    externalUrl: null,
    images: null,
    status: 'ACTIVE',
  });
  t.deepEqual(sold?.values, { reference: 'R-100', goal: 'SALE', status: 'SOLD' });
  t.is(reaxml.mode({ languages: [], timeZone: 'UTC', surroundings: [] }), 'delta');
});

test('a priceView is read for money only, and is on request where it tells of an auction', (t) => {
  const read = (inner: string) =>
    mapFeed(
      reaxml,
      '<propertyList><residential modTime="2026-01-01" status="current"><agentID>A</agentID>' +
        `<uniqueID>1</uniqueID>${inner}</residential></propertyList>`,
    )[0]?.values;
  t.like(
    read('<price display="no">850000</price><priceView>AUCTION Saturday 14th December 2024 at 10:30am</priceView>'),
    { price: null, priceOnRequest: true },
  );
  t.like(read('<price/><priceView>Expressions of Interest closing 15 March 2024</priceView>'), {
    price: null,
    priceOnRequest: true,
  });
  t.like(read('<price display="no">850000</price><priceView>Offers over $1.2m</priceView>'), {
    price: 1_200_000,
    priceFrom: true,
    currency: 'AUD',
  });
  t.like(read('<priceView>2 Bedrooms from $450,000</priceView>'), { price: 450_000, priceFrom: true });
});

test('a category refines its kind of element, and never makes land or a business something else', (t) => {
  const read = (kind: string, inner: string) =>
    mapFeed(
      reaxml,
      `<propertyList><${kind} modTime="2026-01-01" status="current"><agentID>A</agentID>` +
        `<uniqueID>1</uniqueID>${inner}<headline>x</headline></${kind}></propertyList>`,
    )[0]?.values;
  for (const [kind, inner, type, features] of [
    ['land', '<landCategory name="Residential"/>', 'Land', ['Residential']],
    ['land', '<landCategory name="Commercial"/>', 'Land', ['Commercial']],
    ['land', '', 'Land', undefined],
    ['commercialLand', '<commercialCategory id="1" name="Industrial/Warehouse"/>', 'Land', ['Industrial/Warehouse']],
    ['commercialLand', '<commercialCategory id="1" name="Commercial Farming"/>', 'Agricultural land', undefined],
    ['rural', '<ruralCategory name="Other"/>', 'Country house', undefined],
    ['rural', '<ruralCategory name="Cropping"/>', 'Agricultural land', undefined],
    ['commercial', '<commercialCategory id="1" name="Other"/>', 'Commercial', undefined],
    [
      'commercial',
      '<commercialCategory id="1" name="Other"/><commercialCategory id="2" name="Retail"/>',
      'Retail',
      undefined,
    ],
    ['commercial', '<commercialCategory id="1" name="Land/Development"/>', 'Land', undefined],
    [
      'business',
      '<businessCategory id="1"><name>Food/Hospitality</name></businessCategory>',
      'Business',
      ['Food/Hospitality'],
    ],
    ['business', '<businessCategory id="1"><name>Rural</name></businessCategory>', 'Business', ['Rural']],
    ['business', '<businessCategory id="1"><name>Cafe</name></businessCategory>', 'Restaurant', undefined],
    ['holidayRental', '<holidayCategory name="Apartment"/>', 'Apartment', undefined],
    ['residential', '<category name="House"/><category name="Alpine"/>', 'House', ['Alpine']],
    ['residential', '<category name="Alpine"/>', 'Alpine', undefined],
    ['residential', '<category name="Other"/>', 'Other', undefined],
  ] as const)
    t.like(read(kind, inner), { type, features }, `${kind} ${inner}`);
});
