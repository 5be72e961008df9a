import test from 'ava';
import { readByMapping } from '../../../shared/feeds/formats/mapped-reading.ts';
import { compileMapping } from '../../../shared/feeds/formats/mapping.ts';
import { parseBeginning } from '../../../shared/feeds/xml/parse-beginning.ts';
import { defaultContext } from '../../doubles/map-feed.ts';

const mapping = compileMapping({
  itemPath: 'ads/ad',
  fields: {
    id: 'id',
    country: { value: 'GB' },
    currency: { value: 'GBP' },
    goal: [
      { path: 'rent', yes: 'RENT' },
      { path: 'price', yes: 'SALE' },
    ],
    price: [
      { path: 'rent', for: 'RENT' },
      { path: 'price', for: 'SALE' },
    ],
    address: { path: 'street', houseNumber: 'nr' },
    addressHidden: { path: 'show', no: 'true' },
    status: [{ path: 'deleted', yes: 'WITHDRAWN' }, 'state'],
    endOfOffer: 'until',
  },
});
const context = { ...defaultContext, now: new Date('2026-11-30T12:00:00Z') };
const read = (xml: string) => readByMapping(parseBeginning(Buffer.from(`<ad>${xml}</ad>`))!, context, mapping);

test('sale or rent is settled first, and decides which price counts', (t) => {
  t.like(read('<id>1</id><price>0</price><rent>900</rent>').values, { goal: 'RENT', price: 900, currency: 'GBP' });
  t.like(read('<id>2</id><price>90000</price><rent>0</rent>').values, { goal: 'SALE', price: 90_000 });
});

test('flags withdraw a listing and hide its address', (t) => {
  const address = '<street>Mill Lane</street><nr>11</nr>';
  t.like(read(`<id>1</id>${address}<show>1</show><state>sold</state>`).values, {
    address: '11 Mill Lane',
    status: 'SOLD',
  });
  t.like(read(`<id>1</id>${address}<show>0</show><deleted>1</deleted><state>sold</state>`).values, {
    address: null,
    addressHidden: true,
    status: 'WITHDRAWN',
  });
});

test('an offer whose end is past is off the market', (t) => {
  const statusOf = (until: string, state = 'available') =>
    read(`<id>1</id><state>${state}</state><until>${until}</until>`).values.status;
  for (const past of ['29.11.2026', '2026-11-30T11:00:00Z', '29/11/2026 23:59'])
    t.is(statusOf(past), 'WITHDRAWN', past);
  for (const other of ['30.11.2026', '2026-12-01', '', 'unlimited', '1900-01-01', '0000-00-00'])
    t.is(statusOf(other), 'ACTIVE', other);
  t.is(statusOf('29.11.2026', 'sold'), 'SOLD');
});

test('without a country, the house number stands as in the country of the feed or its location', (t) => {
  const nowhere = compileMapping({
    itemPath: 'ads/ad',
    fields: { id: 'id', address: { path: 'street', houseNumber: 'nr' } },
  });
  const ad = parseBeginning(Buffer.from('<ad><id>1</id><street>Mill Lane</street><nr>11</nr></ad>'))!;
  for (const [settings, address] of [
    [{ country: 'GB' }, '11 Mill Lane'],
    [{ locationCountry: 'GB' }, '11 Mill Lane'],
    [{ country: 'DE', locationCountry: 'GB' }, 'Mill Lane 11'],
  ] as const)
    t.is(readByMapping(ad, { ...context, ...settings }, nowhere).values.address, address);
});

test('the size of a plot given as the built area is the plot’s', (t) => {
  const plot = compileMapping({ itemPath: 'a', fields: { type: 'type', areaSqm: 'size', plotAreaSqm: 'plot' } });
  const sizes = (xml: string) => readByMapping(parseBeginning(Buffer.from(`<a>${xml}</a>`))!, context, plot).values;
  t.like(sizes('<type>Terreno</type><size>600</size>'), { plotAreaSqm: 600, areaSqm: null });
  t.like(sizes('<type>Plot</type><size>60</size><plot>600</plot>'), { plotAreaSqm: 600, areaSqm: 60 });
  t.like(sizes('<type>Casa</type><size>60</size>'), { areaSqm: 60 });
});
