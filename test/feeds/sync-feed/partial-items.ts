import test, { type ExecutionContext } from 'ava';
import { Property, type PropertyDoc } from '../../../shared/models/property.ts';
import { PropertyFeed, type PropertyFeedDoc } from '../../../shared/models/property-feed.ts';
import type { RunReport } from '../../../shared/runs/run-context.ts';
import { useDatabase } from '../../doubles/database.ts';
import { kyeroFeed, kyeroListings, makeFeedAgency, type FeedAgency } from '../../doubles/feed-agency.ts';
import { startFeedServer } from '../../doubles/feed-server.ts';

useDatabase(test);

interface Agency extends FeedAgency {
  readonly update: (document: string) => Promise<RunReport>;
  readonly listing: () => Promise<PropertyDoc>;
}

/** `update` publishes and reads the next document. */
async function agencyWith(t: ExecutionContext, document: string, feed: Partial<PropertyFeedDoc> = {}): Promise<Agency> {
  const server = await startFeedServer();
  t.teardown(() => server.close());
  const agency = await makeFeedAgency({ url: server.publish('/feed.xml', document), ...feed });
  t.is((await agency.sync()).counts['new'], 1);
  return {
    ...agency,
    update: (next) => {
      server.publish('/feed.xml', next);
      return agency.sync();
    },
    listing: async () => [...(await agency.listings()).values()][0] as PropertyDoc,
  };
}

const transfer = (inner: string, umfang = 'TEIL') =>
  `<openimmo><uebertragung umfang="${umfang}"/><anbieter><openimmo_anid>A</openimmo_anid>` +
  `<immobilie>${inner}<verwaltung_techn><openimmo_obid>1</openimmo_obid></verwaltung_techn></immobilie></anbieter>` +
  '</openimmo>';
const flat =
  '<objektkategorie><vermarktungsart KAUF="1"/><objektart><wohnung wohnungtyp="ETAGE"/></objektart>' +
  '</objektkategorie><geo><plz>8001</plz><ort>Zug</ort><strasse>Seeweg</strasse><hausnummer>4</hausnummer></geo>' +
  '<preise><kaufpreis>900000</kaufpreis><waehrung iso_waehrung="CHF"/></preise><flaechen>' +
  '<wohnflaeche>100</wohnflaeche><anzahl_zimmer>4.5</anzahl_zimmer></flaechen><ausstattung><kamin>true</kamin>' +
  '<fahrstuhl PERSONEN="true"/></ausstattung><freitexte><objekttitel>Wohnung am See</objekttitel>' +
  '<dreizeiler>Kurz</dreizeiler><lage>Am See</lage><objektbeschreibung>Eine Wohnung</objektbeschreibung>' +
  '</freitexte>';
const rented =
  '<geo><ort>Zug</ort></geo><objektkategorie><vermarktungsart MIETE_PACHT="1"/></objektkategorie><preise>' +
  '<nettokaltmiete>12000</nettokaltmiete><warmmiete>14000</warmmiete><preis_zeiteinheit zeiteinheit="JAHR"/>' +
  '<waehrung iso_waehrung="CHF"/></preise>';

const house = (inner: string, status = 'current', kind = 'residential') =>
  `<propertyList><${kind} status="${status}"><agentID>A</agentID><uniqueID>1</uniqueID>${inner}</${kind}>` +
  '</propertyList>';
const cottage =
  '<headline>Cottage</headline><price>500000</price><address display="yes"><streetNumber>5</streetNumber>' +
  '<street>Main St</street><suburb>Yass</suburb><state>nsw</state></address><features><bedrooms>3</bedrooms>' +
  '<bathrooms>2</bathrooms><pool>1</pool><airConditioning>yes</airConditioning></features>';

const features = ['4.5 rooms', 'Fireplace', 'Lift'];
const description = 'Eine Wohnung\n\nAm See';

