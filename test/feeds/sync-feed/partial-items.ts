import test, { type ExecutionContext } from 'ava';
import type { PropertyDoc } from '../../../shared/models/property.ts';
import { PropertyFeed, type PropertyFeedDoc } from '../../../shared/models/property-feed.ts';
import type { RunReport } from '../../../shared/runs/run-context.ts';
import { useDatabase } from '../../doubles/database.ts';
import { makeFeedAgency, type FeedAgency } from '../../doubles/feed-agency.ts';
import { startFeedServer } from '../../doubles/feed-server.ts';

useDatabase(test);

interface Agency extends FeedAgency {
  readonly update: (document: string) => Promise<RunReport>;
  readonly listing: () => Promise<PropertyDoc>;
}

/** An agency whose feed had this document; `update` publishes the next one and reads it. */
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

const transfer = (inner: string, umfang = 'TEIL') => `<openimmo><uebertragung umfang="${umfang}"/><anbieter><openimmo_anid>A</openimmo_anid><immobilie>${inner}<verwaltung_techn><openimmo_obid>1</openimmo_obid></verwaltung_techn></immobilie></anbieter></openimmo>`;
const flat = '<objektkategorie><vermarktungsart KAUF="1"/><objektart><wohnung wohnungtyp="ETAGE"/></objektart></objektkategorie>'
  + '<geo><plz>8001</plz><ort>Zug</ort><strasse>Seeweg</strasse><hausnummer>4</hausnummer></geo>'
  + '<preise><kaufpreis>900000</kaufpreis><waehrung iso_waehrung="CHF"/></preise>'
  + '<flaechen><wohnflaeche>100</wohnflaeche><anzahl_zimmer>4.5</anzahl_zimmer></flaechen>'
  + '<ausstattung><kamin>true</kamin><fahrstuhl PERSONEN="true"/></ausstattung>'
  + '<freitexte><objekttitel>Wohnung am See</objekttitel><dreizeiler>Kurz</dreizeiler><lage>Am See</lage><objektbeschreibung>Eine Wohnung</objektbeschreibung></freitexte>';
test('hard case 26: in a delta the usual currency is for listings that have none, and a known one is not missed', async (t) => {
  const settings: Partial<PropertyFeedDoc>[] = [{ country: 'DE' }, { defaultCurrency: 'GBP' }, {}];
  for (const feed of settings) {
    const agency = await agencyWith(t, transfer(flat), feed);
    await agency.update(transfer('<preise><kaufpreis>880000</kaufpreis></preise>'));
    t.like(await agency.listing(), { price: 880_000, currency: 'CHF' });
    t.false(JSON.stringify((await agency.feed()).lastReport).includes('missing-currency'));
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

test('hard case 26: also of a mapped delta a price alone keeps the currency', async (t) => {
  const mapping = { itemPath: 'l/p', fields: { id: 'id', price: 'price', currency: 'currency', city: 'town' } };
  const feed = { format: 'GENERIC', mode: 'delta', mapping, country: 'DE' } as Partial<PropertyFeedDoc>;
  const agency = await agencyWith(t, '<l><p><id>1</id><price>900000</price><currency>CHF</currency><town>Zug</town></p></l>', feed);
  await agency.update('<l><p><id>1</id><price>880000</price></p></l>');
  t.like(await agency.listing(), { price: 880_000, currency: 'CHF', city: 'Zug' });
});

test('an id that a delta gives to another listing brings nothing of the first one along', async (t) => {
  const named = (reference: string, inner: string) => transfer(inner).replace('<openimmo_obid>', `<objektnr_extern>${reference}</objektnr_extern><openimmo_obid>`);
  const agency = await agencyWith(t, named('W1', flat));
  await agency.update(named('H9', '<objektkategorie><objektart><haus haustyp="REIHENHAUS"/></objektart></objektkategorie><geo><ort>Bonn</ort></geo><preise><kaufpreis>700000</kaufpreis></preise><ausstattung><sauna>true</sauna></ausstattung>'));
  t.like(await agency.listing(), { reference: 'H9', city: 'Bonn', features: ['Sauna'] });
  t.is((await agency.listing()).currency, undefined);
});
