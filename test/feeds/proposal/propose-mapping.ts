import test from 'ava';
import fc from 'fast-check';
import type { MappedItem } from '../../../shared/feeds/formats/feed-format.ts';
import { checkMapping } from '../../../shared/feeds/formats/mapping.ts';
import { generic } from '../../../shared/feeds/formats/generic.ts';
import { parseBeginning } from '../../../shared/feeds/xml/parse-beginning.ts';
import { leftOutGroups } from '../../../shared/feeds/proposal/find-items.ts';
import { proposeMapping } from '../../../shared/feeds/proposal/propose-mapping.ts';
import type { MappingProposal } from '../../../shared/feeds/proposal/propose-mapping.ts';
import type { XmlElement } from '../../../shared/feeds/xml/xml-element.ts';
import { mapFeed, mapFixture, readFixture } from '../../doubles/map-feed.ts';

function propose(file: string): MappingProposal {
  const proposal = proposeMapping(parseBeginning(readFixture(file)) as XmlElement);
  if (proposal === undefined) throw new Error(`nothing proposed for ${file}`);
  return proposal;
}

const readBy = (file: string, settings = {}): MappedItem[] =>
  mapFixture(generic, file, { ...settings, mapping: propose(file).mapping });

test('a Spanish feed with numbered fields and two prices is understood', (t) => {
  const [flat, house] = readBy('generic-inmovilla.xml');
  t.like(flat?.values, {
    reference: 'AL-1',
    goal: 'SALE',
    price: 212_736.84,
    type: 'Apartment',
    city: 'Almería',
    postalCode: '04001',
    latitude: 36.8402,
    longitude: -2.4679,
    bedrooms: 3,
    bathrooms: 1,
    areaSqm: 88,
    plotAreaSqm: null,
    energyRating: 'D',
    title: 'Central flat',
    descriptions: { es: 'Piso reformado.\nMuy luminoso.', en: 'Renovated flat.\nVery bright.' },
  });
  const inSpanish = readBy('generic-inmovilla.xml', { languages: ['es'] })[0];
  t.like(inSpanish?.values, { title: 'Piso céntrico', description: 'Piso reformado.\nMuy luminoso.' });
  t.is(flat?.values.images?.length, 2);
  t.like(house?.values, { goal: 'RENT', price: 950, type: 'Villa', plotAreaSqm: 320 });
});

test('a feed with texts in two languages and codes is understood, its agents are left aside', (t) => {
  const [flat, villa] = readBy('generic-list.xml');
  t.is(flat?.id, 'BX-100');
  t.like(flat?.values, {
    goal: 'SALE',
    price: 1_450_000,
    type: 'Apartment',
    city: 'Dubai',
    district: 'Marina',
    bedrooms: 2,
    bathrooms: 3,
    title: 'Two bedrooms with marina view',
  });
  t.deepEqual(Object.keys(flat?.values.descriptions ?? {}), ['en', 'ar']);
  t.deepEqual(
    flat?.values.images?.map(({ url }) => url),
    ['https://img.example/100-1.jpg', 'https://img.example/100-2.jpg'],
  );
  t.like(villa?.values, { goal: 'RENT', type: 'Villa' });
  t.deepEqual(villa?.modifiedAt, new Date('2026-01-30T13:14:15Z'));
});

test('an RSS feed with prefixed names is understood', (t) => {
  const [cottage, flat] = readBy('generic-rss.xml');
  t.is(cottage?.id, 'H1');
  t.like(cottage?.values, {
    goal: 'SALE',
    price: 185_000,
    currency: 'EUR',
    type: 'House',
    bedrooms: 2,
    areaSqm: 95,
    latitude: 34.9,
    longitude: 32.86,
    title: 'Stone cottage',
    externalUrl: 'https://agency.example/h/1',
  });
  t.is(cottage?.values.images?.length, 2);
  t.like(flat?.values, { goal: 'RENT', price: 950, type: 'Apartment' });
});

test('several kinds of listing element alongside each other are found', (t) => {
  t.deepEqual(
    readBy('generic-daft.xml').map(({ id }) => id),
    ['D1', 'D2', 'D3'],
  );
});

test('German names in capitals are understood', (t) => {
  const [house, flat] = readBy('generic-wis.xml', { languages: ['it'] });
  t.like(house?.values, {
    goal: 'SALE',
    price: 540_000,
    currency: 'EUR',
    type: 'House',
    city: 'Bozen',
    postalCode: '39100',
    address: 'Talfergasse 4',
    areaSqm: 128.5,
    description: 'Una casa con giardino e vista sulle montagne.',
  });
  t.like(flat?.values, { goal: 'RENT', price: 1200, type: 'Apartment' });
});

test('the mappings of known formats are found near enough by their looks', (t) => {
  for (const file of ['kyero.xml', 'trovit.xml', 'yandex.xml']) {
    const { mapping, confidence } = propose(file);
    t.true(confidence > 0.5, file);
    for (const field of ['id', 'price', 'descriptions', 'images']) t.true(field in mapping.fields, `${file} ${field}`);
  }
});

test('missing fields are reported', (t) => {
  t.true(propose('generic-daft.xml').missing.includes('title'));
});

const proposalOf = (document: string): MappingProposal => {
  const proposal = proposeMapping(parseBeginning(Buffer.from(document)) as XmlElement);
  if (proposal === undefined) throw new Error('nothing proposed');
  return proposal;
};
const offers = (name: string, items: readonly string[]): string =>
  `<list>${items.map((item) => `<${name}>${item}</${name}>`).join('')}</list>`;
const polish = (id: string, code: string): string =>
  `${id}<cena>599 000</cena><transakcja>sprzedaż</transakcja><city>Kraków</city><kod>${code}</kod>` +
  '<title>Mieszkanie</title><description>Ładne mieszkanie w Krakowie.</description><photos>' +
  `<photo>https://x.example/${code}.jpg</photo></photos>`;

test('an id is named like one and differs in every item; a postal code is none', (t) => {
  const named = proposalOf(
    offers('offer', [polish('<id_oferty>PL-1</id_oferty>', '30-552'), polish('<id_oferty>PL-2</id_oferty>', '30-227')]),
  );
  t.like(named.mapping.fields, { id: 'id_oferty', postalCode: 'kod' });
  t.deepEqual(named.doubts, []);
  const without = proposalOf(offers('offer', [polish('', '30-552'), polish('', '30-227')]));
  t.false('id' in without.mapping.fields);
  t.true(without.confidence < 0.45);
  t.regex(without.doubts.join(), /No id was found: kod looks like a postal code/);
  t.is(proposalOf(offers('offer', [polish('', 'KR1'), polish('', 'KR2')])).mapping.fields['id'], 'kod');
  const many = Array.from({ length: 60 }, (_, n) => polish(`<code>K${Math.min(n, 58)}</code>`, '30-552'));
  t.false('id' in proposalOf(offers('offer', many)).mapping.fields, 'the last two have one code');
});