const openimmoUpdates: [update: string, expected: Partial<PropertyDoc>, before?: string][] = [
  ['<preise><kaufpreis>880000</kaufpreis></preise>', { price: 880_000, currency: 'CHF', goal: 'SALE', features }],
  ['<flaechen><wohnflaeche>101</wohnflaeche></flaechen>', { areaSqm: 101, features }],
  ['<flaechen><nutzflaeche>20</nutzflaeche></flaechen>', { areaSqm: 100, features }],
  ['<ausstattung><gartennutzung>true</gartennutzung></ausstattung>', { features: [...features, 'Garden'] }],
  [
    '<flaechen><anzahl_zimmer>5</anzahl_zimmer></flaechen>',
    { areaSqm: 100, features: ['5 rooms', 'Fireplace', 'Lift'] },
  ],
  ['<ausstattung><kamin>false</kamin></ausstattung>', { features: ['4.5 rooms', 'Lift'] }],
  ['<flaechen><anzahl_zimmer/></flaechen>', { features: ['Fireplace', 'Lift'] }],
  ['<ausstattung/>', { features: ['4.5 rooms'] }],
  ['<verwaltung_objekt><haustiere>true</haustiere></verwaltung_objekt>', { features: [...features, 'Pets allowed'] }],
  [
    '<freitexte><lage>Lage neu</lage></freitexte>',
    { description: 'Eine Wohnung\n\nLage neu', title: 'Wohnung am See' },
  ],
  ['<freitexte><lage/></freitexte>', { description: 'Eine Wohnung', title: 'Wohnung am See' }],
  ['<freitexte><dreizeiler>Kurz und gut</dreizeiler></freitexte>', { description, title: 'Wohnung am See' }],
  ['<freitexte><objekttitel/></freitexte>', { description, title: 'Kurz' }],
  [
    '<freitexte><objekt_text lang="fr">Un appartement</objekt_text></freitexte>',
    { description, descriptions: { de: description, fr: 'Un appartement' } },
  ],
  ['<geo><hausnummer>6</hausnummer></geo>', { address: 'Seeweg 6', city: 'Zug' }],
  [
    '<objektkategorie><objektart><haus haustyp="REIHENHAUS"/></objektart></objektkategorie>',
    { type: 'Townhouse', goal: 'SALE' },
  ],
  [
    '<preise><nettokaltmiete>13000</nettokaltmiete></preise>',
    { price: 13_000, rentalPeriod: 'year', currency: 'CHF', goal: 'RENT' },
    rented,
  ],
  ['<preise><warmmiete>15000</warmmiete></preise>', { price: 12_000, rentalPeriod: 'year', currency: 'CHF' }, rented],
  [
    '<preise><preis_zeiteinheit zeiteinheit="MONAT"/></preise>',
    { price: 12_000, rentalPeriod: 'month', goal: 'RENT' },
    rented,
  ],
];

test('of a partial OpenImmo object fields that several elements make keep what the others gave', async (t) => {
  for (const [update, expected, before = flat] of openimmoUpdates) {
    for (const umfang of ['TEIL', 'VOLL']) {
      const agency = await agencyWith(t, transfer(before, umfang), { country: 'DE' });
      const run = await agency.update(transfer(update));
      t.is(run.counts['changed'], 1, update);
      t.like(await agency.listing(), expected, `${update} after ${umfang}`);
      t.like((await agency.update(transfer(update))).counts, { same: 1, changed: 0 }, update);
    }
  }
});

const reaxmlUpdates: [update: string, expected: Partial<PropertyDoc>, before?: string, kind?: string][] = [
  [
    '<features><bedrooms>4</bedrooms></features>',
    { bedrooms: 4, bathrooms: 2, features: ['Pool', 'Air conditioning'] },
  ],
  ['<features><pool>0</pool></features>', { bedrooms: 3, features: ['Air conditioning'] }],
  ['<features/>', { bedrooms: 3, features: [] }],
  [
    '<ecoFriendly><solarPanels>yes</solarPanels></ecoFriendly>',
    { features: ['Pool', 'Air conditioning', 'Solar panels'] },
  ],
  ['<address><streetNumber>7</streetNumber></address>', { address: '7 Main St', city: 'Yass', province: 'NSW' }],
  ['<address><subNumber>2</subNumber></address>', { address: '2/5 Main St' }],
  ['<address/>', { city: 'Yass' }],
  [
    '<price>490000</price>',
    { price: 490_000, currency: 'NZD' },
    '<price>500000</price><address><country>NZ</country></address>',
  ],
  [
    '<address><suburb>Levin</suburb></address>',
    { city: 'Levin', country: 'NZ' },
    '<price>500000</price><address><country>NZ</country></address>',
  ],
  [
    '<address><suburb>Ord</suburb></address>',
    { city: 'Ord', addressHidden: true },
    '<address display="no"><street>Main St</street></address>',
  ],
  [
    '<address display="no"/>',
    { city: 'Levin', country: 'NZ', addressHidden: true },
    '<price>500000</price><address><suburb>Levin</suburb><country>NZ</country></address>',
  ],
  [
    '<features><pool>1</pool></features>',
    { type: 'Land', features: ['Commercial', 'Pool'] },
    '<headline>Lot</headline><landCategory name="Commercial"/>',
    'land',
  ],
  [
    '<headline>Big lot</headline>',
    { title: 'Big lot', type: 'Land', features: ['Commercial'] },
    '<headline>Lot</headline><landCategory name="Commercial"/>',
    'land',
  ],
];

