import test from 'ava';
import type { ExecutionContext } from 'ava';
import { detectFormat } from '../../../shared/feeds/formats/detect.ts';
import { parseBeginning } from '../../../shared/feeds/xml/parse-beginning.ts';
import { useDatabase } from '../../doubles/database.ts';
import { makeFeedAgency, type FeedAgency } from '../../doubles/feed-agency.ts';
import { startFeedServer } from '../../doubles/feed-server.ts';

useDatabase(test);

function proposalFor(document: string): Record<string, unknown> {
  const root = parseBeginning(Buffer.from(document));
  const { mapping } = detectFormat(root!, false, { anyProposal: true });
  return mapping as unknown as Record<string, unknown>;
}

/** By default with the approved proposal. */
async function agencyWith(
  t: ExecutionContext,
  answer: string,
  feed: Record<string, unknown> = {},
  location: Record<string, unknown> = {},
): Promise<FeedAgency> {
  const approved = 'format' in feed ? {} : { mapping: proposalFor(answer), mappingApprovedAt: new Date() };
  const server = await startFeedServer();
  t.teardown(() => server.close());
  return makeFeedAgency({ url: server.publish('/feed.xml', answer), ...approved, ...feed }, location);
}

const rows = `<DATA>${[1, 2, 3]
  .map(
    (n) =>
      `<ROW ID="${n}0" REF="V10${n}" KIND="Villa" DEAL="Sale" PRICE="${n}250000" CURR="EUR" BEDS="4" BATHS="3" ` +
      `AREA="240" PLOT="900" TOWN="Paphos" LAT="34.77" LON="32.42" PHOTO1="https://c.example/${n}.jpg" ` +
      `PHOTO2="${n === 2 ? '' : `https://c.example/${n}b.jpg`}" TEXT_EN="Lovely villa number ${n} with a private ` +
      'pool and a view of the sea." UPDATED="2026-11-19"/>',
  )
  .join('')}</DATA>`;

test('a feed of attributes only keeps its pictures', async (t) => {
  const agency = await agencyWith(t, rows);
  const report = await agency.sync();
  t.deepEqual(report.errors, []);
  t.is((await agency.feed()).detectedFormat, 'GENERIC');
  const listings = await agency.listings();
  t.deepEqual(
    ['10', '20', '30'].map((id) => listings.get(id)?.images.map(({ url }) => url)),
    [
      ['https://c.example/1.jpg', 'https://c.example/1b.jpg'],
      ['https://c.example/2.jpg'],
      ['https://c.example/3.jpg', 'https://c.example/3b.jpg'],
    ],
  );
});

const contact =
  '<ansprechpartner><name>Frau Muster</name><telefon>0351 1234567</telefon>' +
  '<foto>https://w.example/muster.jpg</foto></ansprechpartner>';
const german = `<wohnungen>
<objekt nr="4711"><titel>Helle 3-Zimmer-Wohnung</titel>
  <beschreibung>Eine sehr schöne Wohnung mit Balkon und Blick auf den Park, ruhig gelegen.</beschreibung>
  <art>Wohnung</art>
  <vermarktung>Miete</vermarktung><miete_kalt>890,00 €</miete_kalt><qm>78,5</qm><bad>1</bad><ort>Dresden</ort>
  <bilder><bild>https://w.example/a.jpg</bild><bild>https://w.example/b.jpg</bild></bilder>
  <geaendert>19.11.2026 08:15</geaendert>${contact}</objekt>
<objekt nr="4712"><titel>Haus am See</titel>
  <beschreibung>Freistehendes Einfamilienhaus mit großem Garten und eigenem Steg am See.</beschreibung>
  <art>Einfamilienhaus</art>
  <vermarktung>Kauf</vermarktung>
  <kaufpreis>549.000,00 €</kaufpreis><qm>160</qm><grundstueck>1.200</grundstueck><bad>2</bad><ort>Zeuthen</ort>
  <bilder><bild>https://w.example/c.jpg</bild></bilder><geaendert>18.11.2026 08:15</geaendert>${contact}</objekt>
<objekt nr="4713"><titel>Büro</titel>
  <beschreibung>Moderne Bürofläche in zentraler Lage mit guter Anbindung an die Autobahn.</beschreibung>
  <art>Büro</art><vermarktung>Miete</vermarktung><miete_kalt>2.400,00 €</miete_kalt><qm>210</qm><ort>Leipzig</ort>
  <bilder><bild>https://w.example/d.jpg</bild></bilder><geaendert>17.11.2026</geaendert></objekt>