test('separate amounts for sale and rent are read, the sale first; missing prices are reported', (t) => {
  const home = (n: number, price: string): string =>
    `<codigo>BR-${n}</codigo><tipo>Casa</tipo><valores>${price}</valores><dormitorios>3</dormitorios>` +
    `<cidade>Campinas</cidade><titulo>Casa ${n}</titulo><descricao>Linda casa no centro da cidade.</descricao>` +
    `<fotos><foto>https://x.example/${n}.jpg</foto></fotos>`;
  const both = proposalOf(
    offers('imovel', [
      home(1, '<aluguel>2.500,00</aluguel>'),
      home(2, '<aluguel>3.500,00</aluguel><venda>950.000,00</venda>'),
      home(3, '<aluguel>1.500,00</aluguel>'),
    ]),
  );
  t.like(both.mapping.fields, {
    goal: [
      { path: 'valores/venda', yes: 'SALE' },
      { path: 'valores/aluguel', yes: 'RENT' },
    ],
    price: [
      { path: 'valores/venda', for: 'SALE' },
      { path: 'valores/aluguel', for: 'RENT' },
    ],
  });
  t.deepEqual(both.doubts, []);
  const mixed = proposalOf(
    offers('imovel', [
      home(1, '<price>2500</price>'),
      home(2, '<price>950000</price>'),
      home(3, '<price>1500</price>'),
    ]),
  );
  t.true(mixed.confidence < 0.45);
  t.regex(mixed.doubts.join(), /does not say whether.*for sale or for rent, and prices from 1,500 to 950,000 are both/);
  const other = proposalOf(
    offers('imovel', [home(1, '<price>2500</price>'), home(2, '<x>1</x>'), home(3, '<x>1</x>')]),
  );
  t.regex(other.doubts.join(), /67 % of the items have no price/);
  t.true(other.confidence < 0.45);
});

test('letters for sale and rent, and a flag for sold, are understood', (t) => {
  const home = (n: number, goal: string, sold: number): string =>
    `<Id>${n}</Id><Price>${n}00000</Price><For>${goal}</For><Kind>Villa</Kind><Town>Paphos</Town><Description>Text ` +
    `about a villa.</Description><Sold>${sold}</Sold>`;
  const document = offers('Property', [home(1, 'S', 0), home(2, 'R', 0), home(3, 'S', 1)]);
  t.deepEqual(
    mapFeed(generic, document, { mapping: proposalOf(document).mapping }).map(({ values }) => [
      values.goal,
      values.status,
    ]),
    [
      ['SALE', 'ACTIVE'],
      ['RENT', 'ACTIVE'],
      ['SALE', 'SOLD'],
    ],
  );
});

test('pictures in numbered attributes are read, captions alongside them are none', (t) => {
  const row = (n: number, more = ''): string =>
    `<row id="R${n}" price="${n}00000" deal="Sale" kind="Villa" town="Paphos" text="A villa with a private pool ` +
    `and a view of the sea." photo1="https://x.example/${n}a.jpg" photo2="" photo3="https://x.example/${n}c.jpg" ` +
    `${more}/>`;
  const imagesOf = (document: string): unknown =>
    mapFeed(generic, document, { mapping: proposalOf(document).mapping })[0]?.values.images?.map(({ url }) => url);
  const plain = `<data>${row(1)}${row(2)}</data>`;
  t.is(proposalOf(plain).mapping.fields['images'], '@photo*');
  t.deepEqual(imagesOf(plain), ['https://x.example/1a.jpg', 'https://x.example/1c.jpg']);
  const captioned = `<data>${row(1, 'photo1_title="https://x.example/front"')}${row(2)}</data>`;
  t.deepEqual(proposalOf(captioned).mapping.fields['images'], ['@photo1', '@photo2', '@photo3']);
  t.deepEqual(imagesOf(captioned), ['https://x.example/1a.jpg', 'https://x.example/1c.jpg']);
  t.deepEqual(
    proposalOf(captioned.replaceAll('<row ', '<row photo10="https://x.example/j.jpg" ')).mapping.fields['images'],
    ['@photo1', '@photo2', '@photo3', '@photo10'],
  );
});

test('texts in attributes are distinguished by the languages in their names', (t) => {
  const row = (n: number): string =>
    `<row id="R${n}" price="${n}00000" deal="Sale" kind="Villa" town="Paphos" text_EN="A villa with a private pool ` +
    `and a view of the sea." text_RU="Вилла с бассейном и видом на море." photo="https://x.example/${n}.jpg"/>`;
  const document = `<data>${row(1)}${row(2)}</data>`;
  t.deepEqual(
    Object.keys(mapFeed(generic, document, { mapping: proposalOf(document).mapping })[0]?.values.descriptions ?? {}),
    ['en', 'ru'],
  );
});

const italian = (n: number, more = ''): string =>
  `<id>IT-${n}</id><prezzo>${n}50000</prezzo><contratto>Vendita</contratto><tipologia>Appartamento</tipologia>` +
  `<comune>Roma</comune><camere>2</camere><foto>https://i.example/${n}.jpg</foto>${more}`;
const [inItalian, inEnglish] = [
  'Appartamento con due camere, cucina e soggiorno, vicino al mare e con giardino.',
  'A flat with two bedrooms, a kitchen and a view of the sea, close to the garden.',
];

