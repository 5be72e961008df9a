import test from 'ava';
import type { MappedItem } from '../../../shared/feeds/formats/feed-format.ts';
import { trovit } from '../../../shared/feeds/formats/trovit.ts';
import { mapFixture, warningCodes } from '../../doubles/map-feed.ts';

const ads = (settings = { defaultCurrency: 'GBP' }): ReturnType<typeof mapFixture> =>
  mapFixture(trovit, 'trovit.xml', settings);

test('an ad that has expired by its own date is off the market, and the warning says so', (t) => {
  const at = (now: string): MappedItem | undefined =>
    mapFixture(trovit, 'trovit.xml', { defaultCurrency: 'GBP', now: new Date(now) })[0];
  t.false(warningCodes(at('2026-05-31T00:00:00Z')).includes('expired'));
  const late = at('2026-06-02T00:00:00Z');
  t.true(warningCodes(late).includes('expired'));
  t.is(late?.values.status, 'WITHDRAWN');
  t.deepEqual({ ...late?.values, status: undefined }, { ...ads()[0]?.values, status: undefined });
});

test('an ad to let is read whole', (t) => {
  const [flat] = ads();
  t.is(flat?.id, 'T-1');
  t.deepEqual(flat?.modifiedAt, new Date('2026-02-28T17:30:00Z'));
  t.like(flat?.values, {
    title: 'Flat with terrace',
    goal: 'RENT',
    price: 450,
    currency: 'GBP',
    rentalPeriod: 'week',
    type: 'Apartment',
    city: 'Leeds',
    district: 'Old Town',
    province: 'West Yorkshire',
    postalCode: 'LS1 4AP',
    latitude: 53.797,
    longitude: -1.549,
    bedrooms: 2,
    bathrooms: 1.5,
    areaSqm: 79.99,
    plotAreaSqm: 1011.71,
    externalUrl: 'https://homes.example/ad/T-1?a=1&b=2',
    description: 'Two rooms & a terrace.',
  });
  t.deepEqual(flat?.values.features, ['Parking', 'New build']);
});

test('a bracket left by a badly closed CDATA is dropped, one that closes another stays', (t) => {
  const [flat, mill] = ads();
  t.is(flat?.values.address, '12 Mill Lane');
  t.is(mill?.values.title, 'Old mill [listed building]');
});

test('the featured picture comes first', (t) => {
  t.deepEqual(ads()[0]?.values.images, [
    { url: 'https://homes.example/2.jpg', sortOrder: 0 },
    { url: 'https://homes.example/1.jpg', sortOrder: 1, caption: 'Kitchen' },
  ]);
});

test('a price of 0 is on request, a day that does not exist is no date', (t) => {
  const mill = ads()[1];
  t.like(mill?.values, { price: null, priceOnRequest: true, goal: 'SALE', areaSqm: null, descriptions: null });
  t.is(mill?.modifiedAt, undefined);
  t.deepEqual(warningCodes(mill), ['unreadable-date']);
});
