import test from 'ava';
import { openimmo } from '../../../shared/feeds/formats/openimmo.ts';
import { mapFeed, mapFixture, warningCodes } from '../../doubles/map-feed.ts';

const objects = mapFixture(openimmo, 'openimmo.xml', { languages: ['de'] });

test('an object for sale is read whole', (t) => {
  const [house] = objects;
  t.is(house?.id, 'AN-1/OBID-7');
  t.is(house?.action, 'upsert');
  t.deepEqual(house?.modifiedAt, new Date('2026-02-28T00:00:00Z'));
  t.like(house?.values, {
    reference: 'M-0007',
    goal: 'SALE',
    price: 489_000,
    currency: 'EUR',
    type: 'Townhouse',
    title: 'Reihenhaus am Fluß',
    city: 'Dresden',
    district: 'Altstadt',
    province: 'Sachsen',
    postalCode: '01067',
    country: 'DE',
    address: 'Elbweg 7a',
    addressHidden: false,
    latitude: 51.0504,
    longitude: 13.7373,
    areaSqm: 132.5,
    plotAreaSqm: 1076.39,
    bedrooms: 3,
    bathrooms: 2,
    energyRating: 'A+',
    status: 'RESERVED',
  });
  t.deepEqual(house?.values.features, [
    '5.5 rooms',
    '1 balcony',
    'Fireplace',
    'Fitted kitchen',
    'Cellar',
    'Pets allowed',
  ]);
  t.deepEqual(warningCodes(house), ['pictures-lost']);
});

test('texts of the object’s language are joined, others are kept alongside them', (t) => {
  const [house] = objects;
  t.deepEqual(house?.values.descriptions, {
    de: 'Ein Haus mit Garten.<br /><br />Nahe der Elbe.<br />Ruhig.',
    en: 'A house with a garden.',
  });
  t.is(house?.values.description, 'Ein Haus mit Garten.\n\nNahe der Elbe.\nRuhig.');
});

test('attachments on the web are pictures, the title picture first; enclosed files and documents are not', (t) => {
  t.deepEqual(objects[0]?.values.images, [
    { url: 'https://img.example/1.jpg', sortOrder: 0, caption: 'Front' },
    { url: 'https://img.example/2.jpg', sortOrder: 1, caption: 'Garten' },
  ]);
});

test('without a title picture a floor plan or a map is not the main image', (t) => {
  const attachment = (group: string, name: string) =>
    `<anhang location="EXTERN" gruppe="${group}"><daten><pfad>https://img.example/${name}.jpg</pfad></daten></anhang>`;
  const read = (inner: string) =>
    mapFeed(
      openimmo,
      `<openimmo><anbieter><immobilie><anhaenge>${inner}</anhaenge><verwaltung_techn>` +
        '<openimmo_obid>1</openimmo_obid></verwaltung_techn></immobilie></anbieter></openimmo>',
    )[0]?.values.images?.map(({ url }) => url.slice(20, -4));
  const plans = `${attachment('GRUNDRISS', 'plan')}${attachment('KARTEN_LAGEPLAN', 'map')}`;
  t.deepEqual(read(`${plans}${attachment('BILD', '1')}${attachment('BILD', '2')}`), ['1', 'plan', 'map', '2']);
  t.deepEqual(read(`${attachment('BILD', '1')}${attachment('GRUNDRISS', 'plan')}${attachment('TITELBILD', '2')}`), [
    '2',
    '1',
    'plan',
  ]);
});

test('an address that is not released is hidden and its point rounded', (t) => {
  const flat = objects[1];
  t.like(flat?.values, {
    addressHidden: true,
    address: null,
    latitude: 48.21,
    longitude: 16.37,
    city: 'Wien',
    country: 'AT',
  });
  t.like(flat?.values, { goal: 'RENT', price: 1450, rentalPeriod: 'month', currency: 'EUR' });
  t.is(flat?.id, 'AN-1/M-0008');
  t.is(flat?.idSource, 'reference');
});