test('a text without a language in its name joins those that have one', (t) => {
  const textsOf = (more: string, languages = ['en']): unknown => {
    const document = offers(
      'annuncio',
      [1, 2, 3].map((n) => italian(n, more)),
    );
    const values = mapFeed(generic, document, { languages, mapping: proposalOf(document).mapping })[0]?.values;
    return [values?.title, values?.descriptions];
  };
  const texts =
    `<titolo>Bilocale</titolo><titolo_en>Two-room flat</titolo_en><descrizione>${inItalian}</descrizione>` +
    `<descrizione_en>${inEnglish}</descrizione_en>`;
  t.deepEqual(textsOf(texts), ['Two-room flat', { en: inEnglish, it: inItalian }]);
  t.deepEqual(
    textsOf(texts, ['it']),
    ['Bilocale', { en: inEnglish, it: inItalian }],
    'a title too short to tell is in the language of the description',
  );
  t.deepEqual(
    textsOf(
      `<title>Flat</title><title_id>17</title_id><testi descrizione="${inItalian}" descrizione_en="${inEnglish}"/>`,
    ),
    ['Flat', { en: inEnglish, it: inItalian }],
    'attributes; and a number is no title in Indonesian',
  );
  t.deepEqual(
    textsOf(`<descrizione>Kaunis kahetoaline korter</descrizione><descrizione_en>${inEnglish}</descrizione_en>`, [
      'et',
    ]),
    ['Apartment, Roma', { et: 'Kaunis kahetoaline korter', en: inEnglish }],
    'words that tell nothing',
  );
  t.deepEqual(
    textsOf(
      `<description>A flat by the sea</description><description_en>${inEnglish}</description_en>` +
        `<description_it>${inItalian}</description_it>`,
    ),
    ['Apartment, Roma', { en: inEnglish, it: inItalian }],
    'the one that names its language comes first',
  );
});

test('descriptions that are not named like any are found by their looks, and doubted', (t) => {
  const told = (n: number, text: string): string =>
    `${n}. ${text} Libero da subito, ben collegato e in ottime condizioni.`;
  const proposed = (more: (n: number) => string): MappingProposal =>
    proposalOf(
      offers(
        'annuncio',
        [1, 2, 3].map((n) => italian(n, more(n))),
      ),
    );
  const { mapping, doubts, confidence, missing } = proposed(
    (n) => `<racconto>${told(n, inItalian)}</racconto><racconto_en>${told(n, inEnglish)}</racconto_en>`,
  );
  t.deepEqual(mapping.fields['descriptions'], { en: 'racconto_en', it: 'racconto' });
  t.regex(doubts.join(), /racconto(?:_en)? was chosen as description because of its long texts/);
  t.true(confidence >= 0.45);
  t.false(missing.includes('descriptions'));
  t.is(
    proposed((n) => `<testo>${told(n, inItalian)}</testo><racconto>${told(n, inItalian.repeat(2))}</racconto>`).mapping
      .fields['descriptions'],
    'testo',
    'a name says more',
  );
  for (const none of [
    (n: number) => `<note_interne>${told(n, inItalian)}</note_interne>`,
    () => `<avviso>${told(0, inItalian)}</avviso>`,
    (n: number) => `<agente><storia>${told(n, inItalian)}</storia></agente>`,
    (n: number) =>
      `<dotazioni>piano ${n}, ascensore, giardino, cucina, balcone, terrazza, garage, cantina, camino, piscina, ` +
      'allarme, portiere</dotazioni>',
    (n: number) => `<racconto>Bilocale ${n} al mare</racconto>`,
  ])
    t.false('descriptions' in proposed(none).mapping.fields, none(1));
});

const wohnung = (n: number, contact: string, attributes = `nr="${4710 + n}"`): string =>
  `<objekt ${attributes}><titel>Wohnung mit Balkon ${n}</titel><beschreibung>Eine sehr schöne Wohnung mit Balkon ` +
  'und Blick auf den Park, ruhig gelegen.</beschreibung><art>Wohnung</art><vermarktung>Kauf</vermarktung>' +
  `<kaufpreis>${n}49.000,00 €</kaufpreis><qm>78,5</qm><grundstueck>1.200</grundstueck><zimmer>3</zimmer>` +
  '<bad>2</bad><strasse>Gartenweg 3</strasse><plz>01069</plz><ort>Dresden</ort><bilder>' +
  `<bild>https://w.example/${n}a.jpg</bild><bild>https://w.example/${n}b.jpg</bild></bilder>` +
  `<geaendert>1${n}.11.2026 08:15</geaendert>${contact}</objekt>`;
const wohnungen = (contact: string, attributes?: (n: number) => string): string =>
  `<wohnungen>${[1, 2, 3].map((n) => wohnung(n, contact, attributes?.(n))).join('')}</wohnungen>`;

test('names and photos of contacts are none of a listing, whatever the contact is called', (t) => {
  for (const contact of [
    '<ansprechpartner><name>Frau Muster</name><telefon>0351 1234567</telefon>' +
      '<foto>https://w.example/muster.jpg</foto></ansprechpartner>',
    '<makler><name>Frau Muster</name><bild>https://w.example/muster.jpg</bild></makler>',
    '<doradca><name>Frau Muster</name><foto>https://w.example/muster.jpg</foto><kom><nr1>muster@w.example</nr1>' +
      '</kom><e-mail>muster@w.example</e-mail></doradca>',
    '<hausmeister name="Frau Muster" foto="https://w.example/muster.jpg" mobile="0170 123456"/>',
    '<filiale><name>Muster und Partner</name><plz>01097</plz><ort>Pirna</ort><post>info@w.example</post>' +
      '<foto>https://w.example/muster.jpg</foto></filiale>',
    '<betreuer_name>Frau Muster</betreuer_name><betreuer_foto>https://w.example/muster.jpg</betreuer_foto>',
  ]) {
    const document = wohnungen(contact);
    const { mapping } = proposalOf(document);
    t.like(mapping.fields, { images: 'bilder/bild', title: 'titel', city: 'ort', postalCode: 'plz' }, contact);
    t.is(mapFeed(generic, document, { mapping })[0]?.values.images?.length, 2, contact);
  }
  const place = proposalOf(
    wohnungen('').replaceAll('<ort>', '<lage><telefon>0351 12345</telefon><ort>').replaceAll('</ort>', '</ort></lage>'),
  );
  t.is(place.mapping.fields['city'], 'lage/ort', 'a phone number next to the only town makes no contact of it');
});

const inSpain = (n: number, contact: string): string =>
  `<ref>ES-${n}</ref><precio>${n}50000</precio><operacion>Venta</operacion><tipo>Piso</tipo>` +
  `<habitaciones>${n}</habitaciones><metros>${n}0</metros><resumen_ficha>Piso ${n} luminoso y muy bien situado, ` +
  `con vistas al mar y cerca de todos los servicios del barrio.</resumen_ficha>${contact}`;
