import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import type { ListingValues } from '../../../shared/feeds/formats/feed-format.ts';
import { previewFeed } from '../../../shared/feeds/preview/preview.ts';
import type { FeedPreview, PreviewListing } from '../../../shared/feeds/preview/preview.ts';
import { currentEnvironment } from '../../../shared/platform/config.ts';

/** Published feeds (FEED_SAMPLES, or next to the checkout). */
const folder =
  currentEnvironment()['FEED_SAMPLES'] ?? fileURLToPath(new URL('../../../../shared/feeds', import.meta.url));

interface Expected {
  readonly format: string;
  readonly count: number;
  /** The first ones, or all. */
  readonly ids: readonly string[];
  /** By id or position. */
  readonly values: Readonly<
    Record<
      string,
      Partial<ListingValues> & { readonly pictures?: number; readonly action?: string; readonly modified?: string }
    >
  >;
  readonly mapping?: string;
  readonly encoding?: RegExp;
}

const yandex = (count: number, ids: string[], values: Expected['values']): Expected => ({
  format: 'YANDEX',
  count,
  ids,
  values,
});
const kupino = {
  goal: 'RENT',
  price: 10_000,
  currency: 'RUB',
  rentalPeriod: 'month',
  areaSqm: 40,
  type: 'Retail',
  city: 'Купино',
  address: 'Купино, ул. Советов, 80А',
  latitude: 54.3630213,
  longitude: 77.2935593,
  country: 'RU',
} as const;
const plyos = {
  goal: 'RENT',
  price: 49_995,
  rentalPeriod: 'month',
  areaSqm: 1205,
  type: 'Commercial',
  latitude: 57.459187,
  pictures: 9,
} as const;
const cellar = {
  goal: 'SALE',
  price: 600_000,
  areaSqm: 6.5,
  latitude: 55.071925,
  pictures: 10,
  city: 'Новосибирск',
} as const;
const specification: Expected = {
  format: 'OPENIMMO',
  count: 1,
  ids: ['111'],
  values: {
    '111': {
      title: 'Schönes Appartment im Stadtzentrum',
      goal: 'SALE',
      priceOnRequest: true,
      price: null,
      currency: 'DEM',
      type: 'Room',
      country: 'DE',
      district: 'Blumenviertel',
      bedrooms: 1,
      bathrooms: 1,
      areaSqm: null,
      energyRating: 'C',
      addressHidden: true,
      address: null,
      latitude: null,
      images: null,
      modified: '2001-02-03T00:00:00.000Z',
      descriptions: {
        de: 'Hier können Hinweise auf die Regelung im Fernabsatzgesetz stehen.',
        en: 'Nice appartment in the inner city',
      },
    },
  },
};

const conformance = Object.fromEntries(
  Object.entries({
    bg: 'Bulgarian',
    ca: 'Catalan',
    cs: 'Czech',
    de: 'German',
    da: 'Danish',
    el: 'Greek',
    en: 'English',
    es: 'Spanish',
    et: 'Estonian',
    fi: 'Finnish',
    fr: 'French',
    hi: 'Hindi',
    hu: 'Hungarian',
    id: 'Indonesian',
    it: 'Italian',
    ja: 'Japanese',
    ko: 'Korean',
    lt: 'Lithuanian',
    lv: 'Latvian',
    nl: 'Dutch',
    nb: 'Norwegian',
    pl: 'Polish',
    pt: 'Portuguese',
    ro: 'Romainan',
    ru: 'Russian',
    sk: 'Slovak',
    sl: 'Slovenian',
    sv: 'Swedish',
    th: 'Thai',
    tr: 'Turkish',
    uk: 'Ukranian',
    vi: 'Vietnamese',
    zh: 'Simplified Chinese',
  }).map(([language, name]) => [language, `${name} property description`]),
);

