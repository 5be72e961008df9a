import test from 'ava';
import type { FeedContext, FeedMapping, MappedItem } from '../../../shared/feeds/formats/feed-format.ts';
import { generic } from '../../../shared/feeds/formats/generic.ts';
import { mapFeed, mapFixture, warningCodes } from '../../doubles/map-feed.ts';

function read(
  content: string,
  fields: FeedMapping['fields'],
  settings: Partial<FeedContext> = {},
): MappedItem | undefined {
  return mapFeed(generic, `<ads><ad>${content}</ad></ads>`, {
    ...settings,
    mapping: { itemPath: 'ads/ad', fields },
  })[0];
}

test('the first path that has text wins', (t) => {
  t.is(read('<a/><b>B</b><c>C</c>', { city: ['a', 'b', 'c'] })?.values.city, 'B');
  t.is(read('<a/>', { city: ['a', 'b'] })?.values.city, null);
  t.is(read('', { city: ['a', 'b'] })?.values.city, undefined);
  t.is(read('', { city: ['a', { value: 'Nicosia' }] })?.values.city, 'Nicosia');
});

test('numbers follow a locale where one is given', (t) => {
  t.is(read('<p>1.250</p>', { price: { path: 'p', number: 'de' }, currency: { value: 'EUR' } })?.values.price, 1250);
  t.is(read('<p>1.250</p>', { price: { path: 'p', number: 'en' }, currency: { value: 'EUR' } })?.values.price, 1.25);
  t.is(read('<p>1,250.5</p>', { areaSqm: { path: 'p', number: { decimal: '.' } } })?.values.areaSqm, 1250.5);
});

test('of several prices the first that is not a placeholder counts', (t) => {
  t.is(read('<s>0</s><r>950</r>', { price: ['s', 'r'] }, { defaultCurrency: 'EUR' })?.values.price, 950);
  t.like(read('<s>0</s><r/>', { price: ['s', 'r'] })?.values, { price: null, priceOnRequest: true });
});

test('no default stands in for a currency that a price names and no one knows', (t) => {
  const priced = (text: string, settings: Partial<FeedContext>): unknown[] => {
    const item = read(`<p>${text}</p>`, { id: { value: '1' }, price: 'p' }, settings);
    return [item?.values.price, item?.values.currency, ...warningCodes(item)];
  };
  for (const text of ['Qz 450.000', 'QX$ 450.000', '450.000 SR', '450.000 DH'])
    t.deepEqual(priced(text, { defaultCurrency: 'EUR' }), [450_000, null, 'unknown-currency'], text);
  t.deepEqual(priced('450.000 SR', { defaultCurrency: 'SAR' }), [450_000, 'SAR'], 'the default may be the one meant');
  t.deepEqual(priced('450.000 DH', { defaultCurrency: 'MAD' }), [450_000, 'MAD']);
  t.deepEqual(priced('KSh 12,000,000', { defaultCurrency: 'EUR' }), [12_000_000, 'KES']);
  for (const text of ['450.000', '450.000 VB', 'KM 450.000', 'Ab 450.000', '450.000 plus fees', '450.000 p.m.'])
    t.deepEqual(priced(text, { defaultCurrency: 'EUR' }), [450_000, 'EUR'], text);
  t.deepEqual(priced('POA', { defaultCurrency: 'EUR' }), [null, 'EUR']);
  t.deepEqual(priced('1.2 gazillion', { defaultCurrency: 'EUR' }), [undefined, undefined, 'unreadable-price']);
});

test('units stand in the rule, in the feed, or in the value', (t) => {
  t.is(read('<a>1000</a>', { areaSqm: { path: 'a', unit: 'sq ft' } })?.values.areaSqm, 92.9);
  t.is(read('<a u="acre">2</a>', { plotAreaSqm: { path: 'a', unitPath: 'a/@u' } })?.values.plotAreaSqm, 8093.71);
  t.is(read('<a>2 ha</a>', { plotAreaSqm: { path: 'a', unit: 'm2' } })?.values.plotAreaSqm, 20_000);
  t.deepEqual(
    warningCodes(read('<a u="parsec">2</a>', { id: { value: '1' }, plotAreaSqm: { path: 'a', unitPath: 'a/@u' } })),
    ['unknown-unit'],
  );
});

