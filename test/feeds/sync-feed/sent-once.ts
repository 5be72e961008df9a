import test, { type ExecutionContext } from 'ava';
import { FeedTransfer } from '../../../shared/models/feed-transfer.ts';
import { PropertyFeed } from '../../../shared/models/property-feed.ts';
import { useDatabase } from '../../doubles/database.ts';
import { kyeroFeed, kyeroListings, makeFeedAgency, type FeedAgency } from '../../doubles/feed-agency.ts';
import { startFeedServer, type FeedAnswer } from '../../doubles/feed-server.ts';

useDatabase(test);

async function agencyWith(
  t: ExecutionContext,
  answer: FeedAnswer,
  feed: Record<string, unknown> = {},
): Promise<FeedAgency & { publish: (answer: FeedAnswer) => void }> {
  const server = await startFeedServer();
  t.teardown(() => server.close());
  const agency = await makeFeedAgency({ url: server.publish('/feed.xml', answer), ...feed });
  return { ...agency, publish: (next) => void server.publish('/feed.xml', next) };
}

/** A Resales Online item. */
const item = (id: number, price: number, language = 'uk') =>
  `<property><id>${id}</id><ref>R${id}</ref><status>Available</status><price>${price}</price>` +
  '<currency>EUR</currency><price_freq>sale</price_freq><type><uk>Villa</uk></type><town>Marbella</town>' +
  `<beds>3</beds><description><${language}>House number ${id}</${language}></description></property>`;
const transfer = (...items: string[]) =>
  `<root><property_count>${items.length}</property_count>${items.join('\n')}</root>`;
const items = (count: number, price = 300_000) => Array.from({ length: count }, (_, i) => item(i + 1, price));

async function statuses(agency: FeedAgency): Promise<string> {
  return [...new Set([...(await agency.listings()).values()].map(({ status }) => status))].sort().join(' ');
}

test('a Resales feed stays a delta whatever little one of its change files says', async (t) => {
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

test('when a delta becomes a full list, what is missing is held until a person has looked', async (t) => {
  const agency = await agencyWith(t, transfer(...items(8)));
  await agency.sync();
  const full = (count: number) => kyeroFeed(kyeroListings(count).map((listing, i) => ({ ...listing, id: i + 1 })));
  for (const count of [2, 2, 3]) {
    agency.publish(full(count));
    const run = await agency.sync();
    t.like(run.counts, { held: 8 - count, missing: undefined });
    const feed = await agency.feed();
    t.like(feed, { lastStatus: 'held', detectedFormat: 'RESALES' });
    const held = `The feed was RESALES and is now KYERO: ${8 - count} of 8 listings wait for confirmation.`;
    t.true(feed.lastError?.startsWith(held), feed.lastError);
  }
  t.is(await statuses(agency), 'ACTIVE');
  t.is((await agency.sync({ parameters: { confirmRemovals: true } })).counts['withdrawn'], 5);
  t.like(await agency.feed(), { lastStatus: 'ok', detectedFormat: 'KYERO' });
  agency.publish(full(2));
  t.like((await agency.sync()).counts, { missing: 1, held: undefined }, 'a full list like any other from here on');
});

/** Breaks or stalls in the middle. */
const cut =
  (document: string, then: 'closes' | 'stalls'): FeedAnswer =>
  (_, response) => {
    response.writeHead(200, { 'content-type': 'application/xml', 'content-length': Buffer.byteLength(document) });
    response.write(document.slice(0, document.length / 2), () => {
      if (then === 'closes') setTimeout(() => response.destroy(), 20);
    });
  };

test('what came of a short transfer that was cut is kept, and the feed says what has become of it', async (t) => {
  for (const format of ['RESALES', 'AUTO'] as const) {
    for (const then of ['closes', 'stalls'] as const) {
      const agency = await agencyWith(t, cut(transfer(...items(40)), then), { format });
      const run = await agency.sync({
        environment: { FEED_IDLE_TIMEOUT: then === 'stalls' ? '2s' : '2m', FEED_ALLOW_PRIVATE: '1' },
      });
      t.like(run, { status: 'failed', counts: { new: 19 } }, `${format} ${then}`);
      t.is(run.errors.at(-1)?.code, then === 'closes' ? 'truncated' : 'idle-timeout');
      t.regex((await agency.feed()).lastError ?? '', /The part that arrived is kept.*to send the rest again/);
      agency.publish(transfer());
      const next = await agency.sync();
      t.like(
        next,
        { status: 'succeeded', counts: { new: 0, same: 19 }, errors: [{ code: 'truncated' }] },
        `${format} ${then}`,
      );
      t.is(await FeedTransfer.countDocuments({ feedId: agency.feedId }), 0);
    }
  }
});

test('an answer that was cut before anything of a feed came is kept by no one', async (t) => {
  for (const answer of ['', ' ', '<ro', '<html><body>', '<html><body>Please log in</body></html>']) {
    const agency = await agencyWith(t, cut(answer.padEnd(2 * answer.length, ' '), 'closes'), { format: 'RESALES' });
    t.is((await agency.sync()).status, 'failed', answer);
    agency.publish(transfer(item(1, 1000)));
    t.like(await agency.sync(), { status: 'succeeded', counts: { new: 1 }, errors: [] }, answer);
    t.is(await FeedTransfer.countDocuments({ feedId: agency.feedId }), 0, answer);
  }
});

test('a file of a Resales feed in a form that no one knows waits until someone has looked', async (t) => {
  const agency = await agencyWith(t, transfer(...items(3)));
  await agency.sync();
  const house = (i: number) =>
    `<house><code>H${i}</code><price>${200_000 + i}</price><town>Nerja</town><bedrooms>${i}</bedrooms>` +
    `<headline>House number ${i} by the sea</headline><text>A fine house with number ${i}, close to the beach and ` +
    `the shops.</text><photos><photo>https://img.example/${i}.jpg</photo></photos></house>`;
  agency.publish(`<houses>${[1, 2, 3, 4, 5].map(house).join('')}</houses>`);
  t.is((await agency.sync()).errors.at(-1)?.code, 'format-changed');
  agency.publish(transfer(item(1, 1000)));
  t.is((await agency.sync()).errors.at(-1)?.code, 'format-changed', 'it comes first, and is read again');
  await PropertyFeed.updateOne(
    { _id: agency.feedId },
    {
      $set: {
        format: 'GENERIC',
        mapping: { itemPath: 'houses/house', fields: { id: 'code', title: 'headline', price: 'price' } },
      },
    },
  );
  agency.publish('<houses/>');
  t.like((await agency.sync()).counts, { new: 5 });
});
