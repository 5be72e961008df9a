import test from 'ava';
import type { Listing } from '../../shared/matching/criteria.ts';
import type { Requirements } from '../../shared/models/contact.ts';
import { matchRequirements } from '../doubles/match-requirements.ts';

const villa: Listing = {
  goal: 'SALE',
  city: 'Peyia',
  district: 'Coral Bay',
  province: 'Paphos',
  type: 'Villa',
  price: 450_000,
  currency: 'EUR',
  bedrooms: 3,
  bathrooms: 2,
  areaSqm: 180,
  features: ['Private pool', 'Covered parking', 'Sea views'],
};

function failed(listing: Listing, requirements: Partial<Requirements>): readonly string[] | undefined {
  const result = matchRequirements(listing, requirements, 'EUR');
  return result.matches ? undefined : result.failed;
}

test('a listing that meets all requirements scores 100 and names every criterion', (t) => {
  const result = matchRequirements(
    villa,
    {
      goal: 'SALE',
      districts: ['Pafos'],
      locations: ['Limassol'],
      types: ['detached house'],
      minPrice: 400_000,
      maxPrice: 450_000,
      minBedrooms: 3,
      minBathrooms: 2,
      minArea: 150,
      features: ['swimming pool', 'parking', 'sea view'],
    },
    'EUR',
  );
  t.like(result, { matches: true, score: 100, unknown: [] });
  t.deepEqual(result.matches && [...result.met].sort(), [
    'area',
    'bathrooms',
    'bedrooms',
    'features',
    'goal',
    'place',
    'price',
    'type',
  ]);
});

test('every failed criterion is named', (t) => {
  t.deepEqual(
    failed(villa, {
      goal: 'RENT',
      locations: ['Nicosia'],
      types: ['office'],
      maxPrice: 100_000,
      minBedrooms: 4,
      minBathrooms: 3,
      minArea: 200,
      features: ['lift'],
    }),
    ['goal', 'price', 'place', 'bedrooms', 'bathrooms', 'area', 'type', 'features'],
  );
});

test('what a listing does not say excludes no one and lowers the score', (t) => {
  const result = matchRequirements(
    { goal: 'SALE', price: 450_000, currency: 'EUR' },
    { goal: 'SALE', maxPrice: 500_000, locations: ['Peyia'], minBedrooms: 2, types: ['villa'], features: ['pool'] },
    'EUR',
  );
  t.like(result, { matches: true, met: ['goal', 'price'], unknown: ['place', 'bedrooms', 'type', 'features'] });
  t.true(result.matches && result.score < 100 && result.score > 50);
  t.like(matchRequirements({}, { goal: 'SALE' }, 'EUR'), { matches: true, score: 50 });
});

test('an empty search matches nothing', (t) => {
  t.deepEqual(matchRequirements(villa, {}, 'EUR'), { matches: false, failed: [] });
  t.deepEqual(matchRequirements(villa, { districts: [], locations: [' '], types: [''], features: [] }, 'EUR'), {
    matches: false,
    failed: [],
  });
});

test('bounds of the price are inclusive on both sides', (t) => {
  t.is(failed(villa, { minPrice: 450_000, maxPrice: 450_000 }), undefined);
  t.deepEqual(failed(villa, { maxPrice: 449_999.99 }), ['price']);
  t.deepEqual(failed(villa, { minPrice: 450_000.01 }), ['price']);
});

test('prices in another currency do not match, without a conversion', (t) => {
  t.deepEqual(failed(villa, { maxPrice: 10_000_000, currency: 'GBP' }), ['price']);
  t.is(failed(villa, { maxPrice: 500_000, currency: 'eur' }), undefined);
  t.is(
    failed({ ...villa, currency: undefined as never }, { maxPrice: 500_000 }),
    undefined,
    "neither names one: the location's",
  );
  t.is(failed(villa, { locations: ['Peyia'], currency: 'GBP' }), undefined, 'no bound, no price to compare');
});

test('rents are compared as per month', (t) => {
  const flat: Listing = { goal: 'RENT', price: 300, rentalPeriod: 'week', currency: 'EUR' };
  t.is(failed(flat, { maxPrice: 1300 }), undefined);
  t.deepEqual(failed(flat, { maxPrice: 1299 }), ['price']);
  t.is(failed({ ...flat, price: 12_000, rentalPeriod: 'year' }, { maxPrice: 1000 }), undefined);
});