test('tables translate the feed’s words, others are understood as usual', (t) => {
  const fields = {
    goal: { path: 'g', map: { '1': 'SALE', '-1': 'RENT', 'zu Haben': 'SALE' } },
    status: { path: 's', map: { frei: 'ACTIVE', '*': 'RESERVED' } },
  };
  t.like(read('<g>-1</g><s>FREI</s>', fields)?.values, { goal: 'RENT', status: 'ACTIVE' });
  t.like(read('<g>zu haben</g><s>xyz</s>', fields)?.values, { goal: 'SALE', status: 'RESERVED' });
  t.is(read('<g>Alquiler</g>', fields)?.values.goal, 'RENT');
});

test('parts are joined and lists are split', (t) => {
  t.is(
    read('<s>Main Road</s><n/><z>5</z>', { address: { path: ['s', 'n', 'z'], join: ' ' } })?.values.address,
    'Main Road 5',
  );
  t.deepEqual(read('<f>Pool, Lift ,,pool</f>', { features: { path: 'f', split: ',' } })?.values.features, [
    'Pool',
    'Lift',
  ]);
  t.deepEqual(
    read('<i>http://a/1.jpg|http://a/2.jpg</i>', { images: { path: 'i', split: '|' } })?.values.images?.length,
    2,
  );
});

test('flags become features by their label or by their name', (t) => {
  t.deepEqual(
    read('<x><lift>1</lift><hasPool>yes</hasPool><garage>0</garage><heat>Gas</heat></x>', {
      features: [{ path: 'x/lift', label: 'Lift' }, 'x/hasPool', 'x/garage', 'x/heat'],
    })?.values.features,
    ['Lift', 'Has pool', 'Gas'],
  );
});

test('texts come by language from names, attributes and constants', (t) => {
  const settings = { languages: ['de'] };
  t.deepEqual(
    read('<d_en>House</d_en><d_de>Haus</d_de>', { descriptions: { en: 'd_en', de: 'd_de' } }, settings)?.values
      .descriptions,
    { en: 'House', de: 'Haus' },
  );
  t.is(
    read('<d_en>House</d_en><d_de>Haus</d_de>', { title: { en: 'd_en', de: 'd_de' } }, settings)?.values.title,
    'Haus',
  );
  t.deepEqual(
    read('<d><en>House</en><sv>Hus</sv></d>', { descriptions: { path: 'd/*', language: 'name' } })?.values.descriptions,
    { en: 'House', sv: 'Hus' },
  );
  t.deepEqual(
    read('<t l="gb"><x>House</x></t><t l="se"><x>Hus</x></t>', {
      descriptions: { each: 't', path: 'x', language: '@l' },
    })?.values.descriptions,
    { en: 'House', sv: 'Hus' },
  );
  t.deepEqual(
    read('<d>One~Two</d>', { description: { path: 'd', language: 'es', lineBreak: '~' } })?.values.descriptions,
    { es: 'One\nTwo' },
  );
});

test('the first text counts: further ones in a list stand in, whatever language they are in', (t) => {
  const german =
    '<titel>Helle Wohnung mit Balkon</titel><text>Eine sehr schöne Wohnung mit Balkon und Blick auf den ' +
    'Park.</text><art>Villa</art><name>Jane Smith</name>';
  const settings = { country: 'ES', languages: ['en'] };
  const both = read(german, { title: ['titel', 'name'], descriptions: ['text', 'art'] }, settings)?.values;
  t.is(both?.title, 'Helle Wohnung mit Balkon');
  t.deepEqual(both?.descriptions, { de: 'Eine sehr schöne Wohnung mit Balkon und Blick auf den Park.' });
  t.is(read(german, { title: { path: ['titel', 'name'] } }, settings)?.values.title, 'Helle Wohnung mit Balkon');
  t.is(
    read('<titel><![CDATA[<br/>]]></titel><name>Jane Smith</name>', { title: ['titel', 'name'] }, settings)?.values
      .title,
    'Jane Smith',
  );
  t.is(read('<name/>', { title: ['titel', 'name', { value: 'Home' }] }, settings)?.values.title, 'Home');
  t.is(read('<x>1</x>', { descriptions: { path: ['a', 'b'], join: ' ' } })?.values.descriptions, undefined);
});

