import test from 'ava';
import { detectFormat } from '../../../shared/feeds/formats/detect.ts';
import { kyero } from '../../../shared/feeds/formats/kyero.ts';
import { parseBeginning } from '../../../shared/feeds/xml/parse-beginning.ts';
import type { XmlElement } from '../../../shared/feeds/xml/xml-element.ts';
import { mapFeed, mapFixture, readFixture, valuesOf, warningCodes } from '../../doubles/map-feed.ts';

test('a sign of several currencies in the field for the currency is that of the settings or the country', (t) => {
  for (const [sign, settings, code] of [
    ['$', { country: 'AU' }, 'AUD'],
    ['$', { country: 'MX' }, 'MXN'],
    ['$', { country: 'ES' }, 'USD'],
    ['kr', { country: 'SE' }, 'SEK'],
    ['kr', { country: 'SE', defaultCurrency: 'NOK' }, 'NOK'],
    ['Rs', { country: 'IN' }, 'INR'],
    ['¥', { country: 'JP' }, 'JPY'],
    ['€', { country: 'SE' }, 'EUR'],
  ] as const) {
    const [item] = mapFeed(
      kyero,
      '<root><kyero><feed_version>3</feed_version></kyero><property><id>1</id><price>450000</price>' +
        `<currency>${sign}</currency></property></root>`,
      settings,
    );
    t.is(item?.values.currency, code, `${sign} ${JSON.stringify(settings)}`);
  }
});

test('a listing of version 3 is read whole', (t) => {
  const [first] = mapFixture(kyero, 'kyero.xml');
  t.is(first?.id, '00123');
  t.is(first?.idSource, 'id');
  t.deepEqual(first?.modifiedAt, new Date('2026-02-27T10:33:05Z'));
  t.like(first?.values, {
    reference: 'CE-123',
    price: 349_950,
    currency: 'EUR',
    priceOnRequest: false,
    goal: 'SALE',
    type: 'Townhouse',
    title: 'Townhouse, Villajoyosa',
    bedrooms: 3,
    bathrooms: 2,
    areaSqm: 142,
    plotAreaSqm: null,
    city: 'Villajoyosa',
    district: 'El Paraíso',
    province: 'Alicante',
    country: 'ES',
    postalCode: '03570',
    latitude: 38.5075,
    longitude: -0.2335,
    energyRating: 'B',
    externalUrl: 'https://casa.example/en/123',
    description: 'Town house with pool & garden.',
  });
  t.deepEqual(first?.values.features, ['Sea views', 'Pool', 'New build']);
  t.deepEqual(first?.warnings, []);
  t.false(JSON.stringify(first).includes('hurry'), 'private notes are not read');
});

test('every description is kept in its language, empty ones are not', (t) => {
  const [first] = mapFixture(kyero, 'kyero.xml', { languages: ['es'] });
  t.deepEqual(first?.values.descriptions, {
    es: '<p>Adosado con <b>piscina</b> &amp; jardín.</p>',
    en: 'Town house with pool & garden.',
    uk: 'Таунхаус з басейном.',
    nb: 'Rekkehus med basseng.',
  });
  t.is(first?.values.description, 'Adosado con piscina & jardín.');
  t.is(first?.values.externalUrl, 'https://casa.example/es/123');
});

test('images are ordered by their id and doubles are dropped', (t) => {
  const [first] = mapFixture(kyero, 'kyero.xml');
  t.deepEqual(first?.values.images, [
    { url: 'https://img.casa.example/123/1.jpg', sortOrder: 0, caption: 'Front' },
    { url: 'https://img.casa.example/123/2%20salon.jpg', sortOrder: 1 },
  ]);
});

test('x is on request, built 1 is unknown, swapped coordinates are turned with a warning', (t) => {
  const second = mapFixture(kyero, 'kyero.xml')[1];
  t.like(second?.values, {
    price: null,
    priceOnRequest: true,
    currency: 'GBP',
    goal: 'RENT',
    rentalPeriod: 'month',
    bedrooms: 0,
    areaSqm: null,
    latitude: 38.59,
    longitude: -0.05,
    energyRating: null,
    images: null,
  });
  t.is(second?.modifiedAt, undefined);
  t.deepEqual(warningCodes(second), ['coordinates-swapped']);
});