const aboutUs = (name: string, between: (word: string) => string): string =>
  [
    ['nombre', 'Ana'],
    ['telefono', '600111220'],
    ['email', 'ana@x.example'],
    ['direccion', 'Calle Larga 1'],
    ['poblacion', 'Malaga'],
    ['codigo_postal', '29001'],
    ['provincia', 'Malaga'],
    ['latitude', '36.72'],
    ['longitude', '-4.42'],
    ['descripcion', 'Ana trabaja con nosotros desde hace muchos años y conoce bien la ciudad.'],
    ['foto', 'https://x.example/ana.jpg'],
  ]
    .map(([word = '', value]) => `<${between(word)}>${value}</${between(word)}>`)
    .join('')
    .replace(/^/, name === '' ? '' : `<${name}>`)
    .concat(name === '' ? '' : `</${name}>`);

test('fields of agents, branches and offices belong to no listing, by element or by beginning of name', (t) => {
  const ofParties = [
    'title',
    'city',
    'address',
    'postalCode',
    'province',
    'district',
    'latitude',
    'longitude',
    'point',
    'images',
    'description',
  ];
  const unread = (contact: string, message: string): void => {
    const { mapping } = proposalOf(
      offers(
        'inmueble',
        [1, 2, 3].map((n) => inSpain(n, contact.replaceAll('Ana', `Ana ${n}`))),
      ),
    );
    t.deepEqual(
      ofParties.filter((field) => field in mapping.fields),
      [],
      message,
    );
    t.notRegex(JSON.stringify(mapping.fields['descriptions'] ?? ''), /descripcion/, message);
    t.is(mapping.fields['price'], 'precio', message);
  };
  for (const word of [
    'branch',
    'oficina',
    'agenzia',
    'agence',
    'agencia',
    'inmobiliaria',
    'comercial',
    'captador',
    'asesor',
    'gestor',
    'referente',
    'filiale',
    'delegacion',
    'Makler',
    'developer',
    'owner',
    'promotora',
    'sede',
    'negotiator',
    'застройщик',
    'xyz',
  ]) {
    unread(
      aboutUs(word, (name) => name),
      word,
    );
    unread(
      aboutUs('', (name) => `${word}_${name}`),
      `${word}_`,
    );
    unread(
      aboutUs('', (name) => `${word}${name[0]?.toUpperCase()}${name.slice(1)}`),
      `${word}..`,
    );
  }
  unread(
    '<oficina_poblacion>Malaga</oficina_poblacion><oficina_direccion>Calle Larga 1</oficina_direccion>',
    'without a way to reach it',
  );
  unread(
    '<agenzia_comune>Milano</agenzia_comune><agenzia_indirizzo>Via Roma 1</agenzia_indirizzo>' +
      '<agenzia_provincia>MI</agenzia_provincia>',
    'Italian',
  );
  unread(
    '<asesor><nombre>Ana</nombre><telefono>600111220</telefono><descripcion>Ana trabaja con nosotros.</descripcion>' +
      '<imagen>https://x.example/ana.jpg</imagen></asesor>',
    'only a phone number',
  );
});

test("words of agencies in the names of what is the listing's own change nothing", (t) => {
  const document = offers(
    'bien',
    [1, 2, 3].map(
      (n) =>
        `<REFERENCE_AGENCE>FR-${n}</REFERENCE_AGENCE><prix>${n}50000</prix><transaction>Vente</transaction>` +
        `<type>Maison</type><ville>Lyon</ville><titre_commercial>Maison ${n}</titre_commercial>` +
        `<texte_commercial>Belle maison ${n} avec jardin et piscine, au calme et proche des ` +
        'commerces.</texte_commercial>',
    ),
  );
  t.like(proposalOf(document).mapping.fields, {
    reference: 'REFERENCE_AGENCE',
    city: 'ville',
    title: 'titre_commercial',
    descriptions: 'texte_commercial',
  });
  const grouped = wohnungen('')
    .replaceAll(
      '<titel>',
      '<info><name>Frau Muster</name><telefon>0351 12345</telefon><email>x@w.example</email><titel>',
    )
    .replaceAll('</titel>', '</titel></info>');
  t.is(proposalOf(grouped).mapping.fields['title'], 'info/titel');
});

test('a contact repeated in many listings is not part of a listing', (t) => {
  const office = (name: string, reach: string): string =>
    `<xyz><name>${name}</name>${reach}<place><address>1 Queen Square</address><town>Bath</town><postcode>BA1 ` +
    '2HA</postcode><latitude>51.38</latitude><longitude>-2.36</longitude></place></xyz>';
  const fieldsOf = (contact: (n: number) => string): string =>
    JSON.stringify(
      proposalOf(
        offers(
          'inmueble',
          [1, 2, 3].map((n) => inSpain(n, contact(n))),
        ),
      ).mapping.fields,
    );
  t.notRegex(
    fieldsOf(() => office('Bath Office', '<telephone>01225 123450</telephone>').replaceAll(/<.?place>/g, '')),
    /xyz/,
  );
  t.notRegex(
    fieldsOf(() => office('Bath Office', '<reach><telephone>01225 123450</telephone></reach>')),
    /xyz/,
  );
  const listed = fieldsOf((n) =>
    office(`Villa ${n}`, '<reach><telephone>01225 123450</telephone></reach>').replace('1 Queen', `${n} Queen`),
  );
  t.regex(listed, /xyz.name/);
  t.regex(listed, /xyz.place.town/);
});

test('a group of a listing is its own, a way to reach someone in it or not', (t) => {
  let n = 0;
  const fotos = (): string =>
    `<web><url>https://w.example/p/${++n}</url>` +
    '<whatsapp>https://wa.me/34965123456</whatsapp><bilder>' +
    '<bild>https://w.example/1a.jpg</bild><bild>https://w.example/1b.jpg</bild></bilder></web>';
  const grouped = wohnungen('')
    .replaceAll(/<bilder>.*?<\/bilder>/g, fotos)
    .replaceAll('<titel>', '<info><email>x@w.example</email><titel>')
    .replaceAll('</titel>', '</titel></info>');
  t.like(proposalOf(grouped).mapping.fields, {
    images: 'web/bilder/bild',
    externalUrl: 'web/url',
    title: 'info/titel',
  });
  const placed = wohnungen('')
    .replaceAll('<strasse>', '<lage><telefon>0351 12345</telefon><strasse>')
    .replaceAll('</strasse>', '</strasse></lage>');
  t.is(proposalOf(placed).mapping.fields['address'], 'lage/strasse');
});