test('places match despite case, accents, Greek letters, old spellings and several names in one field', (t) => {
  for (const wanted of ['paphos', 'PAFOS', 'Πάφος', 'ΠΑΦΟΣ', 'Coral-Bay', ' peyia ', 'Πέγεια'])
    t.is(failed(villa, { locations: [wanted] }), undefined, wanted);
  t.is(failed({ ...villa, city: 'Ayia Napa' }, { districts: ['Αγία Νάπα'] }), undefined);
  for (const [city, wanted] of [
    ['΄Εμπα', 'Empa'],
    ['L´Eliana', 'L’Eliana'],
    ['Platja d`Aro', "Platja d'Aro"],
    ['Αθήνα', '᾿Αθήνα'],
    ['΄Αγιος Τύχωνας', 'Agios Tychonas'],
  ] as const) {
    t.is(failed({ ...villa, city }, { districts: [wanted] }), undefined, wanted);
    t.is(failed({ ...villa, city: wanted }, { districts: [city] }), undefined, city);
  }
  for (const city of ["El Poble Nou de Sant Pere d'Alella", "Castell d'Aro Platja d'Aro i S'Agaro", "Queen's Park"])
    t.is(failed({ ...villa, city }, { districts: [city.replaceAll("'", '´')] }), undefined, city);
  t.is(failed({ ...villa, city: 'თბილისი' }, { districts: ['თბილისი'.toUpperCase()] }), undefined);
  t.is(failed({ ...villa, city: 'St. Nicholas' }, { districts: ['Agios Nicholas'] }), undefined);
  t.is(failed({ ...villa, district: 'Universal (Kato Paphos)' }, { districts: ['Kato Pafos'] }), undefined);
  t.deepEqual(failed(villa, { locations: ['Kato Paphos', 'Larnaca'] }), ['place']);
});

test('a district matches its town, with or without the word "district"', (t) => {
  for (const name of ['Paphos District', 'Pafos District', 'Επαρχία Πάφου', 'ΕΠΑΡΧΙΑ ΠΑΦΟΥ']) {
    t.is(failed(villa, { districts: [name] }), undefined, name);
    t.is(failed({ ...villa, city: 'Tala', province: name }, { districts: ['Paphos'] }), undefined, name);
  }
  for (const [town, name] of [
    ['Larnaca', 'Larnaca District'],
    ['Limassol', 'Επαρχία Λεμεσού'],
    ['Λευκωσία', 'Nicosia District'],
  ] as const)
    t.is(failed({ city: town }, { districts: [name] }), undefined, name);
});

test('a description in the field of a place or type is ignored', (t) => {
  const [sentences, words] = ['A house by the sea, with a pool, '.repeat(1000), 'villa near Paphos '.repeat(1000)];
  for (const field of ['city', 'district', 'province'] as const)
    for (const text of [sentences, words]) {
      t.like(matchRequirements({ price: 1, [field]: text }, { locations: ['Paphos'], maxPrice: 2 }, 'EUR'), {
        matches: true,
        unknown: ['place'],
      });
    }
  t.like(matchRequirements({ ...villa, district: sentences }, { locations: ['Peyia'] }, 'EUR'), {
    matches: true,
    met: ['place'],
  });
  t.like(matchRequirements({ type: words }, { types: ['Office'] }, 'EUR'), { matches: true, unknown: ['type'] });
});

test('a type is recognised among other types and adjectives', (t) => {
  const wants = (type: string, wanted: string) => failed({ type }, { types: [wanted] });
  for (const type of [
    'Villa / Detached',
    'Luxury Villa',
    'Apartment / Villa',
    'Villa de lujo',
    'Villa independiente',
    'Modern detached house (new)',
    'Villa with private pool and garage',
  ])
    t.is(wants(type, 'Villa'), undefined, type);
  for (const type of ['Land for villa', 'Shop with apartment', 'Villa plot'])
    t.deepEqual(wants(type, 'Villa'), ['type'], type);
  t.is(wants('Land for villa', 'plot'), undefined);
  t.is(wants('Penthouse', 'House / luxury apartment'), undefined);
});