test('ThinkSPAIN’s names are read, and an address that is not to be shown is hidden', (t) => {
  const [villa] = mapFixture(kyero, 'kyero-thinkspain.xml');
  t.is(villa?.id, 'TS-9');
  t.deepEqual(villa?.modifiedAt, new Date('2026-01-15T09:00:00Z'));
  t.like(villa?.values, {
    reference: 'V-900',
    price: 1_250_000,
    currency: 'EUR',
    goal: 'SALE',
    bedrooms: 5,
    areaSqm: 320,
    plotAreaSqm: 1100,
    addressHidden: true,
    address: null,
    latitude: 38.69,
    longitude: 0.13,
  });
  t.deepEqual(Object.keys(villa?.values.descriptions ?? {}), ['en', 'de']);
});

test('Resales Online’s names are read: uk is English there', (t) => {
  const [flat] = mapFixture(kyero, 'resales.xml');
  t.like(flat?.values, {
    type: 'Apartment',
    goal: 'RENT',
    rentalPeriod: 'week',
    status: 'RESERVED',
    areaSqm: 80,
    plotAreaSqm: null,
  });
  t.deepEqual(flat?.values.descriptions, { en: 'Bright apartment.', es: 'Apartamento luminoso.' });
  t.deepEqual(flat?.values.features, ['Lift']);
  t.deepEqual(
    flat?.values.images?.map(({ url }) => url),
    ['https://rs.example/1.jpg', 'https://rs.example/2.jpg'],
  );
});

test('without id the reference stands in, without currency there is none, an unknown status is left alone', (t) => {
  const second = mapFixture(kyero, 'resales.xml')[1];
  t.is(second?.id, 'R9999');
  t.is(second?.idSource, 'reference');
  t.is(second?.values.currency, null);
  t.false('status' in (second?.values ?? {}));
  t.deepEqual(warningCodes(second).toSorted(), ['missing-currency', 'missing-id', 'unknown-status']);
  t.is(mapFixture(kyero, 'resales.xml', { defaultCurrency: 'GBP' })[1]?.values.currency, 'GBP');
  t.is(mapFixture(kyero, 'resales.xml', { country: 'ES' })[1]?.values.currency, 'EUR');
});

test('what an item does not speak of is left out, what is there and empty is null', (t) => {
  const [item] = mapFeed(kyero, '<root><kyero/><property><id>1</id><town/><desc/></property></root>');
  t.deepEqual(item?.values, { city: null, descriptions: null, description: null });
});

test('the dates of a feed are in its time zone', (t) => {
  const [first] = mapFixture(kyero, 'kyero.xml', { timeZone: 'Europe/Madrid' });
  t.deepEqual(first?.modifiedAt, new Date('2026-02-27T09:33:05Z'));
});

test('a description in HTML without CDATA keeps its markup', (t) => {
  const [item] = mapFeed(
    kyero,
    '<root><kyero/><property><id>1</id><desc><en>A <b>large</b> house<br/>by the sea</en></desc></property></root>',
  );
  t.is(item?.values.descriptions?.['en'], 'A <b>large</b> house<br />by the sea');
  t.is(item?.values.description, 'A large house\nby the sea');
});

