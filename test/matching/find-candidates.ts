import test from 'ava';
import fc from 'fast-check';
import { Types, mongo } from 'mongoose';
import type { Listing } from '../../shared/matching/criteria.ts';
import { findMatches } from '../../shared/matching/find-matches.ts';
import { findCandidates, type Candidate } from '../../shared/matching/find-candidates.ts';
import { candidateFilter, type Search } from '../../shared/matching/candidate-filter.ts';
import { matchRequirements } from '../doubles/match-requirements.ts';
import { placePrefixes } from '../../shared/matching/places/place-words.ts';
import { placeSpellings } from '../../shared/matching/places/place-spellings.ts';
import { Contact, placeCollation } from '../../shared/models/contact.ts';
import { Location } from '../../shared/models/location.ts';
import { useDatabase } from '../doubles/database.ts';

useDatabase(test);

/** Letters, gaps, and standalone accents, as typed for apostrophes or before Greek capitals. */
const accented = [
  'a',
  'b',
  'Ε',
  'ά',
  ' ',
  '-',
  "'",
  '5',
  '\u0301',
  ...'´`¨¸¯˘˚˜ͺ\u0384\u0385',
  ...'თბ\u1c97\u1c89\u1c8a\u1d4c\u20a8\u2c2f\u2c5f\u2d6f',
  'rs',
  '\u{10400}',
  '\u{10428}',
  '\u{1d400}',
  '\u{1f12b}',
  ...'\u1fbd\u1fbf\u1fc0\u1fc1\u1fcd\u1fce\u1fdd\u1fed\u1fee\u1fef\u1ffd\u1ffe',
];

/** With many accented words. */
const longNames = fc
  .tuple(
    fc.constantFrom(
      'El Poble Nou de Sant Pere d´Alella',
      'Urbanitzacio Mas Nou de Platja d´Aro',
      'Castell d´Aro Platja d´Aro i S´Agaro',
      'Queen´s Park Estate',
      'a e i o u a e i o u',
      'b d b d b d a',
    ),
    fc.nat(4),
    fc.constantFrom('´', '`', "'", '\u0384'),
  )
  .map(([name, skip, accent]) =>
    name
      .replaceAll('´', accent)
      .split(' ')
      .map((word, index) => (skip > 1 && index % skip === 1 ? accent + word : word))
      .join(' '),
  );

/** In any case, accents and punctuation. */
const written = fc
  .oneof(
    {
      weight: 6,
      arbitrary: fc.constantFrom(
        ...placeSpellings.slice(0, 12).flat(),
        'Nürnberg',
        'Norimberga',
        'Нюрнберг',
        'Wrocław',
        'Breslau',
        'La Haya',
        'Berlin-Kreuzberg',
        'St-Denis',
        'Agios Nikolaos',
        'Saint Nikolaos',
        'Áyios Nikólaos',
        'Somewhere',
        'თბილისი',
        'ქალაქი Tbilisi',
        'Straße',
        'ИЙ',
        'Ålesund',
      ),
    },
    {
      weight: 1,
      arbitrary: fc
        .tuple(fc.constantFrom(...placePrefixes.flat()), fc.constantFrom('Ioannis', 'Trias'))
        .map((words) => words.join(' ')),
    },
    { weight: 2, arbitrary: fc.string({ unit: 'grapheme', maxLength: 4 }) },
    { weight: 2, arbitrary: fc.string({ unit: fc.constantFrom(...accented), maxLength: 4 }) },
    { weight: 3, arbitrary: longNames },
    {
      weight: 2,
      arbitrary: fc.constantFrom(
        'L´Eliana',
        'Platja d´Aro',
        'Platja d`Aro',
        '΄Εμπα',
        '΄Αγιος Τύχωνας',
        '΄Αγιος ΄Αθανάσιος',
        '´Εγκωμη',
        '᾿Αθήνα',
        '\u1fceΑθήνα',
        'A¨b',
        'a¸b',
      ),
    },
  )
  .chain((name) =>
    fc.constantFrom(
      name,
      name.toUpperCase(),
      name.toLowerCase(),
      ` ${name} `,
      name.replaceAll(' ', '-'),
      `${name}.`,
      name.normalize('NFD'),
      name.normalize('NFC'),
      name.replaceAll('a', 'á'),
      name.replaceAll('o', 'o\u0308'),
      '',
      ' - ',
      name.replaceAll(' ', '´'),
      `\u0384${name}`,
      `\u1fbf${name.replaceAll(' ', ' \u1fbf')}`,
      name.replaceAll('´', '’'),
    ),
  );