test('one id at two providers is two listings', (t) => {
  t.deepEqual(
    objects.map(({ id }) => id),
    ['AN-1/OBID-7', 'AN-1/M-0008', 'AN-2/OBID-7', 'AN-2/OBID-9'],
  );
});

test('a reference is sold, delete removes whatever its letter case', (t) => {
  t.is(objects[2]?.values.status, 'SOLD');
  t.like(objects[2]?.values, { price: null, priceOnRequest: true });
  t.is(objects[3]?.action, 'remove');
});

test('an object for sale and for rent is a sale with a warning', (t) => {
  t.like(objects[3]?.values, { goal: 'SALE', price: 900_000, currency: 'EUR', type: 'Office' });
  t.deepEqual(warningCodes(objects[3]), ['sale-and-rent']);
});

test('a full transfer is a snapshot, a partial or an unsaid one is a delta', (t) => {
  const transfer = (attributes: Record<string, string>) => [
    {
      name: 'openimmo',
      attributes: {},
      text: '',
      children: [{ name: 'uebertragung', attributes, text: '', children: [] }],
    },
  ];
  const context = { languages: [], timeZone: 'UTC' };
  t.is(openimmo.mode({ ...context, surroundings: transfer({ umfang: 'VOLL' }) }), 'snapshot');
  t.is(openimmo.mode({ ...context, surroundings: transfer({ umfang: 'TEIL' }) }), 'delta');
  t.is(openimmo.mode({ ...context, surroundings: transfer({}) }), 'delta');
  t.is(openimmo.mode({ ...context, surroundings: [] }), 'delta');
});

test('a partial transfer changes only what it contains, and deletes by its mode', (t) => {
  const [gone, rented] = mapFixture(openimmo, 'openimmo-partial.xml');
  t.is(gone?.action, 'remove');
  t.deepEqual(gone?.values, { status: 'WITHDRAWN' });
  t.is(rented?.action, 'upsert');
  t.like(rented?.values, { status: 'RENTED', price: 700, goal: 'RENT' });
  t.false('title' in (rented?.values ?? {}));
});

test('a German text without language or country is German', (t) => {
  const [item] = mapFeed(
    openimmo,
    '<openimmo><anbieter><immobilie><freitexte><objekt_text lang="">Schön.</objekt_text></freitexte>' +
      '<verwaltung_techn><openimmo_obid>1</openimmo_obid></verwaltung_techn></immobilie></anbieter></openimmo>',
  );
  t.deepEqual(item?.values.descriptions, { de: 'Schön.' });
});

test('a field of 0.00 that is not used hides no other', (t) => {
  const read = (inner: string) =>
    mapFeed(
      openimmo,
      `<openimmo><anbieter><immobilie>${inner}<verwaltung_techn><openimmo_obid>1</openimmo_obid></verwaltung_techn>` +
        '</immobilie></anbieter></openimmo>',
    )[0]?.values;
  const goal = '<objektkategorie><vermarktungsart KAUF="0" MIETE_PACHT="1"/></objektkategorie>';
  t.like(
    read(
      `${goal}<preise><kaufpreis>0.00</kaufpreis><nettokaltmiete>0.00</nettokaltmiete>` +
        '<kaltmiete>2500.00</kaltmiete></preise><flaechen><wohnflaeche>0.00</wohnflaeche>' +
        '<nutzflaeche>300.00</nutzflaeche></flaechen>',
    ),
    { goal: 'RENT', price: 2500, areaSqm: 300 },
  );
  t.like(read('<preise><kaufpreis>0.00</kaufpreis><kaltmiete>800.00</kaltmiete></preise>'), {
    goal: 'RENT',
    price: 800,
    rentalPeriod: 'month',
  });
  t.like(read('<preise><kaufpreis>0.00</kaufpreis><kaltmiete>0.00</kaltmiete></preise>'), {
    goal: 'SALE',
    price: null,
    priceOnRequest: true,
  });
});