/** Names in capitals, outside of CDATA. */
const inCapitals = (document: string): string =>
  document.replace(/<!\[CDATA\[[^]*?\]\]>|<\/?[\w-]+|(?<=<[^<>]*\s)[\w-]+(?==")/g, (found) =>
    found.startsWith('<!') ? found : found.toUpperCase(),
  );

test('names in capitals are read like the usual ones', (t) => {
  for (const file of ['kyero.xml', 'kyero-thinkspain.xml']) {
    const document = readFixture(file).toString();
    const capitals = inCapitals(document);
    t.true(capitals.includes('<PROPERTY>'));
    t.deepEqual(mapFeed(kyero, capitals), mapFeed(kyero, document));
    t.is(detectFormat(parseBeginning(Buffer.from(capitals)) as XmlElement).format.name, 'KYERO');
  }
});

test('a text in a language of a country is kept alongside the one in the language', (t) => {
  const texts = (inside: string): unknown =>
    mapFeed(kyero, `<root><kyero/><property><id>1</id><desc>${inside}</desc></property></root>`)[0]?.values
      .descriptions;
  t.deepEqual(texts('<en>A text</en><en-GB>A British text</en-GB><es>Texto</es>'), {
    en: 'A text',
    'en-GB': 'A British text',
    es: 'Texto',
  });
  t.deepEqual(texts('<en_gb>A British text</en_gb><en>A text</en>'), { en: 'A text', 'en-GB': 'A British text' });
  t.deepEqual(texts('<en-GB>A British text</en-GB><es>Texto</es>'), { en: 'A British text', es: 'Texto' });
  t.deepEqual(texts('<en>A text</en><en-GB>A text</en-GB>'), { en: 'A text' });
});

test('a price whose text names another currency than its field is reported', (t) => {
  const read = (price: string, currency: string) =>
    mapFeed(
      kyero,
      `<root><kyero/><property><id>1</id><price>${price}</price><currency>${currency}</currency></property></root>`,
    )[0];
  t.like(read('£450,000 GBP', 'EUR')?.values, { price: 450_000, currency: 'EUR' });
  t.deepEqual(warningCodes(read('£450,000 GBP', 'EUR')), ['currency-conflict']);
  for (const [price, currency] of [
    ['£450,000', 'GBP'],
    ['$450,000', 'MXN'],
    ['450000', 'EUR'],
    ['$450,000', 'AUD'],
  ] as const)
    t.deepEqual(warningCodes(read(price, currency)), [], price);
});

test('ids are those of the feed', (t) => {
  t.deepEqual(
    mapFixture(kyero, 'kyero.xml').map(({ id }) => id),
    ['00123', 'abC-2'],
  );
  t.deepEqual(valuesOf(mapFixture(kyero, 'kyero.xml'), 'reference'), ['CE-123', 'CE-2']);
});

test('a price in a currency that only its country tells takes no default', (t) => {
  const read = (price: string, settings: { country?: string; defaultCurrency?: string }, inner = '') =>
    mapFeed(kyero, `<root><kyero/><property><id>1</id>${inner}<price>${price}</price></property></root>`, settings)[0];
  for (const price of ['kr 3.200.000,-', 'Rs 1,25,00,000', '¥50,000,000']) {
    t.is(read(price, { country: 'ES' })?.values.currency, null, price);
    t.deepEqual(warningCodes(read(price, { country: 'ES' })), ['unknown-currency'], price);
  }
  t.is(read('R 1 950 000', { country: 'ES' })?.values.currency, 'ZAR');
  t.is(read('kr 3.200.000,-', { country: 'NO' })?.values.currency, 'NOK');
  t.is(read('kr 3.200.000,-', { defaultCurrency: 'SEK' })?.values.currency, 'SEK');
  t.is(read('kr 3.200.000,-', { country: 'ES' }, '<country>Norway</country>')?.values.currency, 'NOK');
  t.is(read('$500,000', { country: 'AU' })?.values.currency, 'AUD');
  t.is(read('$500,000', { country: 'ES' })?.values.currency, 'USD');
  t.like(read('1,250,000.00 (approx. £980,000)', { country: 'ES' })?.values, { price: 1_250_000, currency: 'EUR' });
});

test('a plot of land has its size where the feed says what is built', (t) => {
  const land = (inner: string) =>
    mapFeed(
      kyero,
      `<root><kyero/><property><id>1</id><type>Plot</type><surface_area>${inner}</surface_area></property></root>`,
    );
  t.like(land('<built>11900</built><plot>1</plot>')[0]?.values, { type: 'Land', areaSqm: null, plotAreaSqm: 11_900 });
  t.like(land('<built>60</built><plot>900</plot>')[0]?.values, { areaSqm: 60, plotAreaSqm: 900 });
  t.like(land('<built>900</built><plot>900</plot>')[0]?.values, { areaSqm: null, plotAreaSqm: 900 });
});