const price = fc.constantFrom(undefined, 0, 500, 1000, 1000.5, 1000.1, 1000.7, 2000, 100_000, 200_000);
const goal = fc.constantFrom(undefined, 'SALE' as const, 'RENT' as const);
const wantedGoal = fc.oneof(
  { weight: 5, arbitrary: goal },
  { weight: 1, arbitrary: fc.constantFrom('', ' ', 'sale', ' Rent ', 'RENT!', 'R\u00c9NT', 'lease', 5, null) },
);
const currency = fc.constantFrom(undefined, 'EUR', 'GBP');
const listing: fc.Arbitrary<Listing> = fc.record({
  goal,
  currency,
  price,
  city: written,
  district: fc.option(written, { nil: undefined }),
  province: fc.option(written, { nil: undefined }),
  rentalPeriod: fc.constantFrom(undefined, 'week' as const, 'month' as const, 'year' as const),
  type: fc.constantFrom(
    undefined,
    'Villa',
    'Apartment',
    'Retail unit',
    'Land - Residential',
    'Other',
    'Villa, '.repeat(200),
  ),
  bedrooms: fc.constantFrom(undefined, 1, 3),
  features: fc.constantFrom([], ['pool'], ['Heated pool and garden'], ['No pool']),
}) as fc.Arbitrary<Listing>;
const list = fc.oneof(
  { weight: 5, arbitrary: fc.array(written, { maxLength: 2 }) },
  { weight: 1, arbitrary: written },
  {
    weight: 1,
    arbitrary: fc.constantFrom(null, undefined, '', ' - ', [5], [5, 'Paphos'], [null, 'Paphos'], [['Paphos']], {
      a: 1,
    }),
  },
);
const bound = fc.oneof(
  { weight: 5, arbitrary: price },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      Infinity,
      -Infinity,
      Number.NaN,
      '1000',
      ...['1000', '1000.1', '1000.7'].map((digits) => mongo.Decimal128.fromString(digits)),
    ),
  },
);
const contact = fc.record({
  deletedAt: fc.constantFrom(null, undefined, undefined, new Date(0)),
  leadScore: fc.constantFrom(19, 20, 50, 100),
  requirements: fc.record({
    active: fc.constantFrom(true, true, true, false),
    goal: wantedGoal,
    currency,
    districts: list,
    locations: list,
    types: fc.constantFrom([], ['house'], ['Land', 'other'], 'House, Commercial'),
    minPrice: bound,
    maxPrice: bound,
    minBedrooms: fc.constantFrom(undefined, 2),
    features: fc.constantFrom([], ['pool'], ['No pool'], ['garden']),
  }),
});

test('the query finds exactly the contacts that the rule finds among all', async (t) => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(listing, { minLength: 1, maxLength: 4 }),
      fc.array(contact, { minLength: 1, maxLength: 25 }),
      async (listings, people) => {
        const locationId = new Types.ObjectId();
        const contacts = people.map((person) => ({ ...person, _id: new Types.ObjectId(), locationId, name: 'x' }));
        await Contact.collection.insertMany(contacts as never, { ignoreUndefined: true });
        const wanted = listings.map((each) => ({ listing: { ...each, _id: new Types.ObjectId(), locationId } }));
        const found = await findMatches(wanted);
        for (const { listing: each } of wanted) {
          const expected = contacts
            .filter((person) => person.requirements.active && !person.deletedAt)
            .filter((person) => matchRequirements(each, person.requirements as never, 'EUR').matches)
            .map((person) => person._id.toHexString());
          t.deepEqual(
            found
              .get(each._id.toHexString())
              ?.matches.map((match) => match.contactId)
              .sort(),
            expected.sort(),
          );
        }
        await Contact.collection.deleteMany({ locationId });
      },
    ),
    { numRuns: 250 },
  );
});

test('a contact whose places are one blank text is matched once', async (t) => {
  const locationId = new Types.ObjectId();
  const places = [
    { districts: '' },
    { locations: ' - ' },
    { districts: '', locations: [] },
    { districts: [''], locations: [' - '] },
  ];
  await Contact.collection.insertMany(
    places.map((each) => ({
      locationId,
      name: 'x',
      leadScore: 50,
      requirements: { active: true, maxPrice: 100, ...each },
    })) as never,
  );
  const listing = { _id: new Types.ObjectId(), locationId, price: 90, city: 'Paphos' };
  t.is((await findMatches([{ listing }])).get(String(listing._id))?.matches.length, places.length);
});

test('a bound in a list of one counts as that bound, in the database as in the rule', async (t) => {
  const locationId = new Types.ObjectId();
  const requirements = [{ maxPrice: [100_000] }, { maxPrice: [300_000] }, { minPrice: [300_000] }].map((each) => ({
    active: true,
    ...each,
  }));
  await Contact.collection.insertMany(
    requirements.map((each) => ({ locationId, name: 'x', leadScore: 50, requirements: each })) as never,
  );
  const listing = { _id: new Types.ObjectId(), locationId, price: 200_000 };
  t.is((await findMatches([{ listing }])).get(String(listing._id))?.matches.length, 1);
  t.deepEqual(
    requirements.map((each) => matchRequirements(listing, each as never, 'EUR').matches),
    [false, true, false],
  );
});

