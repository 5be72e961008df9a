import type { ServerResponse } from 'node:http';
import test, { type ExecutionContext } from 'ava';
import { PropertyFeed } from '../../../shared/models/property-feed.ts';
import { syncFeeds } from '../../../shared/feeds/sync-feeds.ts';
import { feedTurn } from '../../../shared/feeds/fetch/feed-turn.ts';
import { RunAbortedError } from '../../../shared/platform/errors.ts';
import { useDatabase } from '../../doubles/database.ts';
import { kyeroFeed, kyeroListings, makeFeedAgency, type FeedAgency } from '../../doubles/feed-agency.ts';
import { startFeedServer, type FeedServer } from '../../doubles/feed-server.ts';
import { testContext } from '../../doubles/run-context.ts';

useDatabase(test);

async function agencyWith(
  t: ExecutionContext,
  answer: string,
  headers: Record<string, string> = {},
): Promise<FeedAgency & { server: FeedServer; publish: FeedServer['publish'] }> {
  const server = await startFeedServer();
  t.teardown(() => server.close());
  const agency = await makeFeedAgency({ url: server.publish('/feed.xml', answer, headers) });
  return { ...agency, server, publish: server.publish };
}

test('a feed that takes too long leaves time for the others, says so, and goes behind them', async (t) => {
  const agency = await agencyWith(t, '');
  const { locationId } = await agency.feed();
  agency.publish('/feed.xml', (_, response: ServerResponse) => {
    response.writeHead(200);
    const timer = setInterval(() => response.write(' '), 20);
    response.on('close', () => clearInterval(timer));
  });
  const stopper = new AbortController();
  const other = await PropertyFeed.create({ locationId, url: `${agency.server.origin}/good.xml`, format: 'AUTO' });
  agency.publish('/good.xml', (_, response) => {
    agency.clock.advance(1000);
    response.end(kyeroFeed(kyeroListings(2)));
  });
  const sync = async (budget: string) => {
    const context = testContext({
      clock: agency.clock,
      signal: stopper.signal,
      environment: { FEED_ALLOW_PRIVATE: '1', FEED_CONCURRENCY: '1', CRON_BUDGET: budget },
      parameters: { locationId: String(locationId) },
    });
    await syncFeeds(context);
    return context.report();
  };
  const first = await sync('2s');
  t.deepEqual(
    [first.status, first.counts['new'], first.errors.map(({ scope, code }) => [scope, code])],
    ['partial', 2, [[`feed:${agency.feedId.toHexString()}`, 'stopped']]],
  );
  t.regex(first.errors[0]?.message ?? '', /longer than 1 s, half of the run's remaining time/);
  t.like(await agency.feed(), { lastStatus: 'stopped' });
  t.regex((await agency.feed()).lastError ?? '', /^There was not enough time/);

  // A stop by the budget does not move it to the front.
  agency.server.requests.length = 0;
  agency.publish('/feed.xml', (_, response) => {
    response.writeHead(200).write('<root>');
    stopper.abort(new RunAbortedError('the time budget of 20 min ended'));
  });
  const second = await sync('20m');
  t.deepEqual(
    agency.server.requests.map(({ path }) => path),
    ['/good.xml', '/feed.xml'],
  );
  t.is(second.status, 'partial');
  t.regex(second.errors[0]?.message ?? '', /the time budget of 20 min ended/);
  t.true((await agency.feed()).lastSyncAt! >= (await PropertyFeed.findById(other._id).lean())!.lastSyncAt!);
  t.deepEqual(feedTurn(10_000, false, 1_200_000), { timeoutMs: 1_200_000, isShare: false });
  t.deepEqual(feedTurn(60_000, true, 20_000), { timeoutMs: 20_000, isShare: false });
});

test('after a run that wrote and did not finish the former file is read again, whatever its validators', async (t) => {
  const before = kyeroFeed(kyeroListings(30));
  const after = kyeroFeed(kyeroListings(30).map((listing) => ({ ...listing, price: 7 + Number(listing['price']) })));
  const agency = await agencyWith(t, before, { etag: '"a"' });
  await agency.sync();
  agency.publish('/feed.xml', after.slice(0, -2000), { etag: '"b"' });
  t.is((await agency.sync()).errors.at(-1)?.code, 'truncated');
  t.is((await agency.listings()).get('k1')?.price, 101_007);
  agency.publish('/feed.xml', before, { etag: '"a"' });
  await agency.sync();
  t.is((await agency.listings()).get('k1')?.price, 101_000);
  t.is((await agency.feed()).etag, '"a"');
  t.is((await agency.sync()).counts['notModified'], 1);
});

test('a run whose lock another has taken over writes nothing more, and its last writes are read again', async (t) => {
  const listings = (more: number) =>
    kyeroFeed(kyeroListings(600).map((listing) => ({ ...listing, price: more + Number(listing['price']) })));
  const agency = await agencyWith(t, listings(0));
  await agency.sync();
  agency.publish('/feed.xml', listings(7));
  let asked = 0;
  const newer = async () => {
    asked += 1;
    if (asked < 2) return;
    // By now, the other run has ended.
    await PropertyFeed.updateOne({ _id: agency.feedId }, { $set: { lastStatus: 'of the other run', etag: '"other"' } });
    throw new RunAbortedError('another run has taken over the lock');
  };
  t.is((await agency.sync({ assertHeld: newer })).status, 'failed');
  const changed = [...(await agency.listings()).values()].filter(({ price }) => price! % 1000 === 7).length;
  t.true(changed > 0 && changed < 600, String(changed));
  const feed = await agency.feed();
  t.like(feed, { lastStatus: 'of the other run' });
  t.falsy(feed.etag);
});