test('of a partial REAXML listing fields that several elements make keep what the others gave', async (t) => {
  for (const [update, expected, before = cottage, kind] of reaxmlUpdates) {
    const agency = await agencyWith(t, house(before, 'current', kind));
    t.is((await agency.update(house(update, 'current', kind))).counts['changed'], 1, update);
    t.like(await agency.listing(), expected, update);
  }
});

test('in a delta the usual currency is for listings that have none, and a known one is not missed', async (t) => {
  const settings: Partial<PropertyFeedDoc>[] = [{ country: 'DE' }, { defaultCurrency: 'GBP' }, {}];
  for (const feed of settings) {
    const agency = await agencyWith(t, transfer(flat), feed);
    await agency.update(transfer('<preise><kaufpreis>880000</kaufpreis></preise>'));
    t.like(await agency.listing(), { price: 880_000, currency: 'CHF' });
    t.false(JSON.stringify((await agency.feed()).lastReport).includes('missing-currency'));
    // Stored before elements were kept.
    await Property.updateMany({ feedId: agency.feedId }, { $unset: { feedSource: '' } }, { strict: false });
    await agency.update(transfer('<preise><kaufpreis>870000</kaufpreis></preise>'));
    t.like(await agency.listing(), { price: 870_000, currency: 'CHF' });
  }
  const none = await agencyWith(t, transfer('<preise><kaufpreis>5000</kaufpreis></preise>'));
  t.is((await none.listing()).currency, undefined);
  t.true(JSON.stringify((await none.feed()).lastReport).includes('missing-currency'));
  await PropertyFeed.updateOne({ _id: none.feedId }, { $set: { defaultCurrency: 'GBP' } });
  await none.update(transfer('<preise><kaufpreis>6000</kaufpreis></preise>'));
  t.like(await none.listing(), { price: 6000, currency: 'GBP' });
  await none.update(transfer('<preise><kaufpreis>7000</kaufpreis><waehrung iso_waehrung="EUR"/></preise>'));
  t.like(await none.listing(), { price: 7000, currency: 'EUR' });
});

test('also of a mapped delta a price alone keeps the currency', async (t) => {
  const mapping = { itemPath: 'l/p', fields: { id: 'id', price: 'price', currency: 'currency', city: 'town' } };
  const feed = { format: 'GENERIC', mode: 'delta', mapping, country: 'DE' } as Partial<PropertyFeedDoc>;
  const agency = await agencyWith(
    t,
    '<l><p><id>1</id><price>900000</price><currency>CHF</currency><town>Zug</town></p></l>',
    feed,
  );
  await agency.update('<l><p><id>1</id><price>880000</price></p></l>');
  t.like(await agency.listing(), { price: 880_000, currency: 'CHF', city: 'Zug' });
});

