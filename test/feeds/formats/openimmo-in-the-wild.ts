import test from 'ava';
import { detectFormat } from '../../../shared/feeds/formats/detect.ts';
import type { FeedContext, MappedItem } from '../../../shared/feeds/formats/feed-format.ts';
import { openimmo } from '../../../shared/feeds/formats/openimmo.ts';
import { parseBeginning } from '../../../shared/feeds/xml/parse-beginning.ts';
import { defaultContext, mapFeed, warningCodes } from '../../doubles/map-feed.ts';

const object = (inner: string): string =>
  `<immobilie><objektkategorie><vermarktungsart KAUF="1" MIETE_PACHT="0"/></objektkategorie>${inner}</immobilie>`;
const technical = '<verwaltung_techn><openimmo_obid>O1</openimmo_obid></verwaltung_techn>';
const read = (inner: string, settings: Partial<FeedContext> = {}): MappedItem | undefined =>
  mapFeed(openimmo, `<openimmo><anbieter>${object(inner)}</anbieter></openimmo>`, settings)[0];

test('objects in any envelope are known and read', (t) => {
  const geo = '<geo><ort>Musterstadt</ort></geo>';
  for (const [before, behind] of [
    ['<immobilien>', '</immobilien>'],
    ['<justimmo><list>', '</list></justimmo>'],
    ['<anbieter>', '</anbieter>'],
    ['<ns:export xmlns:ns="urn:x">', '</ns:export>'],
    ['<OPENIMMO><ANBIETER>', '</ANBIETER></OPENIMMO>'],
    ['', ''],
  ] as const) {
    const document = `${before}${object(geo + technical)}${behind}`;
    t.is(detectFormat(parseBeginning(Buffer.from(document))!).format, openimmo, before);
    t.like(mapFeed(openimmo, document)[0], { id: 'O1', values: { city: 'Musterstadt', goal: 'SALE' } }, before);
  }
  t.throws(() => detectFormat(parseBeginning(Buffer.from('<list><immobilie><id>1</id></immobilie></list>'))!));
});

test('names in any letters are the format’s', (t) => {
  const document =
    '<OpenImmo><Anbieter><Openimmo_Anid>A</Openimmo_Anid><Immobilie><Objektkategorie><Vermarktungsart kauf="true"/>' +
    '</Objektkategorie><Preise><Kaufpreis>200000</Kaufpreis></Preise><Ausstattung><Kueche ebk="1"/></Ausstattung>' +
    '<Verwaltung_Techn><OpenImmo_Obid>O1</OpenImmo_Obid></Verwaltung_Techn></Immobilie></Anbieter></OpenImmo>';
  t.like(mapFeed(openimmo, document)[0], { id: 'A/O1', values: { goal: 'SALE', price: 200_000 } });
  t.deepEqual(mapFeed(openimmo, document)[0]?.values.features, ['Fitted kitchen']);
});

for (const [what, numbers, reference, id, idSource] of [
  ['the usual one', '<objektnr_intern>I</objektnr_intern><objektnr_extern>E</objektnr_extern>', 'E', 'E', 'reference'],
  ['spelt otherwise', '<objekt_nr_extern>E</objekt_nr_extern>', 'E', 'E', 'reference'],
  ['spelt out', '<objektnummer>E</objektnummer>', 'E', 'E', 'reference'],
  ['internal only', '<objektnr_intern>I</objektnr_intern>', 'I', 'I', 'reference'],
  ['alongside an id', '<objektnr_intern>I</objektnr_intern><openimmo_obid>O</openimmo_obid>', 'I', 'O', 'id'],
  ['an empty one first', '<objektnr_extern/><objektnr_intern>I</objektnr_intern>', 'I', 'I', 'reference'],
] as const)
  test(`the number of an object: ${what}`, (t) => {
    const item = read(`<verwaltung_techn>${numbers}</verwaltung_techn>`);
    t.like(item, { id, idSource, values: { reference } });
  });

test('what stands alongside the object counts where the technical part has no number', (t) => {
  t.is(read('<objektnr_extern>E7</objektnr_extern>')?.values.reference, 'E7');
});

for (const [what, flags, prices, goal, price, warnings] of [
  ['a sale', 'KAUF="1"', '<kaufpreis>9000</kaufpreis>', 'SALE', 9000, []],
  [
    'a sale with a rent only',
    'KAUF="1"',
    '<kaufpreis>0</kaufpreis><kaltmiete>430</kaltmiete>',
    'RENT',
    430,
    ['goal-conflict'],
  ],
  ['no price at all', 'KAUF="1"', '<kaltmiete>430</kaltmiete>', 'RENT', 430, ['goal-conflict']],
  [
    'a rent with a sale price only',
    'MIETE_PACHT="1"',
    '<kaufpreis>90000</kaufpreis>',
    'SALE',
    90_000,
    ['goal-conflict'],
  ],
  [
    'both',
    'KAUF="1" MIETE_PACHT="1"',
    '<kaufpreis>9000</kaufpreis><kaltmiete>4</kaltmiete>',
    'SALE',
    9000,
    ['sale-and-rent'],
  ],
  ['both flags, one price', 'KAUF="1" MIETE_PACHT="1"', '<kaltmiete>430</kaltmiete>', 'RENT', 430, ['goal-conflict']],
  ['on request', 'KAUF="1"', '<kaufpreis auf_anfrage="1"/><kaltmiete>430</kaltmiete>', 'SALE', null, []],
] as const)
  test(`flags and prices: ${what}`, (t) => {
    const document =
      `<openimmo><anbieter><immobilie><objektkategorie><vermarktungsart ${flags}/></objektkategorie>` +
      `<preise>${prices}<waehrung iso_waehrung="EUR"/></preise>${technical}</immobilie></anbieter></openimmo>`;
    const [item] = mapFeed(openimmo, document);
    t.like(item?.values, { goal, price });
    t.deepEqual(warningCodes(item), [...warnings]);
  });