const feeds: Readonly<Record<string, Expected>> = {
  'kyero/cbw-wordpress.xml': {
    format: 'KYERO',
    count: 2,
    ids: ['510187', '509939'],
    values: {
      '510187': {
        reference: 'CBW-510187',
        price: 249_500,
        currency: 'EUR',
        goal: 'SALE',
        type: 'Apartment',
        city: 'Torre de la Horadada',
        province: 'Alicante',
        country: 'ES',
        latitude: 37.8652808,
        longitude: -0.7649835,
        bedrooms: 2,
        bathrooms: 2,
        areaSqm: 64,
        energyRating: null,
        pictures: 2,
        modified: '2023-04-04T11:45:01.000Z',
      },
      '509939': {
        price: 195_000,
        type: 'Commercial',
        city: 'Dehesa de Campoamor',
        bedrooms: 0,
        bathrooms: 0,
        areaSqm: 66,
        plotAreaSqm: 80,
        pictures: 1,
      },
    },
  },
  'kyero/cmproperties-133.xml': {
    format: 'KYERO',
    count: 133,
    ids: ['M702', 'M703', 'M704'],
    values: {
      M702: {
        price: 95_000,
        currency: 'EUR',
        goal: 'SALE',
        type: 'Country house',
        city: 'San Javier',
        province: 'Murcia',
        latitude: null,
        longitude: null,
        bedrooms: 2,
        bathrooms: 1,
        areaSqm: null,
        plotAreaSqm: null,
        energyRating: 'A',
        pictures: 12,
        features: ['land in front of house 700m2', 'front garden', 'rear patio 250m2', 'Pool'],
        modified: '2014-07-30T13:29:12.000Z',
      },
      M707: { latitude: 37.862725, longitude: -1.057777 },
      'T*177': {
        price: 160_000,
        type: 'Apartment',
        city: 'Torrevieja',
        latitude: 38.001619,
        longitude: -0.648778,
        bedrooms: 2,
        bathrooms: 1,
        areaSqm: 60,
        pictures: 8,
      },
      'O*318': { priceOnRequest: true, type: null, city: null, images: null },
      T180: { price: 68_000, district: 'Cabo Cervera', areaSqm: 40, plotAreaSqm: null, pictures: 12 },
      T173: { areaSqm: 72, plotAreaSqm: null },
    },
  },
  'kyero/openestate-conformance.xml': {
    format: 'KYERO',
    count: 1,
    ids: ['12367'],
    values: {
      '12367': {
        reference: 'V3TEST',
        price: 250_000,
        type: 'Villa',
        city: 'almunecar',
        province: 'granada',
        district: 'Urb Tropicana',
        latitude: 36.728807,
        longitude: -3.693466,
        bedrooms: 3,
        bathrooms: 2,
        areaSqm: 150,
        plotAreaSqm: 500,
        energyRating: 'D',
        externalUrl: 'http://english.website.com/property/123456.htm',
        pictures: 5,
        description: 'English property description',
        descriptions: conformance,
      },
    },
  },
  'kyero/openestate-example.xml': {
    format: 'KYERO',
    count: 1,
    ids: ['12367'],
    values: {
      '12367': {
        price: 250_000,
        currency: 'EUR',
        country: 'ES',
        district: 'optional location detail',
        features: ['good rental potential', 'near beach', 'water possible', 'Pool'],
        pictures: 5,
      },
    },
  },
  'openimmo/laravel-example.xml': {
    format: 'OPENIMMO',
    count: 1,
    ids: ['8333'],
    values: {
      '8333': {
        reference: '8333',
        goal: 'RENT',
        price: 940,
        rentalPeriod: 'month',
        areaSqm: 72.3,
        city: 'Heidingsfeld, Heidingsfeld',
        postalCode: '97084',
        title: 'Reinkommen, wohlfühlen, losleben!',
        pictures: 6,
        modified: '2025-04-01T00:00:00.000Z',
      },
    },
  },
  'openimmo/oliverklee-delete.xml': {
    format: 'OPENIMMO',
    count: 1,
    ids: ['foo'],
    values: { foo: { action: 'remove', reference: 'bar1234567', images: null } },
  },
  'openimmo/oliverklee-two-objects.xml': {
    format: 'OPENIMMO',
    count: 2,
    ids: ['foo/foo'],
    values: {
      '0': { reference: 'bar1234567', goal: 'SALE', type: 'Room', postalCode: 'zip' },
      '1': { reference: 'bar2345678', goal: 'SALE', type: 'Room' },
    },
  },
  'openimmo/openestate-example.xml': specification,
  'openimmo/spec-example-127-iso8859.xml': { ...specification, encoding: /windows-1252/ },
  'other/avito-maxcapital-26.xml': {
    format: 'AVITO',
    count: 26,
    ids: ['mk107s', 'mk107vs', 'mk110'],
    values: {
      mk107s: {
        goal: 'SALE',
        price: 1_700_000,
        currency: 'RUB',
        areaSqm: 27,
        type: 'Commercial',
        address: 'Новосибирск, ул. 25 лет Октября, 9',
        latitude: 55.071925,
        longitude: 82.9656049,
        title: 'Апартаменты на первом высоком этаже две комнаты - 27 м² с санузлом - под офис или проживание',
        pictures: 4,
      },
      mk109: {
        goal: 'RENT',
        price: 20_000,
        rentalPeriod: 'month',
        areaSqm: 387,
        pictures: 7,
        title: 'Место под прицеп, вагончик или технику — Новосибирск, Садовая 153',
      },
    },
  },
  'other/casa-it-attributes.xml': {
    format: 'CASA_IT',
    count: 1,
    ids: ['001'],
    values: {
      '001': {
        reference: 'rif.immobile',
        goal: 'RENT',
        price: null,
        priceOnRequest: true,
        bedrooms: undefined,
        bathrooms: null,
        areaSqm: null,
        latitude: null,
        addressHidden: true,
        description: "descrizione di test per l'immobile indicato. Almeno 20 caratteri",
        images: [{ url: 'https://www.casa.it/im/logos/casa_207x56.png', sortOrder: 0 }],
      },
    },
  },
  'other/cian-poselkino-14.xml': {
    format: 'CIAN',
    count: 14,
    ids: [
      '3581',
      '3590',
      '3221',
      '3269',
      '4131',
      '4485',
      '3549',
      '3299',
      '3256',
      '3272',
      '3487',
      '4142',
      '3596',
      '3360',
    ],
    values: {
      '3581': {
        goal: 'SALE',
        type: 'Land',
        price: 673_100,
        currency: 'RUB',
        city: 'Рублево',
        latitude: 55.25388,
        longitude: 37.75179,
        plotAreaSqm: 508,
        pictures: 9,
      },
      '3360': { price: 755_550, plotAreaSqm: 734, city: 'Фестиваль', latitude: 55.454517, pictures: 9 },
    },
  },
  'other/dubai-no-ids.xml': {
    format: 'GENERIC',
    mapping: 'dubai',
    count: 5,
    ids: [],
    values: {
      '0': {
        title: 'Luxury Villa',
        district: 'Dubai Marina',
        city: 'Dubai',
        price: 5_000_000,
        currency: 'AED',
        bedrooms: 5,
        bathrooms: 4,
      },
      '4': { title: 'Penthouse Suite', price: 10_000_000, bedrooms: 3 },
    },
  },
  'other/immobar-bilingual.xml': {
    format: 'GENERIC',
    mapping: 'immobar',
    count: 1,
    ids: ['51248'],
    values: {
      '51248': {
        reference: '10M001',
        goal: 'SALE',
        type: 'Apartment',
        price: 300_123.45,
        city: 'Brunico',
        address: 'via Centale 5',
        postalCode: '39100',
        bedrooms: 3,
        bathrooms: 2,
        areaSqm: 88.5,
        latitude: null,
        descriptions: { de: 'Beschreibung...', it: 'Descrizione...' },
        pictures: 5,
        modified: '2014-10-19T00:00:00.000Z',
      },
    },
  },
  'other/immobiliare-it-7.xml': {
    format: 'IMMOBILIARE',
    count: 7,
    ids: ['51064668', '31064668', '61064668', '51065668', '31065668', 'ROOM-987654321', 'H/12345'],
    values: {
      '51064668': {
        action: 'upsert',
        goal: 'RENT',
        price: 700_000,
        currency: 'EUR',
        type: 'Apartment',
        city: 'Roma',
        province: 'Lazio',
        country: 'IT',
        postalCode: '00141',
        address: 'Via Ottaviano, 6',
        latitude: 43.07958,
        longitude: 11.6734,
        areaSqm: 280,
        bedrooms: 2,
        bathrooms: 1,
        energyRating: 'A2',
        pictures: 2,
        modified: '2013-04-13T12:31:00.000Z',
      },
      '31064668': { goal: 'SALE', price: 110_000, areaSqm: 2200, plotAreaSqm: 150_000, energyRating: 'D' },
      '61064668': { areaSqm: 300, type: 'Office', bathrooms: 2 },
      'H/12345': { price: 1300, city: 'Pantelleria', areaSqm: 55, energyRating: 'C', pictures: 3 },
    },
  },
  'other/inmoweb-image-attributes.xml': {
    format: 'GENERIC',
    mapping: 'inmoweb',
    count: 2,
    ids: ['1424346', '0002'],
    values: {
      '1424346': {
        reference: 'IC175',
        goal: 'SALE',
        price: 60_000,
        currency: 'EUR',
        type: 'Townhouse',
        status: 'ACTIVE',
        bedrooms: 4,
        bathrooms: 2,
        areaSqm: 141,
        plotAreaSqm: 47,
        city: 'Torre de Don Miguel',
        province: 'Cáceres',
        postalCode: '10864',
        country: 'ES',
        title: 'CASA TORRE DE DON MIGUEL',
        energyRating: null,
        pictures: 3,
        modified: '2026-02-27T10:33:00.000Z',
      },
      '0002': {
        goal: 'RENT',
        price: 600,
        city: 'Montanuy',
        district: 'Montanuy',
        areaSqm: 541,
        energyRating: 'B',
        pictures: 2,
      },
    },
  },
  'other/marketleader-no-ids.xml': {
    format: 'GENERIC',
    mapping: 'marketleader',
    count: 6,
    ids: ['3291152', '3288650', '3286048', '3285128', '3282813', '3249961'],
    values: {
      '3291152': {
        price: 485_000,
        currency: 'USD',
        goal: 'SALE',
        type: 'House',
        address: '27 Patricia Lane',
        city: 'Patchogue',
        province: 'NY',
        country: 'US',
        postalCode: '11772',
        latitude: 40.793072,
        longitude: -72.996859,
        bedrooms: 3,
        bathrooms: 3,
        pictures: 21,
        externalUrl: 'https://teamrita.com/idx/mls-3291152-27_patricia_lane_patchogue_ny_11772',
      },
      '3249961': { price: 199_900, city: 'Coram', bedrooms: 2, pictures: 13 },
    },
  },
  'other/panama-attribute-id.xml': {
    format: 'GENERIC',
    mapping: 'panama',
    count: 116,
    ids: ['1', '2', '3'],
    values: {
      '1': {
        title: 'PH Kai - Costa del Este',
        district: 'Costa del Este',
        price: 491_725,
        currency: 'USD',
        areaSqm: 140,
        type: 'Apartment',
        status: 'ACTIVE',
      },
      '116': { title: 'Investment Tower - Calle 50', price: 520_000, areaSqm: 160 },
    },
  },
  'other/trovit-openestate.xml': {
    format: 'TROVIT',
    count: 2,
    ids: ['7004578', '332A53BC2'],
    values: {
      '7004578': {
        goal: 'RENT',
        price: 1195,
        type: 'House',
        address: '332 E. Jefferson',
        city: 'Ann Arbor',
        district: 'Valley Park',
        province: 'MI',
        postalCode: '48104',
        latitude: 42.27623,
        longitude: -83.74557,
        bedrooms: 4,
        bathrooms: 2,
        areaSqm: 2000,
        plotAreaSqm: 4046.86,
        pictures: 1,
        modified: '2011-02-28T17:30:00.000Z',
      },
      '332A53BC2': {
        goal: 'SALE',
        price: 209_950,
        type: 'Apartment',
        city: 'Chicago',
        title: '1 br, 1 bath Apartment - 711 E. Kingsley',
        plotAreaSqm: null,
        modified: '2011-06-30T09:30:00.000Z',
      },
    },
  },
  'other/vivareal-praedium-60.xml': {
    format: 'VRSYNC',
    count: 60,
    ids: ['478', '491', '295'],
    values: {
      '478': {
        goal: 'RENT',
        price: 2200,
        currency: 'BRL',
        rentalPeriod: 'month',
        type: 'Apartment',
        bedrooms: 2,
        bathrooms: 1,
        areaSqm: 66,
        plotAreaSqm: 100,
        city: 'São José do Rio Preto',
        district: 'Parque Residencial Lauriano Tebar',
        address: 'Rua Nelson Freitas, 881',
        postalCode: '15040-365',
        country: 'BR',
        latitude: -20.8000913,
        longitude: -49.4120036,
        pictures: 19,
        addressHidden: undefined,
      },
      '321': {
        goal: 'SALE',
        price: 1_000_000,
        bedrooms: 4,
        bathrooms: 5,
        areaSqm: 136,
        district: 'Bom Jardim',
        pictures: 22,
      },
      '398': { pictures: 36 },
      '489': { goal: 'SALE', price: 1_200_000, areaSqm: 313, plotAreaSqm: 478, pictures: 45 },
    },
  },
  'other/zillow-rently-80.xml': {
    format: 'ZILLOW',
    count: 80,
    ids: ['228123', '564586', '572060'],
    values: {
      '228123': {
        goal: 'RENT',
        price: null,
        priceOnRequest: true,
        areaSqm: null,
        city: 'Santa Clarita',
        bedrooms: 0,
        address: 'UYCJKLXLI9473TBB1MIE, 211B',
      },
      '564586': {
        price: 1785,
        currency: 'USD',
        rentalPeriod: 'month',
        type: 'House',
        bedrooms: 3,
        bathrooms: 2.5,
        areaSqm: 146.69,
        city: 'Garland',
        province: 'TX',
        postalCode: '75044',
        pictures: 16,
        externalUrl: 'https://homes.qe.rentlyaura.com/homes-for-rent/properties/564586',
      },
      '572060': { images: null },
      '4258743': { price: 2495, type: 'Apartment', areaSqm: 92.9, city: 'Chicago', pictures: 7 },
    },
  },
  'reaxml/adept-bom-commercial.xml': {
    format: 'REAXML',
    count: 4,
    ids: ['AABBCC/1955', 'AABBCC/3732', 'AABBCC/G30600', 'AABBCC/1234'],
    values: {
      'AABBCC/1955': {
        goal: 'RENT',
        price: null,
        priceOnRequest: true,
        rentalPeriod: 'year',
        type: 'Office',
        title: 'Kingston Warehouse',
        city: 'KINGSTON',
        province: 'ACT',
        postalCode: '2604',
        country: 'AU',
        areaSqm: 140,
        status: 'ACTIVE',
        modified: '2015-02-15T11:03:51.000Z',
      },
      'AABBCC/3732': {
        price: 31_548,
        currency: 'AUD',
        rentalPeriod: 'year',
        areaSqm: 131.45,
        address: '15 Oatley Court',
      },
      'AABBCC/G30600': { status: 'SOLD', action: 'upsert' },
      'AABBCC/1234': { status: 'WITHDRAWN', action: 'remove' },
    },
  },
  'reaxml/matthealy-rental.xml': {
    format: 'REAXML',
    count: 3,
    ids: ['XNWXNW/ABCD1234', 'XNWXNW/ABCD12345', 'XNWXNW/ABCD123456'],
    values: {
      'XNWXNW/ABCD1234': {
        goal: 'RENT',
        price: 350,
        currency: 'AUD',
        rentalPeriod: 'week',
        type: 'House',
        address: '39 Main Road',
        city: 'RICHMOND',
        province: 'VIC',
        bedrooms: 4,
        bathrooms: 2,
        areaSqm: 232.26,
        plotAreaSqm: 557.42,
        pictures: 4,
        status: 'ACTIVE',
      },
      'XNWXNW/ABCD12345': { status: 'RENTED' },
      'XNWXNW/ABCD123456': { action: 'remove' },
    },
  },
  'reaxml/matthealy-residential.xml': {
    format: 'REAXML',
    count: 3,
    ids: ['XNWXNW/ABCD1234', 'XNWXNW/ABCD12345', 'XNWXNW/ABCD123456'],
    values: {
      'XNWXNW/ABCD1234': {
        goal: 'SALE',
        price: 500_000,
        address: '2/39 Main Road',
        bedrooms: 4,
        areaSqm: 371.61,
        plotAreaSqm: 743.22,
        title: 'SHOW STOPPER!!!',
      },
      'XNWXNW/ABCD12345': { status: 'SOLD' },
    },
  },
  'reaxml/pullman-commercial-114.xml': {
    format: 'REAXML',
    count: 114,
    ids: ['PUWSTM/2571892', 'PUWSTM/2709341', 'PUWSTM/3222432', 'PUWSTM/5489470-2576373'],
    values: {
      'PUWSTM/2571892': {
        goal: 'SALE',
        price: 1_300_000,
        currency: 'AUD',
        type: 'Industrial',
        address: '44 Peachtree Road',
        city: 'PENRITH',
        postalCode: '2750',
        country: 'AU',
        areaSqm: 1071,
        plotAreaSqm: 2184,
        pictures: 1,
        status: 'ACTIVE',
      },
      'PUWSTM/2709341': { goal: 'RENT', price: 36_000, rentalPeriod: 'year', areaSqm: 800, pictures: 2 },
      'PUWSTM/6388114': { goal: 'SALE', price: null, priceOnRequest: true, addressHidden: true, address: null },
      'PUWSTM/5755924': { goal: 'SALE', price: 395_000 },
      'PUWSTM/C817P912': {
        goal: 'RENT',
        price: 31_200,
        address: 'Shop 14, 541 High Street',
        title: 'PRIME RETAIL LOCATION',
        type: 'Retail',
      },
    },
  },
  'reaxml/update-1-insert.xml': {
    format: 'REAXML',
    count: 1,
    ids: ['XNWXNW/8bec6ff1-62ee-d5c4-35a2-fd12c7d74af4'],
    values: {
      '0': {
        price: 500_000,
        address: '12 Wyndham Avenue',
        city: 'LEUMEAH',
        province: 'NSW',
        bedrooms: 4,
        status: 'ACTIVE',
        images: null,
      },
    },
  },
  'reaxml/update-2-price.xml': {
    format: 'REAXML',
    count: 1,
    ids: ['XNWXNW/8bec6ff1-62ee-d5c4-35a2-fd12c7d74af4'],
    values: {
      '0': {
        price: 600_000,
        status: 'ACTIVE',
        title: undefined,
        bedrooms: undefined,
        address: undefined,
        images: undefined,
      },
    },
  },
  'reaxml/update-3-sold.xml': {
    format: 'REAXML',
    count: 1,
    ids: ['XNWXNW/8bec6ff1-62ee-d5c4-35a2-fd12c7d74af4'],
    values: { '0': { status: 'SOLD', price: undefined, title: undefined } },
  },
  'reaxml/update-4-withdrawn.xml': {
    format: 'REAXML',
    count: 1,
    ids: ['XNWXNW/8bec6ff1-62ee-d5c4-35a2-fd12c7d74af4'],
    values: { '0': { status: 'WITHDRAWN', action: 'remove', price: undefined } },
  },
  'broken/reaxml-truncated.xml': {
    format: 'REAXML',
    count: 1,
    ids: ['PUWSTM/2571892'],
    values: { '0': { price: 1_300_000, city: 'PENRITH' } },
  },
  'yandex/maxcapital-run1-16.xml': yandex(16, ['mk107s', 'mk201', 'mk202', 'mk205s', 'mk205', 'mk206s'], {
    mk107s: { goal: 'SALE', price: 2_710_000, currency: 'RUB', areaSqm: 27, pictures: 4 },
    mk201: { ...kupino, pictures: 7 },
    mk213: plyos,
  }),
  'yandex/maxcapital-run2-17.xml': yandex(17, ['mk107s', 'mk110', 'mk201'], {
    mk110: { goal: 'RENT', price: 120_000, areaSqm: 1222, type: 'Retail', latitude: 55.0039798, pictures: 6 },
    mk213: plyos,
  }),
  'yandex/maxcapital-run3-17.xml': yandex(17, ['mk107s', 'mk110', 'mk201'], { mk201: kupino, mk213: plyos }),
  'yandex/maxcapital-run4-18.xml': yandex(18, ['mk107s', 'mk107vs', 'mk110'], {
    mk107vs: { ...cellar, type: 'Commercial' },
    mk213: plyos,
  }),
  'yandex/maxcapital-run5-18.xml': yandex(18, ['mk107s', 'mk107vs', 'mk110'], {
    mk107vs: cellar,
    mk213: { ...plyos, address: 'с. Новое, Приволжский р-н, Ивановская обл.', city: 'Новое' },
  }),
  'yandex/maxcapital-run6-26.xml': yandex(26, ['mk107s', 'mk107vs', 'mk110', 'mk111'], {
    mk107vs: { ...cellar, type: 'Industrial' },
    mk109: { goal: 'RENT', price: 20_000, areaSqm: 387, latitude: undefined, pictures: 7 },
  }),
  'yandex/maxcapital-run7-26.xml': yandex(26, ['mk107s', 'mk107vs', 'mk110', 'mk111'], {
    mk107vs: cellar,
    mk109: { address: 'Новосибирск, ул. Садовая, 153, Октябрьский р-н' },
  }),
  'yandex/metry-25.xml': yandex(
    25,
    ['ul_timura_frunze_d_8_5_kv_5_4b796d_studiya_2', 'ul_timura_frunze_d_8_5_kv_5_4b796d_studiya_3'],
    {
      ul_timura_frunze_d_8_5_kv_5_4b796d_studiya_2: {
        goal: 'SALE',
        price: 24_500_000,
        currency: 'RUB',
        type: 'Apartment',
        city: 'Москва',
        bedrooms: 0,
        areaSqm: 24.6,
        latitude: 55.7335717,
        longitude: 37.5916529,
        pictures: 8,
        modified: '2026-06-23T00:00:00.000Z',
      },
      devyatkin_per_d_2_kv_8_e05b2b_studiya_6: {
        price: 20_700_000,
        areaSqm: 16.8,
        address: 'Девяткин пер., д. 2, кв. 8',
        pictures: 12,
      },
    },
  ),
  'yandex/zullarent-daily-rent.xml': yandex(1, ['83348'], {
    '83348': {
      goal: 'RENT',
      price: 2400,
      currency: 'RUB',
      rentalPeriod: 'day',
      type: 'Apartment',
      city: 'Октябрьский',
      address: 'ул. Примерная, 123',
      areaSqm: 40,
      bedrooms: 1,
      pictures: 1,
    },
  }),
};

