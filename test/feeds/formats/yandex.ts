import test from 'ava';
import { yandex } from '../../../shared/feeds/formats/yandex.ts';
import { mapFeed, mapFixture, warningCodes } from '../../doubles/map-feed.ts';

const offers = mapFixture(yandex, 'yandex.xml');

test('an offer in Russian words is read whole', (t) => {
  const [flat] = offers;
  t.is(flat?.id, 'кв-17');
  t.deepEqual(flat?.modifiedAt, new Date('2026-02-20T09:00:00Z'));
  t.like(flat?.values, {
    goal: 'SALE',
    price: 8_900_000,
    currency: 'RUB',
    type: 'Apartment',
    title: 'Apartment, Домодедово',
    country: 'RU',
    province: 'Московская область',
    city: 'Домодедово',
    district: 'Авиационный',
    address: 'ул. Ильюшина, 11',
    latitude: 55.4436,
    longitude: 37.7681,
    areaSqm: 54.3,
    bedrooms: 2,
    externalUrl: 'https://realty.example/17',
    description: 'Двухкомнатная квартира с видом.',
    descriptions: { ru: 'Двухкомнатная квартира <b>с видом</b>.' },
  });
  t.deepEqual(flat?.values.features, ['New build', 'Lift', 'Balcony', 'Metro Домодедовская']);
  t.deepEqual(
    flat?.values.images?.map(({ url }) => url),
    ['https://realty.example/17/1.jpg', 'https://realty.example/17/2.jpg'],
  );
  t.deepEqual(flat?.warnings, []);
});

test('sotkas and hectares become square metres, and a price per sotka is multiplied out', (t) => {
  const [, plot, , office] = offers;
  t.like(plot?.values, { type: 'Land', plotAreaSqm: 600, price: 900_000, goal: 'SALE' });
  t.deepEqual(warningCodes(plot), ['price-per-area']);
  t.is(office?.values.areaSqm, 15_000);
});

test('a rent per day keeps its period, a studio has no bedroom', (t) => {
  const studio = offers[2];
  t.like(studio?.values, { goal: 'RENT', price: 4500, rentalPeriod: 'day', bedrooms: 0, areaSqm: 28, city: 'Сочи' });
});

test('the town of an address stands in for a missing locality, a street does not', (t) => {
  t.is(offers[3]?.values.city, 'Новоуральск');
  t.like(offers[3]?.values, { type: 'Office', price: null, priceOnRequest: true });
  t.is(offers[1]?.values.city, 'Ромашково');
});

test('a price per area without an area is on request', (t) => {
  const [item] = yandex.map(
    {
      name: 'offer',
      attributes: { 'internal-id': '1' },
      text: '',
      children: [
        {
          name: 'price',
          attributes: {},
          text: '',
          children: [
            { name: 'value', attributes: {}, children: [], text: '100' },
            { name: 'unit', attributes: {}, children: [], text: 'кв.м' },
          ],
        },
      ],
    },
    { languages: ['ru'], timeZone: 'UTC', surroundings: [] },
  );
  t.like(item?.values, { price: null, priceOnRequest: true });
});

test('of a room in a shared flat the rooms on offer and its own area count, of a flat all', (t) => {
  const read = (inner: string) =>
    mapFeed(yandex, `<realty-feed><offer internal-id="1"><type>продажа</type>${inner}</offer></realty-feed>`)[0]
      ?.values;
  t.like(read('<category>комната</category><rooms>3</rooms><rooms-offered>1</rooms-offered>'), {
    type: 'Room',
    bedrooms: 1,
  });
  const areas = '<area><value>110</value></area><room-space><value>18</value></room-space>';
  t.like(read(`<category>комната</category>${areas}`), { areaSqm: 18 });
  t.like(read(`<category>квартира</category>${areas}`), { areaSqm: 110 });
  t.like(read('<category>room</category><rooms>2</rooms>'), { type: 'Room', bedrooms: 2 });
  t.like(read('<category>квартира</category><rooms>3</rooms><rooms-offered>1</rooms-offered>'), {
    type: 'Apartment',
    bedrooms: 3,
  });
});

test('a plan is not the main image', (t) => {
  const [item] = mapFeed(
    yandex,
    '<realty-feed><offer internal-id="1"><image tag="plan">http://a.example/p.jpg</image>' +
      '<image>http://a.example/1.jpg</image></offer></realty-feed>',
  );
  t.deepEqual(
    item?.values.images?.map(({ url }) => url),
    ['http://a.example/1.jpg', 'http://a.example/p.jpg'],
  );
});