</wohnungen>`;

test('fallbacks of title and descriptions stand in only where the first has no text', async (t) => {
  const fields = {
    id: '@nr',
    title: ['titel', 'ansprechpartner/name'],
    descriptions: ['beschreibung', 'art'],
    price: ['kaufpreis', { path: 'miete_kalt', number: 'de' }],
    goal: 'vermarktung',
  };
  const agency = await agencyWith(
    t,
    german,
    { format: 'GENERIC', mapping: { itemPath: 'wohnungen/objekt', fields } },
    { country: 'ES', language: 'en' },
  );
  await agency.sync();
  const listings = await agency.listings();
  t.deepEqual(
    ['4711', '4712', '4713'].map((id) => listings.get(id)?.title),
    ['Helle 3-Zimmer-Wohnung', 'Haus am See', 'Büro'],
  );
  t.deepEqual(
    [...listings.values()].map(({ descriptions }) => Object.keys(descriptions ?? {})),
    [['de'], ['de'], ['de']],
  );
  t.regex(listings.get('4712')?.description ?? '', /^Freistehendes Einfamilienhaus/);
});

test('a German feed that no format knows is read without its contacts', async (t) => {
  const agency = await agencyWith(t, german, {}, { country: 'DE', language: 'de' });
  const report = await agency.sync();
  t.deepEqual(report.errors, []);
  const listings = await agency.listings();
  t.deepEqual(
    ['4711', '4712', '4713'].map((id) => [listings.get(id)?.title, listings.get(id)?.images.length]),
    [
      ['Helle 3-Zimmer-Wohnung', 2],
      ['Haus am See', 1],
      ['Büro', 1],
    ],
  );
});

test('a run that reads by a proposed mapping says which of the usual fields it does not read', async (t) => {
  const bare = german.replaceAll('beschreibung>', 'x1>').replaceAll(/<x1>[^<]*<\/x1>|<bilder>.*?<\/bilder>/g, '');
  const agency = await agencyWith(t, bare, {}, { country: 'DE', language: 'de' });
  const unread = async (): Promise<unknown> => {
    t.deepEqual((await agency.sync()).errors, []);
    return ((await agency.feed()).lastReport as { warnings: { code: string; examples: string[] }[] }).warnings.find(
      ({ code }) => code === 'fields-not-found',
    )?.examples;
  };
  t.deepEqual(await unread(), ['descriptions, images']);
  t.deepEqual(await unread(), ['descriptions, images'], 'also when the mapping is an older one');
});

test('nothing is said of a proposed mapping that reads all of the usual fields', async (t) => {
  const agency = await agencyWith(t, german, {}, { country: 'DE', language: 'de' });
  await agency.sync();
  t.false(JSON.stringify((await agency.feed()).lastReport).includes('fields-not-found'));
});

test('Cyrillic texts of no language are in the location’s, points with longitude first in its country', async (t) => {
  const words = [
    'Слънчев апартамент до морето в Бургас, близо до парка',
    'Голяма вила на село до гората',
    'Нов апартамент до морето',
  ];
  const feed = `<listings>${words
    .map(
      (text, n) =>
        `<listing><id>B${n}</id><price>${n + 1}20000</price><currency>EUR</currency><offer>sale</offer>` +
        `<type>Apartment</type><city>Burgas</city><bedrooms>${n + 1}</bedrooms><area>${n + 7}0</area>` +
        `<title>Апартамент ${n}</title><description>${text}</description><description_en>A home near the sea with a ` +
        `garden and a view, number ${n}</description_en><geopoint>27.4${n}5,42.5${n}6</geopoint>` +
        `<image>https://b.example/${n}.jpg</image></listing>`,
    )
    .join('')}</listings>`;
  const agency = await agencyWith(t, feed, {}, { country: 'BG', language: 'bg' });
  t.deepEqual((await agency.sync()).errors, []);
  const listings = await agency.listings();
  for (const [n, text] of words.entries()) {
    const listing = listings.get(`B${n}`);
    t.deepEqual([Object.keys(listing?.descriptions ?? {}).sort(), listing?.description], [['bg', 'en'], text]);
    t.deepEqual([listing?.latitude, listing?.longitude], [Number(`42.5${n}6`), Number(`27.4${n}5`)]);
  }
});

test('an offer that ends by its own date goes when that is past, and comes back with a later one', async (t) => {
  const server = await startFeedServer();
  t.teardown(() => server.close());
  const ad = (id: number, until: string) =>
    `<ad><id>${id}</id><town>Exeter</town><price>${id}00000</price><until>${until}</until></ad>`;
  const feed = (until: string) => `<ads>${ad(1, until)}${[2, 3, 4, 5, 6, 7].map((id) => ad(id, '')).join('')}</ads>`;
  const url = server.publish('/ends.xml', feed('2026-11-24'));
  const mapping = {
    itemPath: 'ads/ad',
    fields: { id: 'id', city: 'town', price: 'price', endOfOffer: 'until', goal: { value: 'SALE' } },
  };
  const agency = await makeFeedAgency({ url, format: 'GENERIC', mapping });
  const statusOfOne = async () => (await agency.listings()).get('1')?.status;
  await agency.sync();
  t.is(await statusOfOne(), 'ACTIVE');
  agency.clock.advance(2 * 24 * 3_600_000);
  await agency.sync();
  t.is(await statusOfOne(), 'WITHDRAWN');
  t.is((await agency.sync()).counts['same'], 7, 'once a day');
  server.publish('/ends.xml', feed('2026-12-24'));
  await agency.sync();
  t.is(await statusOfOne(), 'ACTIVE');
});