test('general words decide the type only if nothing else names one', (t) => {
  const wants = (type: string, wanted: string) => matchRequirements({ type }, { types: [wanted] }, 'EUR');
  for (const [type, wanted, other] of [
    ['Retail Unit', 'Shop', 'Apartment'],
    ['Shop unit', 'Shop', 'Apartment'],
    ['Office units', 'Office', 'Apartment'],
    ['Storage unit', 'Warehouse', 'Apartment'],
    ['Warehouse unit', 'Warehouse', 'Apartment'],
    ['Commercial unit', 'Commercial', 'Apartment'],
    ['Land - Residential', 'Land', 'Apartment'],
    ['Plot - Residential', 'Land', 'House'],
    ['Plot (residential)', 'Land', 'House'],
    ['Residential plot', 'Land', 'House'],
    ['Commercial - Shop', 'Shop', 'Office'],
    ['Apartment block', 'Building', 'Apartment'],
    ['Office building', 'Office', 'Shop'],
    ['Office building', 'Building', 'Apartment'],
    ['Mobile home', 'Mobile home', 'Villa'],
    ['House - Townhouse', 'Townhouse', 'Bungalow'],
    ['Apartment - Penthouse', 'Penthouse', 'Studio'],
    ['Unit', 'Apartment', 'Villa'],
    ['Apartment unit', 'Apartment', 'Shop'],
    ['Land for apartments', 'Land', 'Apartment'],
  ] as const) {
    t.like(wants(type, wanted), { matches: true, met: ['type'] }, `${type}: ${wanted}`);
    t.deepEqual(failed({ type }, { types: [other] }), ['type'], `${type}: ${other}`);
  }
  for (const [type, wanted] of [
    ['Holiday home', 'Villa'],
    ['Residential', 'Apartment'],
    ['Commercial unit', 'Office'],
    ['Commercial / Office', 'Shop'],
  ] as const)
    t.like(wants(type, wanted), { matches: true, unknown: ['type'] }, type);
  t.is(
    failed({ type: 'Shop' }, { types: ['House, Commercial'] }),
    undefined,
    'who asks for either in one text gets both',
  );
});

test('an unknown type excludes no one, and matches the same word', (t) => {
  for (const type of ['Other', 'Property', 'New build', 'Investment', 'Ruin', 'Isla', 'Villages']) {
    t.like(matchRequirements({ type }, { types: ['Villa'] }, 'EUR'), { matches: true, unknown: ['type'] }, type);
    t.like(matchRequirements({ type }, { types: [type.toUpperCase()] }, 'EUR'), { matches: true, met: ['type'] }, type);
  }
});

test('a feature is recognised with adjectives, and several in one text', (t) => {
  const wants = (feature: string, wanted: string) => failed({ features: [feature, 'sauna'] }, { features: [wanted] });
  for (const [feature, ...all] of [
    ['Heated pool', 'Pool'],
    ['Community pool', 'Pool', 'Communal pool'],
    ['Pool communal', 'communal pool'],
    ['communal swimmingpool', 'pool'],
    ['private parking', 'parking'],
    ['closed garage', 'garage', 'parking'],
    ['1 parking space', 'parking'],
    ['Parking: 2', 'parking'],
    ['2 parking spaces', 'parking'],
    ['Private terrace', 'terrace'],
    ['Covered terrace', 'Terraza'],
    ['front garden', 'garden'],
    ['Garage for two cars', 'garage'],
    ['Terrace with sea view', 'terrace', 'sea view'],
    ['Jardín y piscina privada', 'garden', 'private pool'],
    ['A/C and gas heating', 'air conditioning', 'heating'],
    ['Pool/garden', 'pool', 'garden'],
    ['Front terrace or solarium', 'terrace'],
    ['Parking in the basement', 'parking'],
  ] as const)
    for (const wanted of all) t.is(wants(feature, wanted), undefined, `${feature}: ${wanted}`);
  for (const [feature, wanted] of [
    ['No pool', 'pool'],
    ['Sin piscina', 'pool'],
    ['Garden view', 'garden'],
    ['Space for a pool', 'pool'],
    ['Pool table', 'pool'],
    ['Pool possible', 'pool'],
    ['partly furnished', 'furnished'],
    ['Close to garden', 'garden'],
    ['Heated pool', 'private pool'],
  ] as const) {
    t.deepEqual(wants(feature, wanted), ['features'], `${feature}: ${wanted}`);
  }
  t.like(
    matchRequirements(
      { features: ['A villa by the sea for those who wish for a pool '.repeat(9)] },
      { features: ['pool'] },
      'EUR',
    ),
    { matches: true, unknown: ['features'] },
  );
});