test('updates of one listing that follow one another add up, and a full transfer replaces all of it', async (t) => {
  const agency = await agencyWith(t, transfer(flat, 'VOLL'));
  const two = transfer('<ausstattung><kamin>false</kamin></ausstattung>').replace(
    '</anbieter>',
    '<immobilie><ausstattung><sauna>true</sauna></ausstattung><verwaltung_techn><openimmo_obid>1</openimmo_obid>' +
      '</verwaltung_techn></immobilie></anbieter>',
  );
  t.is((await agency.update(two)).counts['changed'], 2);
  t.deepEqual((await agency.listing()).features, ['4.5 rooms', 'Lift', 'Sauna']);
  t.is((await agency.update(two)).counts['changed'], 0, 'again');
  // Other elements with the same meaning.
  await agency.update(transfer('<ausstattung><sauna>false</sauna></ausstattung>'));
  await agency.update(transfer('<ausstattung><fahrstuhl PERSONEN="false"/></ausstattung>'));
  t.deepEqual((await agency.listing()).features, ['4.5 rooms']);
  await agency.update(
    transfer(
      '<preise><kaufpreis>1000</kaufpreis></preise><flaechen><anzahl_zimmer>2</anzahl_zimmer></flaechen>',
      'VOLL',
    ),
  );
  const replaced = await agency.listing();
  t.like(replaced, { price: 1000, features: ['2 rooms'] });
  t.deepEqual([replaced.currency, replaced.description, replaced.address], [undefined, undefined, undefined]);
  await agency.update(transfer('<ausstattung><kamin>true</kamin></ausstattung>'));
  t.deepEqual((await agency.listing()).features, ['2 rooms', 'Fireplace']);
});

test('an id that a delta gives to another listing brings nothing of the first one along', async (t) => {
  const named = (reference: string, inner: string) =>
    transfer(inner).replace('<openimmo_obid>', `<objektnr_extern>${reference}</objektnr_extern><openimmo_obid>`);
  const agency = await agencyWith(t, named('W1', flat));
  await agency.update(
    named(
      'H9',
      '<objektkategorie><objektart><haus haustyp="REIHENHAUS"/></objektart></objektkategorie><geo><ort>Bonn</ort>' +
        '</geo><preise><kaufpreis>700000</kaufpreis></preise><ausstattung><sauna>true</sauna></ausstattung>',
    ),
  );
  t.like(await agency.listing(), { reference: 'H9', city: 'Bonn', features: ['Sauna'] });
  t.is((await agency.listing()).currency, undefined);
});

test('what a partial item says about a locked field is whole as well', async (t) => {
  const agency = await agencyWith(t, transfer(flat));
  await Property.updateMany(
    { feedId: agency.feedId },
    { $set: { lockedFields: ['features'], features: ['Own words'] } },
  );
  await agency.update(transfer('<ausstattung><gartennutzung>true</gartennutzung></ausstattung>'));
  t.deepEqual((await agency.listing()).features, ['Own words']);
  await Property.updateMany({ feedId: agency.feedId }, { $set: { lockedFields: [] } });
  await agency.sync();
  t.deepEqual((await agency.listing()).features, [...features, 'Garden']);
});

test("the street of a hidden address is kept nowhere; staff's fields that an update leaves out stay", async (t) => {
  const agency = await agencyWith(
    t,
    transfer(`${flat}<verwaltung_objekt><objektadresse_freigeben>true</objektadresse_freigeben></verwaltung_objekt>`),
  );
  t.is((await agency.listing()).address, 'Seeweg 4');
  await agency.update(
    transfer('<verwaltung_objekt><objektadresse_freigeben>false</objektadresse_freigeben></verwaltung_objekt>'),
  );
  t.like(await agency.listing(), { addressHidden: true, city: 'Zug' });
  await Property.updateMany({ feedId: agency.feedId }, { $set: { city: 'Zug-Oberwil' } });
  await agency.update(transfer('<geo><strasse>Bergweg</strasse></geo>'));
  t.false(/Seeweg|Bergweg/.test(JSON.stringify(await agency.listing())));
  t.is((await agency.listing()).city, 'Zug-Oberwil');
  const hidden = await agencyWith(
    t,
    house('<address display="no"><street>Mill Rd</street><suburb>Yass</suburb></address>'),
  );
  t.false(JSON.stringify(await hidden.listing()).includes('Mill Rd'));
});

test('a delta of any length that comes again ends as it did the first time', async (t) => {
  const listings = kyeroListings(400);
  const dearer = listings.map((listing) => ({ ...listing, price: 999_000 }));
  const server = await startFeedServer();
  t.teardown(() => server.close());
  const agency = await makeFeedAgency({
    url: server.publish('/feed.xml', kyeroFeed([...dearer, ...listings])),
    mode: 'delta',
  });
  for (let run = 0; run < 2; run++) {
    await agency.sync();
    t.deepEqual(
      [...(await agency.listings()).values()].filter(({ price }) => price === 999_000).length,
      0,
      `run ${run + 1}`,
    );
  }
});