test('a German feed of few words is understood', (t) => {
  const document = wohnungen('');
  const { mapping, doubts } = proposalOf(document);
  t.deepEqual(doubts, []);
  t.like(mapping.fields, {
    id: '@nr',
    areaSqm: 'qm',
    plotAreaSqm: 'grundstueck',
    bathrooms: 'bad',
    modifiedAt: 'geaendert',
  });
  const [flat] = mapFeed(generic, document, { mapping });
  t.is(flat?.id, '4711');
  t.like(flat?.values, { areaSqm: 78.5, plotAreaSqm: 1200, bathrooms: 2 });
  t.deepEqual(flat?.modifiedAt, new Date('2026-11-11T08:15:00Z'));
});

test('a number of an item is no id when it only counts the items', (t) => {
  t.false('id' in proposalOf(wohnungen('', (n) => `nr="${n}"`)).mapping.fields);
  t.false('id' in proposalOf(wohnungen('', (n) => `nr="${n > 1 ? 4712 : 4711}"`)).mapping.fields);
  t.is(proposalOf(wohnungen('', (n) => `no="A-${n}"`)).mapping.fields['id'], '@no');
});

test('an id named "estate" is not a state', (t) => {
  const byId = (name: string): unknown =>
    proposalOf(
      offers(
        'offer',
        ['A1', 'B2', 'C3'].map((id) => `<${name}>${id}</${name}>${polish('', '30-552')}`),
      ),
    ).mapping.fields['id'];
  t.deepEqual(
    [byId('estate_id'), byId('realEstateId'), byId('state_id'), byId('estate_type_id')],
    ['estate_id', 'realEstateId', undefined, undefined],
  );
});

test('the code of a kind is no id, though it differs in the first few items', (t) => {
  const uk = (n: number, more: string): string =>
    `${more}<ADDRESS_1>${n} High Street</ADDRESS_1><TOWN>Guildford</TOWN><PRICE>${n}25000</PRICE><SUMMARY>House ` +
    `${n} with a garden, close to the station and to the schools of the town.</SUMMARY><BEDROOMS>${n}</BEDROOMS>` +
    `<MEDIA_IMAGE>https://x.example/${n}.jpg</MEDIA_IMAGE>`;
  const idsOf = (more: (n: number, code: number) => string, items = [1, 2, 3]): unknown => {
    const { mapping, confidence } = proposalOf(
      offers(
        'property',
        items.map((n) => uk(n, more(n, [23, 8, 4][n % 3] as number))),
      ),
    );
    t.true(confidence >= 0.45);
    return [mapping.fields['id'], mapping.fields['reference']];
  };
  t.deepEqual(
    idsOf(
      (n, code) =>
        `<AGENT_REF>10001_RX${n}</AGENT_REF><PROP_SUB_ID>${code}</PROP_SUB_ID><TRANS_TYPE_ID>${n}</TRANS_TYPE_ID>` +
        `<BRANCH_ID>${code}</BRANCH_ID>`,
    ),
    [undefined, 'AGENT_REF'],
  );
  t.deepEqual(
    idsOf((n, code) => `<REF>RX${n}</REF><LOOK_ID>${code}</LOOK_ID>`),
    [undefined, 'REF'],
    'a reference is surer',
  );
  t.deepEqual(
    idsOf((_, code) => `<REF>same</REF><LOOK_ID>${code}</LOOK_ID>`),
    ['LOOK_ID', 'REF'],
    'one that does not differ is not',
  );
  t.deepEqual(
    idsOf((n) => `<REF>RX${n}</REF><OFFER_ID>${n}7</OFFER_ID>`),
    ['OFFER_ID', 'REF'],
  );
  const many = Array.from({ length: 12 }, (_, n) => n + 1);
  t.deepEqual(
    idsOf((n) => `<REF>RX${n}</REF><LOOK_ID>${n}7</LOOK_ID>`, many),
    ['LOOK_ID', 'REF'],
    'many items tell',
  );
  t.deepEqual(proposalOf(wohnungen('', (n) => `IDImmobile="${n}7"`)).mapping.fields['id'], '@IDImmobile');
});

test('a currency field with an unknown word is read: the word is reported, no default replaces it', (t) => {
  const read = (currencies: readonly string[], defaultCurrency: string): unknown => {
    const document = offers(
      'annuncio',
      currencies.map((currency, n) => italian(n + 1, `<currency>${currency}</currency>`)),
    );
    return mapFeed(generic, document, { defaultCurrency, mapping: proposalOf(document).mapping }).map(
      ({ values, warnings }) => [
        values.currency,
        ...warnings.filter(({ field }) => field === 'currency').map(({ code }) => code),
      ],
    );
  };
  t.deepEqual(read(['kr', 'kr', 'EUR', 'kr'], 'NOK'), [['NOK'], ['NOK'], ['EUR'], ['NOK']]);
  t.deepEqual(read(['zm.', 'EUR', 'евро'], 'EUR'), [[null, 'unknown-currency'], ['EUR'], ['EUR']]);
  t.deepEqual(read(['yes', 'no', 'no'], 'EUR'), [['EUR'], ['EUR'], ['EUR']], 'no word is a currency');
});

test('French names for the plot, the reference and the mandate are distinguished', (t) => {
  const bien = (n: number, more: string): string =>
    `<MANDAT>M${n}</MANDAT>${more}<PRIX>${n}50000</PRIX><TRANSACTION>Vente</TRANSACTION>` +
    `<TYPE_BIEN>Maison</TYPE_BIEN><VILLE>Lyon</VILLE><NB_CHAMBRES>3</NB_CHAMBRES><TEXTE>Belle maison ${n} avec ` +
    'jardin et piscine, au calme et proche des commerces.</TEXTE>';
  const fields = (more: (n: number) => string): unknown =>
    proposalOf(
      offers(
        'BIEN',
        [1, 2, 3].map((n) => bien(n, more(n))),
      ),
    ).mapping.fields;
  const areas = (n: number): string =>
    n === 2
      ? '<SURFACE_TERRAIN>780</SURFACE_TERRAIN>'
      : '<SURFACE_HABITABLE>120</SURFACE_HABITABLE><SURFACE_TERRAIN>400</SURFACE_TERRAIN>';
  t.like(
    fields((n) => `<REFERENCE_AGENCE>R${n}</REFERENCE_AGENCE>${areas(n)}`),
    { reference: 'REFERENCE_AGENCE', areaSqm: 'SURFACE_HABITABLE', plotAreaSqm: 'SURFACE_TERRAIN' },
  );
  t.is((fields((n) => `<REF_AGENCE>R${n}</REF_AGENCE>`) as Record<string, unknown>)['reference'], 'REF_AGENCE');
  t.like(
    fields(() => '<surface>90</surface><surface_terrain>400</surface_terrain>'),
    { reference: 'MANDAT', areaSqm: 'surface', plotAreaSqm: 'surface_terrain' },
  );
  t.like(
    fields(() => '<superficie>90</superficie><terrain><surface>400</surface></terrain>'),
    { areaSqm: 'superficie', plotAreaSqm: 'terrain/surface' },
  );
});