test('the first text of each language counts; one without a language only if alone or its words tell', (t) => {
  const content = '<en/><en2>House</en2><de>Haus</de><de2>Häuschen</de2><any>Una casa muy bonita</any>';
  t.deepEqual(read(content, { descriptions: [{ en: ['en', 'en2'], de: ['de', 'de2'] }, 'any'] })?.values.descriptions, {
    en: 'House',
    de: 'Haus',
    es: 'Una casa muy bonita',
  });
  t.deepEqual(
    read(content, {
      descriptions: [
        { path: 'en2', language: 'en' },
        { path: 'de', language: 'de' },
        { path: 'de2', language: 'de' },
      ],
    })?.values.descriptions,
    { en: 'House', de: 'Haus' },
  );
  t.deepEqual(
    read('<t><any>A house</any></t>', {
      descriptions: [
        { path: 't/desc/*', language: 'name' },
        { path: 't/any', language: 'en' },
      ],
    })?.values.descriptions,
    { en: 'A house' },
  );
  t.deepEqual(
    read('<d>A house with a garden</d><d>Ein Haus mit einem Garten</d>', { descriptions: 'd' })?.values.descriptions,
    { en: 'A house with a garden', de: 'Ein Haus mit einem Garten' },
  );
});

test('a text in letters that several languages share is in the location’s where no name tells it', (t) => {
  const text = 'Апартамент до парка, два балкона';
  for (const descriptions of [
    ['d', { en: 'e' }],
    [{ en: 'e' }, 'd'],
  ]) {
    for (const [settings, language] of [
      [{ country: 'BG' }, 'bg'],
      [{ languages: ['bg'] }, 'bg'],
      [{ languages: ['sr'] }, 'sr'],
      [{ country: 'MK' }, 'mk'],
      [{}, 'ru'],
    ] as const) {
      const item = read(`<d>${text}</d><e>A flat near the park</e>`, { descriptions }, settings);
      t.deepEqual(item?.values.descriptions, { [language]: text, en: 'A flat near the park' }, language);
      if ('languages' in settings) t.is(item?.values.description, text);
    }
  }
});

test('a rent stands in an element that is named after its period', (t) => {
  const fields = { price: 'price', goal: 'g' };
  t.like(read('<g>RENT</g><price><yearly>180000</yearly></price>', fields, { defaultCurrency: 'AED' })?.values, {
    price: 180_000,
    rentalPeriod: 'year',
    priceOnRequest: false,
  });
  t.like(
    read('<g>RENT</g><price><yearly>0</yearly><monthly>9000</monthly></price>', fields, { defaultCurrency: 'AED' })
      ?.values,
    { price: 9000, rentalPeriod: 'month' },
  );
  t.like(read('<g>SALE</g><price>1850000</price>', fields, { defaultCurrency: 'AED' })?.values, {
    price: 1_850_000,
    rentalPeriod: undefined,
  });
  t.like(read('<g>RENT</g><price/>', fields, { defaultCurrency: 'AED' })?.values, {
    price: null,
    priceOnRequest: true,
  });
});

test('a point is turned where only then it lies in the country of the location', (t) => {
  const point = (text: string, settings: Partial<FeedContext>): unknown[] => {
    const item = read(`<g>${text}</g>`, { id: { value: '1' }, point: 'g' }, settings);
    return [item?.values.latitude, item?.values.longitude, ...warningCodes(item)];
  };
  t.deepEqual(point('55.1403,25.0805', { locationCountry: 'AE' }), [25.0805, 55.1403, 'coordinates-swapped']);
  t.deepEqual(point('25.0805,55.1403', { locationCountry: 'AE' }), [25.0805, 55.1403]);
  t.deepEqual(point('40.4,-3.7', { locationCountry: 'AE' }), [40.4, -3.7], 'an agency may sell abroad');
  t.deepEqual(point('55.1403,25.0805', { locationCountry: 'AE', country: 'LT' }), [55.1403, 25.0805]);
});

test('texts, flags and pictures in numbered attributes are read by their names', (t) => {
  const row = (attributes: string, fields: FeedMapping['fields']) =>
    mapFeed(generic, `<ads><ad ${attributes}/></ads>`, { mapping: { itemPath: 'ads/ad', fields } })[0]?.values;
  t.deepEqual(
    row('PHOTO1="http://a/1.jpg" PHOTO2="" PHOTO3="http://a/3.jpg"', { images: '@PHOTO*' })?.images?.map(
      ({ url }) => url,
    ),
    ['http://a/1.jpg', 'http://a/3.jpg'],
  );
  t.is(row('x="1"', { images: '@PHOTO*' })?.images, undefined);
  t.deepEqual(row('HAS_POOL="1" HAS_LIFT="0" HAS_SAUNA="yes"', { features: '@HAS_*' })?.features, [
    'Has pool',
    'Has sauna',
  ]);
  t.deepEqual(row('en="House" de="Haus"', { descriptions: { path: '@*', language: 'name' } })?.descriptions, {
    en: 'House',
    de: 'Haus',
  });
});