test('any of several places or types is enough, every feature is needed', (t) => {
  t.is(failed(villa, { districts: ['Nicosia', 'Paphos'], locations: ['Athens'] }), undefined);
  t.is(failed(villa, { types: ['office', 'house'] }), undefined);
  t.deepEqual(failed(villa, { features: ['pool', 'lift'] }), ['features']);
});

test('a narrower type fits, a wider one may fit, another type does not', (t) => {
  const wants = (type: string, wanted: string) => matchRequirements({ ...villa, type }, { types: [wanted] }, 'EUR');
  t.like(wants('Townhouse', 'House'), { matches: true, met: ['type'] });
  t.like(wants('Reihenhaus', 'villa'), { matches: false, failed: ['type'] });
  t.like(wants('Villa', 'detached house'), { matches: true, met: ['type'] });
  t.like(wants('House', 'villa'), { matches: true, unknown: ['type'] });
  t.like(wants('House', 'Bungalow'), { matches: true, unknown: ['type'] });
  t.like(wants('Wohnung', 'διαμέρισμα'), { matches: true, met: ['type'] });
  t.like(wants('Apartments', 'flats'), { matches: true, met: ['type'] });
  t.like(wants('Villa', 'boathouse'), { matches: false, failed: ['type'] });
  t.like(wants('Boathouse', 'BOATHOUSE'), { matches: true, met: ['type'] });
  t.like(wants('Apartment', 'House'), { matches: false, failed: ['type'] });
});

test('a garage counts as a parking space and a private pool as a pool, but not the reverse', (t) => {
  t.is(failed({ features: ['garage'] }, { features: ['parking'] }), undefined);
  t.deepEqual(failed({ features: ['pool'] }, { features: ['private pool'] }), ['features']);
});

test('an empty form asks for nothing: no goal, bounds of zero', (t) => {
  for (const goal of ['', ' ', 'sale', ' Sale ', 'SALE', 'For sale', 'investment', 5])
    t.is(failed(villa, { goal: goal as never, maxPrice: 500_000 }), undefined, String(goal));
  for (const goal of ['RENT', 'rent', 'To let', 'lease', 'Alquiler'])
    t.deepEqual(failed(villa, { goal: goal as never }), ['goal'], goal);
  t.is(failed(villa, { locations: ['Peyia'], minPrice: 0, maxPrice: 0 }), undefined);
});

test('a place that cannot be read matches no listing', (t) => {
  t.deepEqual(failed(villa, { goal: 'SALE', locations: [5] as never }), ['place']);
  t.is(failed(villa, { goal: 'SALE', locations: [5, 'Peyia'] as never }), undefined);
  t.is(failed(villa, { goal: 'SALE', locations: [null] as never }), undefined);
});

test('a number stored as text is read as a number', (t) => {
  const asked = { goal: 'SALE', maxPrice: '100', minBedrooms: '2' } as never;
  t.false(matchRequirements(villa, asked, 'EUR').matches);
  t.like(matchRequirements({ ...villa, price: '99.5' as never, bedrooms: '2' as never }, asked, 'EUR'), {
    matches: true,
    met: ['goal', 'price', 'bedrooms'],
  });
});

test('missing and unreadable fields of a search ask for nothing', (t) => {
  const stored = {
    goal: 'SALE',
    districts: null,
    locations: undefined,
    types: 'Villa',
    maxPrice: 'cheap',
    minArea: Number.NaN,
    features: [null, 7],
  };
  t.like(matchRequirements(villa, stored as never, 'EUR'), { matches: true, met: ['goal', 'type'], score: 100 });
});