test('rooms of any use are no bedrooms; pictures come in the order that they say', (t) => {
  const home = (n: number, rooms: string): string =>
    italian(n, `${rooms}<titolo>Casa ${n}</titolo><descrizione>${inItalian}</descrizione>`).replace(
      /<camere>.*<\/foto>/,
      `<immagini><img ordine="2">https://i.example/${n}b.jpg</img><img ordine="1">https://i.example/${n}a.jpg</img>` +
        '</immagini>',
    );
  const both = offers('annuncio', [home(1, '<camere>2</camere><locali>4</locali>'), home(2, '<locali>1</locali>')]);
  const { mapping } = proposalOf(both);
  t.is(mapping.fields['bedrooms'], 'camere');
  t.deepEqual(
    mapFeed(generic, both, { mapping })[0]?.values.images?.map(({ url }) => url),
    ['https://i.example/1a.jpg', 'https://i.example/1b.jpg'],
  );
  t.like(
    proposalOf(offers('annuncio', [home(1, '<locali>4</locali>'), home(2, '<locali>1</locali>')])).mapping.fields,
    { bedrooms: undefined, features: [{ path: 'locali', label: '{} rooms' }] },
  );
});

test('a document without listings has no proposal', (t) => {
  t.is(proposeMapping(parseBeginning(Buffer.from('<a><b>1</b><b>2</b></a>')) as XmlElement), undefined);
});

const names = fc.constantFrom(
  'id',
  'ref',
  'price',
  'precio',
  'title',
  'description',
  'desc',
  'en',
  'image',
  'url',
  'images',
  'city',
  'zona',
  'beds',
  'area',
  'type',
  'status',
  'agent',
  'x',
  'foto1',
  'title_de',
  'ns-x',
  'a.b',
  '__proto__',
  '=',
  'a"b',
  'kod',
  'venda',
  'descrip1',
  'descrip2',
);
const texts = fc.constantFrom(
  '',
  '1',
  '250000',
  'Villa',
  'for sale',
  'https://a.example/1.jpg',
  'A long text about a house with a garden and a pool.',
  '40.1',
  '-3.7',
  'EUR',
  '21/11/2024',
  '0',
);
const elementOf = (children: fc.Arbitrary<XmlElement[]>): fc.Arbitrary<XmlElement> =>
  fc.record({ name: names, attributes: fc.dictionary(names, texts, { maxKeys: 2 }), children, text: texts });
const leaves = elementOf(fc.constant([]));
const listing = elementOf(fc.array(fc.oneof(leaves, elementOf(fc.array(leaves, { maxLength: 4 }))), { maxLength: 12 }));
const tree = elementOf(fc.array(fc.oneof(listing, elementOf(fc.array(listing, { maxLength: 4 }))), { maxLength: 6 }));

test('whatever the document, a proposed mapping is one that can be used', (t) => {
  fc.assert(
    fc.property(tree, (root) => {
      const proposal = proposeMapping(root);
      t.true(proposal === undefined || (proposal.confidence >= 0 && proposal.confidence <= 0.9));
      const checked = proposal === undefined ? { mapping: undefined } : checkMapping(proposal.mapping);
      t.false('problems' in checked, JSON.stringify(checked));
    }),
    { numRuns: 200 },
  );
});

test('a number ending in _no, sold alongside for sale, the main picture and the end of an offer are seen', (t) => {
  const ad = (no: number, availability: string, until: string): string =>
    `<ad><listing_no>N${no}</listing_no><availability>${availability}</availability><price>${no}00000</price>` +
    `<cur>EUR</cur><kind>Flat</kind><town>York</town><gueltig_bis>${until}</gueltig_bis><pictures>` +
    `<picture main="0"><file>https://img.example/b.jpg</file></picture>` +
    `<picture main="1"><file>https://img.example/a.jpg</file></picture></pictures></ad>`;
  const ads = [ad(1, 'For sale', '31.12.2027'), ad(2, 'Sold', '31.12.2027'), ad(3, 'For sale', '1.11.2026')];
  const xml = `<ads>${ads.join('')}</ads>`;
  const { mapping } = proposeMapping(parseBeginning(Buffer.from(xml)) as XmlElement) as MappingProposal;
  const listings = mapFeed(generic, xml, { mapping, now: new Date('2026-11-30T12:00:00Z') });
  t.deepEqual(
    listings.map(({ id, values: { goal, status } }) => [id, goal, status]),
    [
      ['N1', 'SALE', 'ACTIVE'],
      ['N2', 'SALE', 'SOLD'],
      ['N3', 'SALE', 'WITHDRAWN'],
    ],
  );
  t.is(listings[0]?.values.currency, 'EUR');
  t.is(listings[0]?.values.images?.[0]?.url, 'https://img.example/a.jpg');
});

function readUnknown(item: (at: number) => string): MappedItem[] {
  const xml = `<export>${[1, 2, 3].map((at) => `<home>${item(at)}</home>`).join('')}</export>`;
  const { mapping } = proposeMapping(parseBeginning(Buffer.from(xml)) as XmlElement) as MappingProposal;
  return mapFeed(generic, xml, { mapping });
}

test('words for the status are no province, nor is the state of the building', (t) => {
  const states = ['', 'disponible', 'disponible', 'vendido'];
  const listings = readUnknown(
    (at) =>
      `<id>P${at}</id><operacion>venta</operacion><precio>${at}50000</precio><poblacion>Valencia</poblacion>` +
      `<estado_obra>terminada</estado_obra><estado>${states[at]}</estado>`,
  );
  t.deepEqual(
    listings.map(({ values: { status, province, city } }) => [status, province, city]),
    [
      ['ACTIVE', undefined, 'Valencia'],
      ['ACTIVE', undefined, 'Valencia'],
      ['SOLD', undefined, 'Valencia'],
    ],
  );
  const named = readUnknown(
    (at) => `<id>P${at}</id><price>${at}50000</price><city>Reno</city><address_state>NV</address_state>`,
  );
  t.is(named[0]?.values.province, 'NV');
});

