import test, { type ExecutionContext } from 'ava';
import { useDatabase } from '../../doubles/database.ts';
import { kyeroFeed, kyeroListings, makeFeedAgency, type FeedAgency } from '../../doubles/feed-agency.ts';
import { startFeedServer, type FeedAnswer } from '../../doubles/feed-server.ts';

useDatabase(test);

async function agencyWith(t: ExecutionContext, answer: FeedAnswer, feed: Record<string, unknown> = {}): Promise<FeedAgency & { publish: (answer: FeedAnswer) => void }> {
  const server = await startFeedServer();
  t.teardown(() => server.close());
  const agency = await makeFeedAgency({ url: server.publish('/feed.xml', answer), ...feed });
  return { ...agency, publish: (next) => void server.publish('/feed.xml', next) };
}

/** An item of Resales Online, its text in the language of that key. */
const item = (id: number, price: number, language = 'uk') => `<property><id>${id}</id><ref>R${id}</ref><status>Available</status><price>${price}</price><currency>EUR</currency><price_freq>sale</price_freq><type><uk>Villa</uk></type><town>Marbella</town><beds>3</beds><description><${language}>House number ${id}</${language}></description></property>`;
const transfer = (...items: string[]) => `<root><property_count>${items.length}</property_count>${items.join('\n')}</root>`;
const items = (count: number, price = 300_000) => Array.from({ length: count }, (_, i) => item(i + 1, price));

async function statuses(agency: FeedAgency): Promise<string> {
  return [...new Set([...(await agency.listings()).values()].map(({ status }) => status))].sort().join(' ');
}

test('hard case 38: a Resales feed stays a delta whatever little one of its change files says', async (t) => {
  const agency = await agencyWith(t, transfer(...items(8)));
  t.is((await agency.sync()).counts['new'], 8);
  const files = [
    transfer(item(1, 1000, 'es')),
    transfer(item(2, 2000, 'es'), item(3, 3000, 'es')),
    transfer('<property><id>4</id><status>Sold</status></property>'),
    transfer(item(5, 5000, 'es'), item(6, 6000, 'es').replace('<status>Available</status>', '')),
  ];
  for (const file of files) {
    agency.publish(file);
    const run = await agency.sync();
    t.like(run, { status: 'succeeded', counts: { missing: undefined, held: undefined }, errors: [] }, file);
    t.true((run.counts['changed'] ?? 0) > 0, file);
    t.like(await agency.feed(), { lastStatus: 'ok', detectedFormat: 'RESALES' });
  }
  t.is(await statuses(agency), 'ACTIVE SOLD');
});

test('hard case 47: when a delta goes over to a format that is a full list, what is missing is held until a person has looked', async (t) => {
  const agency = await agencyWith(t, transfer(...items(8)));
  await agency.sync();
  const full = (count: number) => kyeroFeed(kyeroListings(count).map((listing, i) => ({ ...listing, id: i + 1 })));
  for (const count of [2, 2, 3]) {
    agency.publish(full(count));
    const run = await agency.sync();
    t.like(run.counts, { held: 8 - count, missing: undefined });
    t.like(await agency.feed(), { lastStatus: 'held', detectedFormat: 'RESALES', lastError: `The feed was RESALES and is now KYERO: ${8 - count} of 8 listings wait for confirmation` });
  }
  t.is(await statuses(agency), 'ACTIVE');
  t.is((await agency.sync({ parameters: { confirmRemovals: true } })).counts['withdrawn'], 5);
  t.like(await agency.feed(), { lastStatus: 'ok', detectedFormat: 'KYERO' });
  agency.publish(full(2));
  t.like((await agency.sync()).counts, { missing: 1, held: undefined }, 'a full list like any other from here on');
});