test('what is sold to an investor names its rent and stays a sale', (t) => {
  const prices = '<preise><kaltmiete>430</kaltmiete></preise>';
  t.is(read(`${prices}<verwaltung_objekt><vermietet>1</vermietet></verwaltung_objekt>`)?.values.goal, 'SALE');
});

test('what was sold or let through the agency is off the market', (t) => {
  const state = (word: string) => `<zustand_angaben><verkaufstatus stand="${word}"/></zustand_angaben>${technical}`;
  for (const word of ['VERKAUFT', 'vermittelt', 'Vermietet']) t.is(read(state(word))?.values.status, 'SOLD', word);
  const rent = `<preise><kaltmiete>430</kaltmiete></preise>${state('vermittelt')}`;
  t.is(read(rent)?.values.status, 'RENTED');
});

test('pictures that came along have the address at which they are kept, others are lost and counted', (t) => {
  const attachment = (path: string, location = 'EXTERN') =>
    `<anhang location="${location}" gruppe="BILD"><daten><pfad>${path}</pfad></daten></anhang>`;
  const attachments =
    `<anhaenge>${attachment('1.jpg')}${attachment('2.jpg', 'INTERN')}` +
    `${attachment('https://a.example/3.jpg')}</anhaenge>`;
  const urls = (settings: Partial<FeedContext>) =>
    read(attachments + technical, settings)?.values.images?.map(({ url }) => url);
  const kept = (path: string) => `https://crm.example/feed-images/f/${path}`;
  t.deepEqual(urls({ enclosed: kept }), [kept('1.jpg'), kept('2.jpg'), 'https://a.example/3.jpg']);
  t.deepEqual(urls({ enclosed: () => null }), ['https://a.example/3.jpg']);
  t.deepEqual(
    read(attachments + technical, { enclosed: () => null })?.warnings.map(({ value }) => value),
    ['2 pictures'],
  );
  t.deepEqual(urls({ enclosed: () => undefined, baseUrl: 'https://feed.example/a/feed.xml' }), [
    'https://feed.example/a/1.jpg',
    'https://a.example/3.jpg',
  ]);
});

test('a plot stays land whatever it is for', (t) => {
  const typeOf = (use: string) =>
    mapFeed(
      openimmo,
      `<openimmo><anbieter><immobilie><objektkategorie><objektart><grundstueck grundst_typ="${use}"/></objektart>` +
        `</objektkategorie>${technical}</immobilie></anbieter></openimmo>`,
    )[0]?.values.type;
  for (const use of ['WOHNEN', 'GEWERBE', 'INDUSTRIE', 'FREIZEIT', 'GEMISCHT']) t.is(typeOf(use), 'Land', use);
  t.is(typeOf('LANDWIRTSCHAFT'), 'Agricultural land');
  t.is(typeOf('LAND_FORSTWIRSCHAFT'), 'Agricultural land');
});

test('a header in capitals says full list or changes, too', (t) => {
  const said = (attributes: string): [mode: string, action: string | undefined] => {
    const document =
      `<IMMOBILIEN><UEBERTRAGUNG ${attributes}/><ANBIETER><IMMOBILIE>` +
      '<VERWALTUNG_TECHN><OPENIMMO_OBID>1</OPENIMMO_OBID></VERWALTUNG_TECHN></IMMOBILIE></ANBIETER></IMMOBILIEN>';
    const root = parseBeginning(Buffer.from(document))!;
    return [openimmo.mode({ ...defaultContext, surroundings: [root] }), mapFeed(openimmo, document)[0]?.action];
  };
  t.deepEqual(said('UMFANG="VOLL"'), ['snapshot', 'upsert']);
  t.deepEqual(said('UMFANG="TEIL" MODUS="DELETE"'), ['delta', 'remove']);
});

test("the energy class is Germany's, or Austria's", (t) => {
  const classOf = (inner: string) =>
    mapFeed(
      openimmo,
      `<openimmo><anbieter><immobilie><zustand_angaben><energiepass>${inner}</energiepass></zustand_angaben>` +
        `${technical}</immobilie></anbieter></openimmo>`,
    )[0]?.values.energyRating;
  t.is(classOf('<wertklasse>E</wertklasse>'), 'E');
  t.is(classOf('<hwbwert>45.3</hwbwert><hwbklasse>B</hwbklasse><fgeeklasse>A+</fgeeklasse>'), 'B');
});