test('an action that removes is read in any language', (t) => {
  for (const [name, words] of [
    ['aktion', ['neu', 'ändern', 'löschen']],
    ['akce', ['vložit', 'změnit', 'smazat']],
    ['accion', ['alta', 'modificar', 'baja']],
    ['action', ['A', 'U', 'D']],
  ] as const)
    t.deepEqual(
      readUnknown(
        (at) => `<id>P${at}</id><price>${at}50000</price><city>Reno</city><${name}>${words[at - 1]}</${name}>`,
      ).map(({ action }) => action),
      ['upsert', 'upsert', 'remove'],
      name,
    );
});

test("prices among a listing's costs are read, the costs are not", (t) => {
  const [first] = readUnknown(
    (at) =>
      `<id>P${at}</id><kosten hausgeld="310" kaufpreis="${at}50.000,00" waehrung="EUR"/>` +
      `<kaution><betrag>900${at}</betrag></kaution><lage strasse="Hauptstr." hausnr="${at}" ort="Bonn"/>`,
  );
  t.like(first?.values, { price: 150_000, currency: 'EUR', address: 'Hauptstr. 1' });
});

test('words that take listings off offer are read, or said not to be', (t) => {
  const words = ['', 'attivo', 'attivo', 'venduto'];
  const listing = (name: string) => (at: number) =>
    `<id>P${at}</id><prezzo>${at}50000</prezzo><comune>Asti</comune><${name}>${words[at]}</${name}>`;
  t.deepEqual(
    readUnknown(listing('stato_annuncio')).map(({ values }) => values.status),
    ['ACTIVE', 'ACTIVE', 'SOLD'],
  );
  const xml = `<export>${[1, 2, 3].map((at) => `<home>${listing('fase')(at)}</home>`).join('')}</export>`;
  const { doubts, mapping } = proposeMapping(parseBeginning(Buffer.from(xml)) as XmlElement) as MappingProposal;
  t.is(mapping.fields['status'], undefined);
  t.true(doubts.some((doubt) => doubt.includes('fase is not read as status') && doubt.includes('"venduto"')));
});

test('some known words are enough to doubt that the status is not read', (t) => {
  const listing = (at: number) =>
    `<home><id>P${at}</id><price>${at}50000</price><city>Brno</city>` +
    `<faze>${['', 'v poradku', 'rezervováno', 'prodáno'][at]}</faze></home>`;
  const xml = `<export>${[1, 2, 3].map(listing).join('')}</export>`;
  t.true(
    proposalOf(xml).doubts.some(
      (doubt) => doubt.includes('faze is not read as status') && doubt.includes('"rezervováno", "prodáno"'),
    ),
  );
});

test('orders, enquiries and other goods are doubted, listings are not', (t) => {
  const doubted = (name: string, inner: string): boolean => {
    const item = (at: number) => `<${name}><id>P${at}</id><price>${at}50</price><city>Asti</city>${inner}</${name}>`;
    return proposalOf(`<export>${[1, 2, 3].map(item).join('')}</export>`).doubts.some((doubt) =>
      doubt.includes('may be no listings'),
    );
  };
  t.true(doubted('order', '<street>Via Po</street>'));
  t.true(doubted('enquiry', '<bedrooms>2</bedrooms>'));
  t.true(doubted('product', '<category>Furniture</category>'));
  t.false(doubted('home', '<bedrooms>2</bedrooms>'));
  t.false(doubted('item', '<category>Villa</category>'));
});

const pictureAt = (at: number): string => `https://img.example/${at}.jpg`;
const fieldsOf = (item: (at: number) => string): MappingProposal['mapping']['fields'] =>
  proposalOf(`<export>${[1, 2, 3].map((at) => `<home>${item(at)}</home>`).join('')}</export>`).mapping.fields;

test('listings in groups of other names belong together, also without a known price', (t) => {
  const ad = (id: string): string =>
    `<ad><code>${id}</code><town>Ghent</town><kind>Flat</kind><picture>https://img.example/${id}.jpg</picture></ad>`;
  const document = (group: string): string =>
    `<x><offered>${ad('A1')}${ad('A2')}</offered><${group}>${ad('B1')}</${group}></x>`;
  t.is(proposalOf(document('wanted')).mapping.itemPath, 'x/offered/ad|x/wanted/ad');
  t.is(proposalOf(document('agents')).mapping.itemPath, 'x/offered/ad');
  const root = parseBeginning(Buffer.from(document('wanted'))) as XmlElement;
  t.deepEqual(leftOutGroups(root, ['x/offered/ad']), ['x/wanted/ad']);
});

test('Romanian names are understood', (t) => {
  t.like(
    fieldsOf(
      (at) =>
        `<titlu>Apartament ${at}</titlu><pret>${at}5000</pret><oras>Cluj-Napoca</oras><judet>Cluj</judet>` +
        `<suprafata_utila>5${at}</suprafata_utila><poza>${pictureAt(at)}</poza><afiseaza_adresa>nu</afiseaza_adresa>`,
    ),
    {
      title: 'titlu',
      price: 'pret',
      city: 'oras',
      province: 'judet',
      areaSqm: 'suprafata_utila',
      images: 'poza',
      addressHidden: { path: 'afiseaza_adresa', no: 'true' },
    },
  );
});

test('Czech and Hungarian names are understood', (t) => {
  t.like(
    fieldsOf(
      (at) =>
        `<cislo_zakazky>N${at}</cislo_zakazky><typ_nabidky>Prodej</typ_nabidky><nazev>Byt ${at}</nazev>` +
        `<cena_kc>${at}890000</cena_kc><kraj>Vysočina</kraj><plocha_pozemku>${at}20</plocha_pozemku>` +
        `<uzitkova>${at}8</uzitkova><stav>prodáno</stav><obr poradi="${at}">${pictureAt(at)}</obr>`,
    ),
    {
      id: 'cislo_zakazky',
      goal: 'typ_nabidky',
      title: 'nazev',
      price: 'cena_kc',
      province: 'kraj',
      plotAreaSqm: 'plocha_pozemku',
      areaSqm: 'uzitkova',
      status: 'stav',
      images: { each: 'obr', position: '@poradi' },
    },
  );
  t.like(
    fieldsOf(
      (at) =>
        `<azonosito>H${at}</azonosito><ar>${at}5 M Ft</ar><varos>Pécs</varos><iranyitoszam>762${at}</iranyitoszam>` +
        `<alapterulet>5${at}</alapterulet><telek>60${at}</telek>` +
        `<leiras>Szép napos otthon.</leiras><kep>${pictureAt(at)}</kep>`,
    ),
    {
      id: 'azonosito',
      price: 'ar',
      city: 'varos',
      postalCode: 'iranyitoszam',
      areaSqm: 'alapterulet',
      plotAreaSqm: 'telek',
      descriptions: 'leiras',
      images: 'kep',
    },
  );
});

