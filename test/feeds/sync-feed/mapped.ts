/** Feeds that are read by a mapping, given or proposed, as they end up in the database. */
import test from 'ava';
import type { ExecutionContext } from 'ava';
import { useDatabase } from '../../doubles/database.ts';
import { makeFeedAgency, type FeedAgency } from '../../doubles/feed-agency.ts';
import { startFeedServer } from '../../doubles/feed-server.ts';

useDatabase(test);

async function agencyWith(t: ExecutionContext, answer: string, feed: Record<string, unknown> = {}, location: Record<string, unknown> = {}): Promise<FeedAgency> {
  const server = await startFeedServer();
  t.teardown(() => server.close());
  return makeFeedAgency({ url: server.publish('/feed.xml', answer), ...feed }, location);
}

const rows = `<DATA>${[1, 2, 3].map((n) => `<ROW ID="${n}0" REF="V10${n}" KIND="Villa" DEAL="Sale" PRICE="${n}250000" CURR="EUR" BEDS="4" BATHS="3" AREA="240" PLOT="900" TOWN="Paphos" LAT="34.77" LON="32.42" PHOTO1="https://c.example/${n}.jpg" PHOTO2="${n === 2 ? '' : `https://c.example/${n}b.jpg`}" TEXT_EN="Lovely villa number ${n} with a private pool and a view of the sea." UPDATED="2026-11-19"/>`).join('')}</DATA>`;

test('a feed of attributes only keeps its pictures', async (t) => {
  const agency = await agencyWith(t, rows);
  const report = await agency.sync();
  t.deepEqual(report.errors, []);
  t.is((await agency.feed()).detectedFormat, 'GENERIC');
  const listings = await agency.listings();
  t.deepEqual(['10', '20', '30'].map((id) => listings.get(id)?.images.map(({ url }) => url)), [['https://c.example/1.jpg', 'https://c.example/1b.jpg'], ['https://c.example/2.jpg'], ['https://c.example/3.jpg', 'https://c.example/3b.jpg']]);
});