test('pictures have captions, a main one and positions', (t) => {
  const fields = { images: { each: 'p[@kind=photo]', path: 'u', caption: '@t', main: 'm', position: '@n' } };
  t.deepEqual(
    read(
      '<p kind="photo" n="2" t="Two"><u>http://a/2</u></p><p kind="photo" n="1"><u>http://a/1</u></p><p ' +
        'kind="photo" n="3"><u>http://a/3</u><m>true</m></p><p kind="plan" n="0"><u>http://a/0</u></p>',
      fields,
    )?.values.images?.map(({ url, caption }) => [url, caption]),
    [
      ['http://a/3', undefined],
      ['http://a/1', undefined],
      ['http://a/2', 'Two'],
    ],
  );
});

test('a point in one value, a hidden address, an action and a date of another order are understood', (t) => {
  t.like(read('<g>40,41; -3,70</g>', { point: 'g' })?.values, { latitude: 40.41, longitude: -3.7 });
  t.like(
    read('<a>Main Road 1</a><show>no</show><la>34.9012</la><lo>32.8651</lo>', {
      address: 'a',
      latitude: 'la',
      longitude: 'lo',
      addressHidden: { path: 'show', map: { no: 'true', yes: 'false' } },
    })?.values,
    { address: null, addressHidden: true, latitude: 34.9, longitude: 32.87 },
  );
  t.is(read('<x>1</x>', { action: { path: 'x', map: { '1': 'remove', '*': 'upsert' } } })?.action, 'remove');
  t.deepEqual(
    read('<m>02/03/2026</m>', { modifiedAt: { path: 'm', order: 'mdy' } })?.modifiedAt,
    new Date('2026-02-03T00:00:00Z'),
  );
});

test('a rent’s period does not cling to a sale', (t) => {
  const fields = { goal: 'g', price: 'p', rentalPeriod: { value: 'month' }, currency: { value: 'EUR' } };
  t.is(read('<g>rent</g><p>900</p>', fields)?.values.rentalPeriod, 'month');
  t.false('rentalPeriod' in (read('<g>sale</g><p>90000</p>', fields)?.values ?? {}));
});

test('a feed that calls the longitude altitude is read by its mapping', (t) => {
  const [flat, house] = mapFixture(generic, 'generic-inmovilla.xml', {
    mapping: {
      itemPath: 'propiedades/propiedad',
      fields: {
        id: 'id',
        price: ['precioinmo', 'precioalq'],
        goal: 'accion',
        currency: { value: 'EUR' },
        latitude: 'latitud',
        longitude: 'altitud',
        images: 'foto*',
        descriptions: { es: { path: 'descrip1', lineBreak: '~' }, en: { path: 'descrip2', lineBreak: '~' } },
      },
    },
  });
  t.like(flat?.values, {
    price: 212_736.84,
    latitude: 36.8402,
    longitude: -2.4679,
    descriptions: { es: 'Piso reformado.\nMuy luminoso.', en: 'Renovated flat.\nVery bright.' },
  });
  t.is(flat?.values.images?.length, 2);
  t.like(house?.values, { price: 950, goal: 'RENT' });
});

test('pages are read from the header', (t) => {
  const leaf = (name: string, text: string) => ({ name, attributes: {}, children: [], text });
  const root = {
    name: 'feed',
    attributes: {},
    text: '',
    children: [
      {
        name: 'metadata',
        attributes: {},
        text: '',
        children: [
          { name: 'multipage', attributes: {}, text: '', children: [leaf('current', '1'), leaf('last', '3')] },
        ],
      },
    ],
  };
  t.deepEqual(generic.pages?.({ languages: [], timeZone: 'UTC', surroundings: [root] }), { current: 1, last: 3 });
  t.is(generic.pages?.({ languages: [], timeZone: 'UTC', surroundings: [] }), undefined);
});

test('without a mapping there are no items', (t) => {
  t.deepEqual((generic.itemPaths as (mapping: undefined) => readonly string[])(undefined), []);
});