test('Greek, Dutch and Croatian names are understood', (t) => {
  t.like(
    fieldsOf(
      (at) =>
        `<κωδικός>G${at}</κωδικός><τιμή>${at}5000</τιμή><περιοχή>Κέντρο</περιοχή><τκ>7310${at}</τκ>` +
        `<υπνοδωμάτια>${at}</υπνοδωμάτια><περιγραφή>Φωτεινό σπίτι.</περιγραφή>`,
    ),
    {
      id: 'κωδικός',
      price: 'τιμή',
      district: 'περιοχή',
      postalCode: 'τκ',
      bedrooms: 'υπνοδωμάτια',
      descriptions: 'περιγραφή',
    },
  );
  t.like(
    fieldsOf(
      (at) =>
        `<pandId>B${at}</pandId><Vraagprijs>${at}25000</Vraagprijs><gemeente>Gent</gemeente>` +
        '<omschrijvingNL>Licht huis.</omschrijvingNL><omschrijvingFR>Maison claire.</omschrijvingFR>' +
        `<fotos><foto><url>${pictureAt(at)}</url><volgorde>${at}</volgorde></foto></fotos>`,
    ),
    {
      id: 'pandId',
      price: 'Vraagprijs',
      city: 'gemeente',
      descriptions: { nl: 'omschrijvingNL', fr: 'omschrijvingFR' },
      images: { each: 'fotos/foto', path: 'url', position: 'volgorde' },
    },
  );
  t.like(
    fieldsOf(
      (at) =>
        `<Sifra>S${at}</Sifra><Cijena>${at}20000</Cijena><Zupanija>Istarska</Zupanija><Grad>Pula</Grad>` +
        `<Povrsina>7${at}</Povrsina><GeoSirina>44.8${at}</GeoSirina><GeoDuzina>13.8${at}</GeoDuzina>`,
    ),
    {
      id: 'Sifra',
      price: 'Cijena',
      province: 'Zupanija',
      city: 'Grad',
      areaSqm: 'Povrsina',
      latitude: 'GeoSirina',
      longitude: 'GeoDuzina',
    },
  );
});

test('an area whose unit is read is not doubted', (t) => {
  const xml = `<export>${[1, 2, 3]
    .map(
      (at) =>
        `<home><id>P${at}</id><price>${at}50000</price><currency>USD</currency><city>Reno</city>` +
        `<living_area unit="sqft">15${at}0</living_area></home>`,
    )
    .join('')}</export>`;
  const { doubts } = proposeMapping(parseBeginning(Buffer.from(xml)) as XmlElement) as MappingProposal;
  t.deepEqual(
    doubts.filter((doubt) => doubt.includes('unit')),
    [],
  );
});

const homes = (inner: (n: number) => string): MappedItem[] => {
  const document = `<homes>${[1, 2, 3]
    .map(
      (n) =>
        `<home><code>C${n}</code><headline>Flat ${n}</headline><city>York</city><beds>2</beds>` +
        `<currency>GBP</currency>` +
        `<description>A flat in the centre of town, near the river.</description>${inner(n)}</home>`,
    )
    .join('')}</homes>`;
  const proposal = proposeMapping(parseBeginning(Buffer.from(document)) as XmlElement);
  return mapFeed(generic, document, proposal === undefined ? {} : { mapping: proposal.mapping });
};

test('the name of a price says the period of a rent', (t) => {
  for (const [name, rentalPeriod] of [
    ['MonthlyRent', 'month'],
    ['weekly_rent', 'week'],
    ['rent_monthly', 'month'],
    ['AnnualRent', 'year'],
    ['weekly_price', 'week'],
  ] as const)
    t.like(homes((n) => `<${name}>95${n}</${name}>`)[0]?.values, { goal: 'RENT', price: 951, rentalPeriod }, name);
  const mixed = homes((n) =>
    n === 2 ? '<SalePrice>250000</SalePrice><WeeklyRent/>' : `<SalePrice/><WeeklyRent>25${n}</WeeklyRent>`,
  );
  t.like(mixed[0]?.values, { goal: 'RENT', price: 251, rentalPeriod: 'week' });
  t.like(mixed[1]?.values, { goal: 'SALE', price: 250_000, rentalPeriod: undefined });
});

test('a main picture in an element of its own comes first', (t) => {
  const picture = (name: string): string => `https://i.example/${name}.jpg`;
  for (const name of ['foto_principale', 'mainPhoto', 'cover_image', 'titelbild', 'imagem_destaque']) {
    const [first] = homes(
      (n) =>
        `<price>25000${n}</price><foto1>${picture(`${n}a`)}</foto1><foto2>${picture(`${n}b`)}</foto2>` +
        `<${name}>${picture(`${n}b`)}</${name}>`,
    );
    t.deepEqual(
      first?.values.images?.map(({ url }) => url),
      [picture('1b'), picture('1a')],
      name,
    );
  }
});

test('an acre in a name is the unit, whatever unit is next to it', (t) => {
  const [first] = homes(
    (n) =>
      `<price>25000${n}</price><area_size>5${n}</area_size><area_unit>sq_m</area_unit><acres>${n}.5</acres>` +
      '<type>House</type>',
  );
  t.like(first?.values, { areaSqm: 51, plotAreaSqm: 6070.28 });
});

test('a number or code named after the listing is its id, the number of a house is not', (t) => {
  const idOf = (name: string): string | undefined => {
    const document = `<ads>${[7, 8, 9]
      .map((n) => `<ad><${name}>N${n}</${name}><price>25000${n}</price><city>York</city><beds>2</beds></ad>`)
      .join('')}</ads>`;
    return proposeMapping(parseBeginning(Buffer.from(document)) as XmlElement)?.mapping.fields['id'] as string;
  };
  for (const name of ['stock_no', 'OfferCode', 'ilan_no', 'WebNumber']) t.is(idOf(name), name);
  for (const name of ['house_no', 'street_no', 'phone_code']) t.is(idOf(name), undefined);
});