async function seedSearches(locationId: Types.ObjectId): Promise<void> {
  const towns = ['Paphos', 'Pafos', 'Limassol', 'Larnaca', 'Nicosia', 'Athens', 'Corfu', 'Rhodes'];
  await Contact.collection.insertMany(
    Array.from({ length: 4000 }, (_, i) => ({
      locationId,
      name: `Contact ${i}`,
      leadScore: i % 100,
      ...(i % 17 === 0 ? { deletedAt: new Date(0) } : {}),
      requirements: {
        active: i % 13 !== 0,
        goal: i % 3 ? 'SALE' : 'RENT',
        districts: i % 4 === 0 ? [towns[i % 8]] : [],
        locations: i % 4 === 1 || i % 40 === 0 ? [towns[i % 7], towns[(i + 3) % 8]] : [],
        types: [],
        maxPrice: (i % 50) * 10_000,
        features: [],
      },
    })) as never,
  );
}

const searchesOfOne: readonly (readonly [string, Omit<Search, 'locationId'>])[] = [
  ['one place', { goal: 'SALE', places: ['paphos'], prices: { low: 250_000, high: 250_000 } }],
  ['several places without a price', { goal: 'SALE', places: ['paphos', 'larnaca', 'athens'], prices: undefined }],
  ['anywhere', { goal: 'RENT', places: 'anywhere', prices: { low: 100_000, high: 300_000 } }],
  ['an unknown place', { goal: 'SALE', places: undefined, prices: { low: 250_000, high: 250_000 } }],
  ['an unknown goal', { goal: undefined, places: ['corfu'], prices: { low: 250_000, high: 250_000 } }],
];

test('an index serves each kind of search, and few documents are read needlessly', async (t) => {
  const locationId = new Types.ObjectId();
  await seedSearches(locationId);
  for (const [name, search] of searchesOfOne) {
    const plan = await Contact.collection
      .find(candidateFilter({ ...search, locationId }), { collation: placeCollation })
      .explain('executionStats');
    const { nReturned, totalDocsExamined } = plan['executionStats'];
    t.false(JSON.stringify(plan['queryPlanner'].winningPlan).includes('COLLSCAN'), name);
    t.regex(JSON.stringify(plan['queryPlanner'].winningPlan), /searches-(by-location|by-district|anywhere)/, name);
    t.true(nReturned > 0, name);
    t.true(totalDocsExamined <= 2 * nReturned, `${name}: read ${totalDocsExamined} for ${nReturned}`);
  }
});

test('candidates come from the location of the listing only', async (t) => {
  const [here, there] = [new Types.ObjectId(), new Types.ObjectId()];
  const requirements = { active: true, locations: ['Paphos'] };
  await Contact.collection.insertMany(
    [here, there].map((locationId) => ({ locationId, name: 'x', leadScore: 50, requirements })) as never,
  );
  const found: Candidate[] = [];
  for await (const candidate of findCandidates({
    locationId: here,
    goal: 'SALE',
    places: ['paphos'],
    prices: undefined,
  }))
    found.push(candidate);
  t.is(found.length, 1);
});

test("prices without a currency are in the location's", async (t) => {
  const [euro, pound] = await Location.create([
    { name: 'A', currency: 'EUR' },
    { name: 'B', currency: 'GBP' },
  ]);
  for (const [location, expected] of [
    [euro, 1],
    [pound, 0],
  ] as const) {
    const locationId = location!._id;
    await Contact.collection.insertOne({
      locationId,
      name: 'x',
      leadScore: 50,
      requirements: { active: true, maxPrice: 100, currency: 'EUR' },
    } as never);
    const listing = { _id: new Types.ObjectId(), locationId, price: 90 };
    t.is((await findMatches([{ listing }])).get(String(listing._id))?.matches.length, expected);
  }
});

test('with a former price, only contacts whom the listing did not fit before count', async (t) => {
  const locationId = new Types.ObjectId();
  const [both, now] = [new Types.ObjectId(), new Types.ObjectId()];
  await Contact.collection.insertMany([
    { _id: both, locationId, name: 'x', leadScore: 50, requirements: { active: true, maxPrice: 200 } },
    { _id: now, locationId, name: 'y', leadScore: 50, requirements: { active: true, maxPrice: 100 } },
  ] as never);
  const listing = { _id: new Types.ObjectId(), locationId, price: 90, city: 'Paphos' };
  const found = await findMatches([{ listing, formerPrice: 150 }]);
  t.deepEqual(found.get(String(listing._id)), {
    matches: [{ contactId: String(now), score: 100, reasons: ['price'] }],
    leftOut: 0,
  });
});