const limits = { maxBytes: 1e9, timeoutMs: 60_000, idleTimeoutMs: 60_000, now: () => new Date(0), show: Infinity };
const preview = async (file: string, mapping?: string): Promise<FeedPreview> =>
  previewFeed(`${folder}/${file}`, {
    ...limits,
    ...(mapping === undefined
      ? {}
      : {
          mapping: JSON.parse(
            readFileSync(new URL(`../../fixtures/feeds/mappings/${mapping}.json`, import.meta.url), 'utf8'),
          ) as unknown,
        }),
  });

/** By id or position. */
function find(listings: readonly PreviewListing[], key: string): PreviewListing | undefined {
  return listings.find(({ id }) => id === key) ?? listings[Number(key)];
}

if (existsSync(folder)) {
  for (const [file, expected] of Object.entries(feeds)) {
    test(`${file} is read as it says`, async (t) => {
      const found = await preview(file, expected.mapping);
      t.is(found.format, expected.format);
      t.is(found.count, expected.count);
      t.is(found.end.items, expected.count);
      t.is(found.end.complete, !file.startsWith('broken/'));
      t.deepEqual(found.listings.map(({ id }) => id).slice(0, expected.ids.length), [...expected.ids]);
      if (expected.encoding) t.regex(found.encoding, expected.encoding);
      for (const [key, { pictures, action, modified, ...values }] of Object.entries(expected.values)) {
        const listing = find(found.listings, key);
        t.truthy(listing, `${key} is there`);
        for (const [field, value] of Object.entries(values))
          t.deepEqual(listing?.values[field as keyof ListingValues], value, `${key} ${field}`);
        if (pictures !== undefined) t.is(listing?.values.images?.length, pictures, `${key} pictures`);
        if (action !== undefined) t.is(listing?.action, action as never, `${key} action`);
        if (modified !== undefined) t.is(listing?.modifiedAt?.toISOString(), modified, `${key} modified`);
      }
    });
  }

  test('a fault of a server is no feed', async (t) => {
    await t.throwsAsync(preview('broken/soap-fault-rate-limit.xml'), { code: 'not-a-feed' });
  });

  for (const [file, expected] of Object.entries(feeds).filter(([, { mapping }]) => mapping !== undefined)) {
    test(`${file} is understood without its mapping as well`, async (t) => {
      const [proposed, mapped] = [await preview(file), await preview(file, expected.mapping)];
      t.is(proposed.format, 'GENERIC');
      t.is(proposed.count, expected.count);
      if (expected.ids.length > 0)
        t.deepEqual(
          proposed.listings.map(({ id }) => id),
          mapped.listings.map(({ id }) => id),
        );
      t.deepEqual(
        proposed.listings.map(({ values }) => values.price),
        mapped.listings.map(({ values }) => values.price),
      );
      for (const field of ['latitude', 'bathrooms', 'plotAreaSqm', 'postalCode'] as const) {
        const agree = proposed.listings.filter(
          ({ values }, at) => values[field] === mapped.listings[at]?.values[field],
        ).length;
        t.true(
          agree >= expected.count * 0.5 ||
            proposed.listings.every(({ values }) => values[field] === undefined || values[field] === null),
          `${field}: ${agree} of ${expected.count}`,
        );
      }
      t.deepEqual(
        proposed.listings.map(({ values }) => Boolean(values.title)),
        mapped.listings.map(({ values }) => Boolean(values.title)),
      );
      t.deepEqual(
        proposed.listings.map(({ values }) => values.images?.length ?? 0),
        mapped.listings
          .map(({ values }) => values.images?.length ?? 0)
          .map((count, at) => Math.min(count, proposed.listings[at]?.values.images?.length ?? 0)),
        'no picture that the mapping does not know',
      );
    });
  }
} else {
  test('there are no published feeds alongside the checkout: set FEED_SAMPLES to a folder of them', (t) => {
    t.false(existsSync(folder));
  });
}
