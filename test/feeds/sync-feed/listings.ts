import { Types } from 'mongoose';
import test, { type ExecutionContext } from 'ava';
import { FeedTransfer } from '../../../shared/models/feed-transfer.ts';
import { Location } from '../../../shared/models/location.ts';
import { Property, type PropertyDoc } from '../../../shared/models/property.ts';
import { PropertyFeed } from '../../../shared/models/property-feed.ts';
import { pageRequest } from '../../../shared/feeds/fetch/page-request.ts';
import { syncFeeds } from '../../../shared/feeds/sync-feeds.ts';
import { readConfig } from '../../../shared/platform/config.ts';
import { sealCredentials } from '../../../shared/platform/crypto.ts';
import { RunAbortedError } from '../../../shared/platform/errors.ts';
import { purgeTrash } from '../../../shared/trash/purge.ts';
import { useDatabase } from '../../doubles/database.ts';
import { kyeroFeed, kyeroListings, makeFeedAgency, type FeedAgency } from '../../doubles/feed-agency.ts';
import { startFeedServer, type FeedServer } from '../../doubles/feed-server.ts';
import { testContext } from '../../doubles/run-context.ts';

useDatabase(test);

async function agencyWith(
  t: ExecutionContext,
  answer: string | Buffer,
  feed: Record<string, unknown> = {},
): Promise<
  FeedAgency & { server: FeedServer; publish: (answer: string | Buffer, headers?: Record<string, string>) => void }
> {
  const server = await startFeedServer();
  t.teardown(() => server.close());
  const agency = await makeFeedAgency({ url: server.publish('/feed.xml', answer), ...feed });
  return { ...agency, server, publish: (next, headers) => void server.publish('/feed.xml', next, headers) };
}

const without = (listing: Record<string, string | number>, ...names: string[]) =>
  Object.fromEntries(Object.entries(listing).filter(([name]) => !names.includes(name)));

const numbers = ({ counts }: { counts: Readonly<Record<string, number>> }) =>
  ['new', 'changed', 'same'].map((name) => counts[name] ?? 0).join('/');

test("a new listing waits as PENDING, belongs to the feed's location and has a stable slug", async (t) => {
  const agency = await agencyWith(t, kyeroFeed(kyeroListings(2)), { companyId: new Types.ObjectId() });
  t.is(numbers(await agency.sync()), '2/0/0');
  const listing = (await agency.listings()).get('k1') as PropertyDoc;
  const feed = await agency.feed();
  t.like(listing, {
    publicationStatus: 'PENDING',
    status: 'ACTIVE',
    source: 'FEED',
    locationId: feed.locationId,
    companyId: feed.companyId,
    reference: 'R-1',
    price: 101_000,
    currency: 'EUR',
    goal: 'SALE',
    city: 'Altea',
    bedrooms: 2,
    lockedFields: [],
  });
  t.regex(listing.slug, /^[a-z0-9-]+-[a-z0-9]{6}$/);
  t.true(listing.createdAt instanceof Date);
  t.is(feed.lastStatus, 'ok');
  t.is(feed.detectedFormat, 'KYERO');
  t.is(feed.itemCount, 2);
});

test("a changed item changes every mapped field, not the staff's: publication, slug, locked fields", async (t) => {
  const [first] = kyeroListings(1);
  const agency = await agencyWith(t, kyeroFeed([{ ...first, pool: 1 }]));
  await agency.sync();
  const { slug } = (await agency.listings()).get('k1') as PropertyDoc;
  await Property.updateOne(
    { feedId: agency.feedId },
    { $set: { publicationStatus: 'PUBLISHED', price: 1, title: 'Ours', lockedFields: ['price', 'title'] } },
  );
  agency.publish(kyeroFeed([{ id: 'k1', ref: 'R-9', price: 'from 500000', currency: 'GBP', baths: 3, town: 'Denia' }]));
  t.is(numbers(await agency.sync()), '0/1/0');
  const listing = (await agency.listings()).get('k1') as PropertyDoc;
  t.like(listing, {
    publicationStatus: 'PUBLISHED',
    slug,
    price: 1,
    currency: 'EUR',
    priceFrom: false,
    priceOnRequest: false,
    title: 'Ours',
    reference: 'R-9',
    bathrooms: 3,
    city: 'Denia',
  });
  t.is(listing.bedrooms, undefined, 'a snapshot clears what the feed had set');
  t.deepEqual(listing.images, []);
  t.like(
    listing.feedValues,
    { price: 500_000, currency: 'GBP', priceFrom: true },
    "the source's value stands alongside the locked one",
  );
});

test('an unlocked field takes what the feed said in the meantime, though the item is the same since', async (t) => {
  const [first, ...others] = kyeroListings(3) as [Record<string, string>];
  const agency = await agencyWith(t, kyeroFeed([{ ...first, baths: 2 }, ...others]));
  await agency.sync();
  await Property.updateOne(
    { feedId: agency.feedId, feedReferenceId: 'k1' },
    { $set: { price: 777, bathrooms: 5, city: 'Ours', lockedFields: ['price', 'bathrooms', 'city'] } },
  );
  agency.publish(kyeroFeed([{ ...first, price: 222 }, ...others]), { etag: '"v2"' });
  await agency.sync();
  t.like((await agency.listings()).get('k1'), { price: 777, bathrooms: 5, city: 'Ours' });
  await Property.updateOne({ feedId: agency.feedId, feedReferenceId: 'k1' }, { $set: { lockedFields: ['city'] } });
  await agency.sync({ parameters: { dryRun: true } });
  t.is((await agency.listings()).get('k1')?.price, 777);
  t.is((await agency.sync()).counts['unlocked'], 1);
  const listing = (await agency.listings()).get('k1');
  t.like(listing, { price: 222, city: 'Ours' });
  t.is(listing?.bathrooms, undefined);
  t.deepEqual(Object.keys(listing?.feedValues ?? {}), ['city']);
  t.is((await agency.sync()).counts['unlocked'], undefined);
});

test('an unlocked field takes what the feed says although that has not changed since before the lock', async (t) => {
  const agency = await agencyWith(t, kyeroFeed(kyeroListings(2)));
  agency.publish(kyeroFeed(kyeroListings(2)), { etag: '"v1"' });
  await agency.sync();
  await Property.updateOne(
    { feedId: agency.feedId, feedReferenceId: 'k1' },
    { $set: { price: 777, city: 'Ours', lockedFields: ['price', 'energyRating'] } },
  );
  t.like((await agency.sync()).counts, { same: 2, changed: 0, notModified: undefined }, 'read once more');
  t.like((await agency.listings()).get('k1'), { price: 777, city: 'Ours', feedValues: { price: 101_000 } });
  t.is((await agency.sync()).counts['notModified'], 1);
  await Property.updateOne({ feedId: agency.feedId, feedReferenceId: 'k1' }, { $set: { lockedFields: [] } });
  t.like((await agency.sync()).counts, { unlocked: 1, notModified: 1 });
  t.like((await agency.listings()).get('k1'), { price: 101_000, city: 'Ours', feedValues: undefined });
});

test('a field that only staff have filled is not cleared by a feed that never spoke of it', async (t) => {
  const agency = await agencyWith(t, kyeroFeed(kyeroListings(1)));
  await agency.sync();
  await Property.updateOne({ feedId: agency.feedId }, { $set: { energyRating: 'B', status: 'RESERVED' } });
  agency.publish(kyeroFeed([{ ...kyeroListings(1)[0], beds: 9 }]));
  await agency.sync();
  t.like((await agency.listings()).get('k1'), { energyRating: 'B', status: 'RESERVED', bedrooms: 9 });
});

test('a status that the feed later leaves out is over: the listing is on offer, unless staff set it', async (t) => {
  const mapping = {
    itemPath: 'ads/ad',
    fields: { id: 'id', title: 'title', price: 'price', status: 'status', city: 'city' },
  };
  const ads = (words: readonly string[]) =>
    `<ads>${words
      .map(
        (word, i) =>
          `<ad><id>${i + 1}</id><title>House ${i}</title><price>1000${i}</price>` +
          `<city>Ronda</city>${word && `<status>${word}</status>`}</ad>`,
      )
      .join('')}</ads>`;
  const agency = await agencyWith(t, ads(['reserved', 'sold', 'reserved', 'reserved', 'reserved', '']), {
    format: 'GENERIC',
    mapping,
  });
  await agency.sync();
  const set = (id: string, values: Partial<PropertyDoc>) =>
    Property.updateOne({ feedId: agency.feedId, feedReferenceId: id }, { $set: values });
  await Promise.all([
    set('3', { lockedFields: ['status'] }),
    set('4', { status: 'SOLD' }),
    set('6', { status: 'RENTED' }),
  ]);
  agency.publish(ads(['', '', '', '', 'perhaps', '']));
  await agency.sync();
  const statuses = async () => [...(await agency.listings()).values()].map(({ status }) => status).join(' ');
  t.is(await statuses(), 'ACTIVE ACTIVE RESERVED SOLD RESERVED RENTED');
  await set('3', { lockedFields: [] });
  await agency.sync();
  t.is((await agency.listings()).get('3')?.status, 'ACTIVE', 'staff gave it back to the feed');
});

test('of two items with one id one counts, the same in every run and order', async (t) => {
  const [one, two] = kyeroListings(2) as [Record<string, string>, Record<string, string>];
  const twin = { ...one, price: 777 };
  const agency = await agencyWith(t, kyeroFeed([one, two, one, twin]));
  const first = await agency.sync();
  t.deepEqual([first.counts['new'], first.counts['duplicates']], [2, 2]);
  t.true(first.errors.some(({ code, message }) => code === 'duplicate-id' && /at bytes \d+ and \d+/.test(message)));
  const counted = (await agency.listings()).get('k1')?.price;
  for (let run = 0; run < 2; run++) t.is(numbers(await agency.sync()), '0/0/2');
  const other = await agencyWith(t, kyeroFeed([twin, two, one, one]));
  await other.sync();
  for (const { listings } of [agency, other]) t.is((await listings()).get('k1')?.price, counted);
});

test('the later date decides between two items with one id, in every run', async (t) => {
  const [one] = kyeroListings(1) as [Record<string, string>];
  const agency = await agencyWith(
    t,
    kyeroFeed([
      { ...one, date: '2026-01-01 10:00:00' },
      { ...one, price: 777, date: '2026-02-01 10:00:00' },
    ]),
  );
  t.is((await agency.sync()).counts['new'], 1);
  t.is((await agency.listings()).get('k1')?.price, 777);
  t.is(numbers(await agency.sync()), '0/0/1');
  t.is((await agency.listings()).get('k1')?.price, 777);
});

test('duplicates far apart from each other do not flip either', async (t) => {
  const listings = kyeroListings(900) as Record<string, string>[];
  const agency = await agencyWith(t, kyeroFeed([...listings, { ...listings[0], price: '777' }]));
  const first = await agency.sync();
  t.is(first.counts['new'], 900, JSON.stringify(first));
  const counted = (await agency.listings()).get('k1')?.price;
  for (let run = 0; run < 2; run++) t.is(numbers(await agency.sync()), '0/0/900');
  t.is((await agency.listings()).get('k1')?.price, counted);
});

test('when all ids change at once listings are recognised by reference and keep their identity', async (t) => {
  const agency = await agencyWith(t, kyeroFeed(kyeroListings(600)));
  await agency.sync();
  const before = await agency.listings();
  agency.publish(kyeroFeed(kyeroListings(600).map((listing) => ({ ...listing, id: `new-${listing['id']}` }))));
  const run = await agency.sync();
  t.deepEqual([run.counts['migrated'], run.counts['new'], run.counts['held']], [600, 0, undefined]);
  const after = await agency.listings();
  t.is(after.size, 600);
  t.deepEqual(after.get('new-k7')?._id, before.get('k7')?._id);
  t.is(after.get('new-k7')?.slug, before.get('k7')?.slug as string);
  t.is(numbers(await agency.sync()), '0/0/600');
});

test('a feed that holds each listing twice differs in nothing, and its ids may change', async (t) => {
  const twice = (prefix: string) =>
    kyeroFeed(
      [...kyeroListings(12), ...kyeroListings(12)].map((listing) => ({ ...listing, id: `${prefix}${listing['id']}` })),
    );
  const agency = await agencyWith(t, twice(''));
  const first = await agency.sync();
  t.like(first.counts, { new: 12, duplicates: 12 });
  t.deepEqual(first.errors, []);
  agency.publish(twice('new-'));
  const next = await agency.sync();
  t.like(next.counts, { migrated: 12, new: 0, held: undefined, duplicates: 12 });
  t.deepEqual(next.errors, []);
});

test('of two listings with one reference the one on offer gets the new id', async (t) => {
  const listings = kyeroListings(12);
  const agency = await agencyWith(
    t,
    kyeroFeed(listings.map((listing, i) => (i < 4 ? { ...listing, id: `old-${i}` } : listing))),
  );
  await agency.sync();
  agency.publish(kyeroFeed(listings));
  for (let run = 0; run < 2; run++) await agency.sync();
  const before = await agency.listings();
  agency.publish(kyeroFeed(listings.map((listing) => ({ ...listing, id: `new-${listing['id']}` }))));
  t.like((await agency.sync()).counts, { migrated: 12, new: 0, held: undefined });
  const after = await agency.listings();
  t.deepEqual(
    ['new-k1', 'new-k12'].map((id) => after.get(id)?._id),
    ['k1', 'k12'].map((id) => before.get(id)?._id),
  );
});

test('without references place, area, price and first image tell; what is not recognised is held', async (t) => {
  const bare = kyeroListings(30).map((listing) => ({
    ...without(listing, 'ref'),
    surface_area: `<built>${90 + Number(listing['price']) / 1000}</built>`,
  }));
  const agency = await agencyWith(t, kyeroFeed(bare));
  await agency.sync();
  const before = await agency.listings();
  const renamed = bare.map((listing, i) => ({
    ...listing,
    id: `n${i}`,
    ...(i >= 25 ? { price: 5, town: 'Elsewhere', images: '' } : {}),
  }));
  agency.publish(kyeroFeed(renamed));
  const run = await agency.sync();
  t.deepEqual([run.counts['migrated'], run.counts['new'], run.counts['held']], [25, 5, 5]);
  t.deepEqual((await agency.listings()).get('n3')?._id, before.get('k4')?._id);
  t.is((await agency.feed()).lastStatus, 'held');
});

test('items without an id are known by their reference, else by what they say', async (t) => {
  const byReference = await agencyWith(t, kyeroFeed(kyeroListings(3).map((listing) => without(listing, 'id'))));
  t.is(numbers(await byReference.sync()), '3/0/0');
  t.deepEqual([...(await byReference.listings()).keys()].sort(), ['R-1', 'R-2', 'R-3']);
  const bare = (count: number) =>
    kyeroFeed(
      kyeroListings(count).map((listing, i) => ({
        ...without(listing, 'id', 'ref'),
        town: `Town ${i}`,
        price_freq: 'sale',
        surface_area: `<built>${80 + i}</built>`,
        baths: 1,
      })),
    );
  const guessed = await agencyWith(t, bare(3), { format: 'KYERO' });
  t.is(numbers(await guessed.sync()), '3/0/0');
  guessed.publish(bare(2));
  for (let run = 0; run < 3; run++)
    t.true((await guessed.sync()).errors.some(({ code }) => code === 'removals-skipped'));
  t.true(
    [...(await guessed.listings()).values()].every(({ status, missingSince }) => status === 'ACTIVE' && !missingSince),
  );
});

test('two feeds with one id and reference stay two listings, and removal looks at its own', async (t) => {
  const one = await agencyWith(t, kyeroFeed(kyeroListings(3)));
  const other = await agencyWith(t, kyeroFeed(kyeroListings(3)));
  await PropertyFeed.updateOne({ _id: other.feedId }, { $set: { locationId: (await one.feed()).locationId } });
  await Promise.all([one.sync(), other.sync()]);
  t.deepEqual([(await one.listings()).size, (await other.listings()).size], [3, 3]);
  const slugs = [...(await one.listings()).values(), ...(await other.listings()).values()].map(({ slug }) => slug);
  t.is(new Set(slugs).size, 6);
  one.publish(kyeroFeed(kyeroListings(2)));
  await one.sync();
  t.is((await one.sync()).counts['withdrawn'], 1);
  t.true([...(await other.listings()).values()].every(({ status }) => status === 'ACTIVE'));
});

test('two agencies of one OpenImmo transfer may use one id', async (t) => {
  const provider = (anid: string, town: string) =>
    `<anbieter><openimmo_anid>${anid}</openimmo_anid><firma>${anid}</firma><immobilie><objektkategorie>` +
    '<nutzungsart WOHNEN="1"/><vermarktungsart KAUF="1"/><objektart><wohnung/></objektart></objektkategorie><geo>' +
    `<ort>${town}</ort></geo><verwaltung_techn><openimmo_obid>same-id</openimmo_obid>` +
    '<objektnr_extern>1</objektnr_extern></verwaltung_techn></immobilie></anbieter>';
  const agency = await agencyWith(
    t,
    '<openimmo><uebertragung umfang="VOLL" ' +
      `version="1.2.7"/>${provider('A', 'Bonn')}${provider('B', 'Mainz')}</openimmo>`,
  );
  t.is(numbers(await agency.sync()), '2/0/0');
  t.deepEqual([...(await agency.listings()).values()].map(({ city }) => city).sort(), ['Bonn', 'Mainz']);
  t.is(numbers(await agency.sync()), '0/0/2');
});

test('ids are texts, trimmed, never numbers or paths', async (t) => {
  const ids = ['007', '7', '1e3', ' a1 ', 'x'.repeat(60), 'a$b.c', '$where', 'A1'];
  const agency = await agencyWith(t, kyeroFeed(ids.map((id, i) => ({ ...kyeroListings(1, i)[0], id }))));
  t.is(numbers(await agency.sync()), `${ids.length}/0/0`);
  t.deepEqual([...(await agency.listings()).keys()].sort(), ids.map((id) => id.trim()).sort());
  t.is(numbers(await agency.sync()), `0/0/${ids.length}`);
});

test('another order, comments, dates of generation and space are no changes', async (t) => {
  const listings = kyeroListings(5);
  const agency = await agencyWith(t, kyeroFeed(listings));
  await agency.sync();
  const before = await agency.listings();
  agency.publish(
    kyeroFeed(listings.toReversed())
      .replaceAll('<price>', '\n  <price> ')
      .replaceAll('</property>', '<!-- 2026-11-23 12:00:01 --></property>')
      .replace('<kyero>', '<kyero><feed_generated>2026-11-23</feed_generated>'),
  );
  t.is(numbers(await agency.sync()), '0/0/5');
  for (const [id, listing] of await agency.listings()) t.deepEqual(listing.updatedAt, before.get(id)?.updatedAt);
});

test('an unchanged feed is not sent again; validators count after a run that settled everything', async (t) => {
  const agency = await agencyWith(t, '');
  agency.publish(kyeroFeed(kyeroListings(12)), { etag: '"v1"', 'last-modified': 'Mon, 23 Nov 2026 08:00:00 GMT' });
  await agency.sync();
  t.like(await agency.feed(), { etag: '"v1"', lastModified: 'Mon, 23 Nov 2026 08:00:00 GMT' });
  const unchanged = await agency.sync();
  t.like(agency.server.requests.at(-1)?.headers, {
    'if-none-match': '"v1"',
    'if-modified-since': 'Mon, 23 Nov 2026 08:00:00 GMT',
  });
  t.is(unchanged.counts['notModified'], 1);
  const feed = await agency.feed();
  t.is(feed.lastStatus, 'unchanged');
  t.deepEqual(feed.lastSyncAt, agency.clock.now());
  agency.publish(kyeroFeed(kyeroListings(11)), { etag: '"v2"' });
  await agency.sync();
  t.falsy((await agency.feed()).etag, 'a listing waits for its second absence: the next run must read the feed');
  t.is((await agency.sync()).counts['withdrawn'], 1);
  t.is((await agency.feed()).etag, '"v2"');
});

test("after a change of the feed's settings its validators are not used", async (t) => {
  const agency = await agencyWith(t, '');
  agency.publish(kyeroFeed(kyeroListings(3).map((listing) => ({ ...listing, currency: '' }))), { etag: '"v1"' });
  await agency.sync();
  await PropertyFeed.updateOne({ _id: agency.feedId }, { $set: { defaultCurrency: 'GBP' } });
  t.is(numbers(await agency.sync()), '0/3/0');
  t.falsy(agency.server.requests.at(-1)?.headers['if-none-match']);
  t.is((await agency.listings()).get('k1')?.currency, 'GBP');
});

test('without validators, or with ones that change each time, nothing is written either', async (t) => {
  const agency = await agencyWith(t, kyeroFeed(kyeroListings(5)));
  await agency.sync();
  const before = await agency.listings();
  agency.publish(kyeroFeed(kyeroListings(5)), { etag: '"other"' });
  t.is(numbers(await agency.sync()), '0/0/5');
  t.deepEqual(await agency.listings(), before);
});

test('in a delta absence means nothing, an absent field stays, an empty one is cleared', async (t) => {
  const list = (...items: string[]) => `<propertyList date="2026-11-01-12:00:00">${items.join('')}</propertyList>`;
  const house = (id: string, time: string, status: string, inner: string) =>
    `<residential modTime="${time}" status="${status}"><agentID>A</agentID>` +
    `<uniqueID>${id}</uniqueID>${inner}</residential>`;
  const full =
    '<price display="yes">500000</price><headline>Old Mill</headline><address display="yes"><street>Mill ' +
    'Rd</street><suburb>Yass</suburb></address><features><bedrooms>3</bedrooms><bathrooms>2</bathrooms></features>';
  const agency = await agencyWith(
    t,
    list(house('h1', '2026-11-01-10:00:00', 'current', full), house('h2', '2026-11-01-10:00:00', 'current', full)),
  );
  t.is(numbers(await agency.sync()), '2/0/0');
  agency.publish(list(house('h1', '2026-11-02-10:00:00', 'current', '<price display="yes">450000</price><headline/>')));
  t.is(numbers(await agency.sync()), '0/1/0');
  await agency.sync();
  const [h1, h2] = await Promise.all(
    ['A-h1', 'h1'].map(
      async (id) =>
        (await agency.listings()).get(id) ?? [...(await agency.listings())].find(([key]) => key.endsWith('h1'))?.[1],
    ),
  );
  t.like(h1 ?? h2, { price: 450_000, bedrooms: 3, city: 'Yass', title: 'Yass' });
  t.true(
    [...(await agency.listings()).values()].every(({ status, missingSince }) => status === 'ACTIVE' && !missingSince),
  );
  agency.publish(list(house('h1', '2026-11-03-10:00:00', 'sold', '<soldDetails><price>440000</price></soldDetails>')));
  await agency.sync();
  const sold = [...(await agency.listings())].find(([key]) => key.endsWith('h1'))?.[1];
  t.like(sold, { status: 'SOLD', bedrooms: 3, city: 'Yass' });
});

/** Changed at an hour of 1 November. */
const house = (hour: number | undefined, inner: string, status = 'current') =>
  `<residential${hour ? ` modTime="2026-11-01-${hour}:00:00"` : ''} status="${status}"><agentID>A</agentID>` +
  `<uniqueID>h1</uniqueID>${inner}</residential>`;

test('in a delta all updates of one listing count, in their order, and once when they come again', async (t) => {
  const list = (...items: string[]) => `<propertyList>${items.join('')}</propertyList>`;
  const full =
    '<price>500000</price><headline>Old Mill</headline><address><suburb>Yass</suburb></address><features>' +
    '<bedrooms>3</bedrooms></features>';
  const [price, headline] = ['<price>450000</price>', '<headline>New Mill</headline>'];
  const cases: [
    name: string,
    before: string,
    file: string,
    expected: Partial<PropertyDoc>,
    counts: Record<string, number | undefined>,
  ][] = [
    [
      'new and changed',
      list(),
      list(house(10, full), house(11, price)),
      { price: 450_000, title: 'Old Mill', bedrooms: 3, status: 'ACTIVE' },
      { new: 1, changed: 1 },
    ],
    [
      'new and withdrawn',
      list(),
      list(house(10, full), house(11, '', 'withdrawn')),
      { price: 500_000, status: 'WITHDRAWN' },
      { new: 1, removed: 1 },
    ],
    [
      'two changes, the later one first',
      list(house(9, full)),
      list(house(11, headline + price), house(10, '<price>1</price><headline/>')),
      { price: 450_000, title: 'New Mill', city: 'Yass' },
      { changed: 2 },
    ],
    [
      'changed and sold at once',
      list(house(9, full)),
      list(house(10, price), house(10, '', 'sold')),
      { price: 450_000, status: 'SOLD', bedrooms: 3 },
      { changed: 2 },
    ],
    [
      'undated',
      list(house(undefined, full)),
      list(house(undefined, price), house(undefined, headline), house(undefined, price)),
      { price: 450_000, title: 'New Mill' },
      { changed: 3 },
    ],
    [
      'withdrawn and back',
      list(house(9, full)),
      list(house(undefined, '', 'withdrawn'), house(undefined, price)),
      { price: 450_000, status: 'ACTIVE' },
      { removed: 1, restored: 1 },
    ],
    [
      'one of them older than what is stored',
      list(house(10, full)),
      list(house(9, headline), house(11, price)),
      { price: 450_000, title: 'Old Mill' },
      { older: 1, changed: 1 },
    ],
  ];
  await Promise.all(
    cases.map(async ([name, before, file, expected, counts]) => {
      const agency = await agencyWith(t, before, { format: 'REAXML' });
      await agency.sync();
      agency.publish(file);
      const dry = await agency.sync({ parameters: { dryRun: true } });
      if (counts['new']) t.like(dry.counts, counts, `${name}, dry`);
      t.like((await agency.sync()).counts, counts, name);
      t.like((await agency.listings()).get('A/h1'), expected, name);
      const { updatedAt } = (await agency.listings()).get('A/h1') as PropertyDoc;
      const again = await agency.sync();
      t.like(again, { counts: { changed: 0, removed: undefined, restored: undefined }, errors: [] }, `${name}, again`);
      t.deepEqual((await agency.listings()).get('A/h1')?.updatedAt, updatedAt, `${name}, again`);
    }),
  );
});

test('OpenImmo withdraws by name, also by the reference alone, and tells what it does not know', async (t) => {
  const house = (obid: string, reference: string, action: string, price = 100_000) =>
    '<immobilie><objektkategorie><vermarktungsart KAUF="1"/></objektkategorie><geo><ort>Bonn</ort></geo><preise>' +
    `<kaufpreis>${price}</kaufpreis></preise><verwaltung_techn>` +
    `<objektnr_extern>${reference}</objektnr_extern>${obid && `<openimmo_obid>${obid}</openimmo_obid>`}<aktion ` +
    `aktionart="${action}"/></verwaltung_techn></immobilie>`;
  const transfer = (scope: string, ...items: string[]) =>
    `<openimmo><uebertragung umfang="${scope}"/><anbieter>` +
    `<openimmo_anid>A</openimmo_anid>${items.join('')}</anbieter></openimmo>`;
  const agency = await agencyWith(
    t,
    transfer(
      'TEIL',
      house('1', 'X1', 'ADD'),
      house('2', 'X2', 'ADD'),
      house('3', 'X3', 'ADD'),
      house('4', 'XX', 'ADD'),
      house('5', 'XX', 'ADD'),
    ),
  );
  t.is((await agency.sync()).counts['new'], 5);
  agency.publish(
    transfer(
      'TEIL',
      house('1', 'X1', 'CHANGE', 90_000),
      house('1', 'X1', 'DELETE'),
      house('2', 'X2', 'DELETE'),
      house('2', 'X2', 'ADD', 80_000),
      house('', 'X3', 'DELETE'),
      house('', 'XX', 'DELETE'),
      house('9', 'X2', 'DELETE'),
    ),
  );
  const run = await agency.sync();
  t.like(run.counts, { removed: 3, restored: 1, changed: 1, unknown: 2 });
  t.deepEqual(
    run.errors.map(({ code }) => code),
    ['ambiguous-removal'],
  );
  t.true(JSON.stringify((await agency.feed()).lastReport).includes('unknown-removal'));
  const listings = await agency.listings();
  t.deepEqual(
    ['1', '2', '3', '4', '5'].map((id) => listings.get(`A/${id}`)?.status),
    ['WITHDRAWN', 'ACTIVE', 'WITHDRAWN', 'ACTIVE', 'ACTIVE'],
  );
  t.deepEqual(
    ['1', '2'].map((id) => listings.get(`A/${id}`)?.price),
    [90_000, 80_000],
  );
  agency.publish(transfer('VOLL'));
  t.is((await agency.sync()).counts['held'], 3, 'a full transfer without listings says so in its head');
});

const resales = (...items: [id: string, price: number, status: string][]) =>
  `<root><property_count>${items.length}</property_count>${items
    .map(
      ([id, price, status]) =>
        `<property><id>${id}</id><ref>R${id}</ref><status>${status}</status><price>${price}</price>` +
        '<currency>EUR</currency><price_freq>sale</price_freq><type><uk>Villa</uk></type><town>Marbella</town>' +
        `<beds>3</beds><description><uk>Nice ${id}</uk></description></property>`,
    )
    .join('')}</root>`;
const twelve = Array.from({ length: 12 }, (_, i): [string, number, string] => [String(i + 1), 300_000, 'Available']);

test('an update of REAXML changes, adds and deletes the images that it names, and leaves the others', async (t) => {
  const list = (day: number, ...objects: string[]) =>
    `<propertyList><residential modTime="2026-03-0${day}-10:00:00" status="current"><agentID>A</agentID>` +
    `<uniqueID>h1</uniqueID>${objects.join('')}</residential></propertyList>`;
  const image = (id: string, version = 1) => `<img id="${id}" url="https://i.example/${id}${version}.jpg"/>`;
  const shown = async () =>
    (await agency.listings())
      .get('A/h1')
      ?.images.map(({ url }) => url.slice(18, -4))
      .join(' ');
  const agency = await agencyWith(
    t,
    list(
      1,
      '<headline>H</headline><objects>',
      image('m'),
      image('b'),
      image('a'),
      '<floorplan id="1" url="https://i.example/p1.jpg"/></objects>',
    ),
  );
  await agency.sync();
  t.is(await shown(), 'm1 a1 b1 p1');
  const updates = [
    ['<objects><img id="a"/></objects>', 'm1 b1 p1'],
    ['<objects><img id="b"/></objects>', 'm1 p1'],
    [`<objects>${image('c')}${image('m', 2)}</objects>`, 'm2 c1 p1'],
    ['<objects><floorplan id="1" url=""/></objects>', 'm2 c1'],
    ['<headline>N</headline>', 'm2 c1'],
    ['<objects/>', ''],
    [`<objects>${image('d')}</objects>`, 'd1'],
  ] as const;
  for (const [day, [objects, expected]] of updates.entries()) {
    agency.publish(list(day + 2, objects));
    t.is((await agency.sync()).counts['changed'], 1, objects);
    t.is(await shown(), expected, objects);
  }
});

test('a Resales export is a delta: absence means nothing, off market and sold say so by name', async (t) => {
  const agency = await agencyWith(t, resales(...twelve));
  t.is(numbers(await agency.sync()), '12/0/0');
  t.is((await agency.feed()).detectedFormat, 'RESALES');
  agency.publish(
    resales(['1', 290_000, 'Available'], ['2', 300_000, 'Sold'], ['3', 300_000, 'Off Market'], ['99', 1, 'Off Market']),
  );
  const run = await agency.sync();
  t.deepEqual(
    [run.counts['changed'], run.counts['removed'], run.counts['missing'], run.counts['held']],
    [2, 1, undefined, undefined],
  );
  agency.publish('<root><property_count>0</property_count></root>');
  for (let i = 0; i < 2; i++) t.is((await agency.sync()).status, 'succeeded');
  const listings = await agency.listings();
  t.deepEqual(
    ['1', '2', '3', '4'].map((id) => [listings.get(id)?.price, listings.get(id)?.status]),
    [
      [290_000, 'ACTIVE'],
      [300_000, 'SOLD'],
      [300_000, 'WITHDRAWN'],
      [300_000, 'ACTIVE'],
    ],
  );
  t.deepEqual([listings.size, [...listings.values()].filter(({ missingSince }) => missingSince)], [12, []]);
});

test('what a Resales feed sends once is kept: a stopped run, a dry run and a cut lose none of it', async (t) => {
  const agency = await agencyWith(t, '');
  const stopper = new AbortController();
  agency.publish(resales(...twelve));
  t.is(
    (
      await agency.sync({
        signal: stopper.signal,
        onProgress: () => stopper.abort(new RunAbortedError('the budget ended')),
      })
    ).status,
    'partial',
  );
  t.is((await agency.listings()).size, 0);
  agency.publish(resales(['1', 280_000, 'Available']));
  t.is((await agency.sync()).counts['new'], 12);
  t.is((await agency.listings()).get('1')?.price, 280_000);
  agency.publish(resales(['2', 270_000, 'Available']));
  await agency.sync({ parameters: { dryRun: true } });
  t.is((await agency.listings()).get('2')?.price, 300_000);
  agency.publish(resales(['3', 260_000, 'Available'], ['4', 250_000, 'Available']).slice(0, -20));
  t.is((await agency.sync()).errors.at(-1)?.code, 'truncated');
  t.deepEqual(
    [(await agency.listings()).get('2')?.price, (await agency.listings()).get('3')?.price],
    [270_000, 260_000],
  );
  t.is(await FeedTransfer.countDocuments({ feedId: agency.feedId }), 0);
  await PropertyFeed.updateOne({ _id: agency.feedId }, { $set: { format: 'RESALES' } });
  // An unreadable transfer is set aside and delays the next one by one run.
  agency.publish(
    resales(['5', 1, 'Available'])
      .replace('<root>', `<root>${' '.repeat(200_000)}`)
      .replace('</root>', '<!DOCTYPE root [<!ENTITY a "b">]></root>'),
  );
  t.is((await agency.sync()).errors.at(-1)?.code, 'entity-declarations');
  agency.publish(resales(['6', 240_000, 'Available']));
  t.regex(
    (await agency.sync()).errors.map(({ code, message }) => `${code}: ${message}`).join(),
    /^entity-declarations: An earlier transfer of the feed cannot be read and was set aside/,
  );
  t.is((await agency.listings()).get('6')?.price, 240_000);
  t.is((await agency.sync()).status, 'succeeded');
  t.is(await FeedTransfer.countDocuments({ feedId: agency.feedId, setAsideAt: null }), 0);
});

test('an old file that is sent again is ignored and removes nothing', async (t) => {
  const dated = (from: number, count: number, day: string) =>
    kyeroListings(count, from).map((listing, i) => ({
      ...listing,
      price: 1000 * Number(day) + i,
      date: `2026-03-${day} 10:00:00`,
    }));
  const agency = await agencyWith(t, kyeroFeed([...dated(1, 3, '01'), ...dated(4, 2, '05')]));
  await agency.sync();
  agency.publish(kyeroFeed([...dated(1, 2, '01'), ...dated(3, 3, '09')]));
  t.is(numbers(await agency.sync()), '0/3/2');
  agency.publish(kyeroFeed([...dated(1, 3, '01'), ...dated(4, 1, '05')]));
  const replay = await agency.sync();
  t.deepEqual([numbers(replay), replay.counts['older'], replay.counts['missing']], ['0/0/2', 2, undefined]);
  t.true(replay.errors.some(({ code, scope }) => code === 'older' && scope.endsWith(':k4')));
  t.deepEqual(
    [...(await agency.listings()).values()].map(({ price, missingSince }) => [price, missingSince]),
    [
      [1000, undefined],
      [1001, undefined],
      [9000, undefined],
      [9001, undefined],
      [9002, undefined],
    ],
  );
  agency.publish(kyeroFeed([...dated(1, 2, '01'), ...dated(3, 3, '09')]));
  t.is(numbers(await agency.sync()), '0/0/5');
});

test('dates that are read in another time zone make no old file of a feed', async (t) => {
  const dated = (price: number) =>
    kyeroFeed(kyeroListings(3).map((listing) => ({ ...listing, price, date: '2026-10-01 12:00:00' })));
  const agency = await agencyWith(t, dated(100_000));
  await agency.sync();
  // Further east, each date is earlier.
  await Location.updateMany({ _id: (await agency.feed()).locationId }, { $set: { timeZone: 'Asia/Tokyo' } });
  agency.publish(dated(120_000));
  const report = await agency.sync();
  t.deepEqual([report.counts['changed'], report.counts['older'] ?? 0], [3, 0]);
  t.deepEqual(
    [...(await agency.listings()).values()].map(({ price }) => price),
    [120_000, 120_000, 120_000],
  );
});

test('an old file that is sent again puts nothing back on offer that was withdrawn since', async (t) => {
  const dated = (count: number, day: string) =>
    kyeroListings(count).map((listing) => ({ ...listing, date: `2026-03-${day} 10:00:00` }));
  const agency = await agencyWith(t, kyeroFeed(dated(6, '01')));
  await agency.sync();
  agency.publish(kyeroFeed(dated(5, '09')));
  for (let run = 0; run < 2; run += 1) await agency.sync();
  t.is((await agency.listings()).get('k6')?.status, 'WITHDRAWN');
  agency.publish(kyeroFeed(dated(6, '01')));
  const replay = await agency.sync();
  t.deepEqual([replay.counts['older'], replay.counts['restored']], [6, undefined]);
  t.is((await agency.listings()).get('k6')?.status, 'WITHDRAWN');
  t.is((await agency.sync()).counts['restored'], 1, 'a feed that keeps sending it means it');
});

test('in a delta an older item is ignored and named', async (t) => {
  const list = (time: string, price: number, status = 'current') =>
    `<propertyList><residential modTime="${time}" status="${status}"><agentID>A</agentID><uniqueID>h1</uniqueID>` +
    `<price>${price}</price><headline>H</headline></residential></propertyList>`;
  const agency = await agencyWith(t, list('2026-03-01-10:00:00', 500_000));
  await agency.sync();
  agency.publish(list('2026-03-02-10:00', 500_000, 'withdrawn'));
  await agency.sync();
  agency.publish(list('2026-02-01-10:00:00', 400_000));
  for (let run = 0; run < 2; run++) {
    const replay = await agency.sync();
    t.is(replay.counts['older'], 1);
    t.true(replay.errors.some(({ code, scope }) => code === 'older' && scope.endsWith(':A/h1')));
  }
  t.like((await agency.listings()).get('A/h1'), { price: 500_000, status: 'WITHDRAWN' });
});

test('a date never decides alone: one that is corrected stops no change and no return', async (t) => {
  const [one, two, three, ...others] = kyeroListings(12) as [
    Record<string, string>,
    Record<string, string>,
    Record<string, string>,
  ];
  const agency = await agencyWith(
    t,
    kyeroFeed([{ ...one, date: '2099-01-01 00:00:00' }, { ...two, date: '05/12/2024' }, three, ...others]),
  );
  await agency.sync();
  t.is((await agency.listings()).get('k1')?.feedModifiedAt, undefined);
  t.true(JSON.stringify((await agency.feed()).lastReport).includes('future-date'));
  const corrected = [
    { ...one, price: 1111, date: '2024-01-01 00:00:00' },
    { ...two, price: 2222, date: '06/01/2024' },
    three,
    ...others,
  ];
  agency.publish(kyeroFeed(corrected));
  t.is(numbers(await agency.sync()), '0/2/10');
  t.deepEqual([(await agency.listings()).get('k1')?.price, (await agency.listings()).get('k2')?.price], [1111, 2222]);
  const again: Record<string, string | number>[] = [
    corrected[0]!,
    { ...two, price: 3333, date: '05/01/2024' },
    three,
    ...others,
  ];
  agency.publish(kyeroFeed(again));
  t.is((await agency.sync()).counts['older'], 1, 'nothing else has changed: it may be an old file');
  t.is(numbers(await agency.sync()), '0/1/11', 'it comes again: it is what the feed says');
  t.is((await agency.listings()).get('k2')?.price, 3333);
  agency.publish(kyeroFeed(again.filter((listing) => listing['id'] !== 'k2')));
  for (let run = 0; run < 2; run++) await agency.sync();
  agency.publish(
    kyeroFeed(again.map((listing) => (listing['id'] === 'k2' ? { ...listing, date: '01/01/2020' } : listing))),
  );
  t.is((await agency.sync()).counts['restored'], 1);
  t.like((await agency.listings()).get('k2'), { status: 'ACTIVE', price: 3333 });
});

test('an equal date proves nothing', async (t) => {
  const [one] = kyeroListings(1);
  const agency = await agencyWith(t, kyeroFeed([{ ...one, date: '2026-03-01 10:00:00' }]));
  await agency.sync();
  agency.publish(kyeroFeed([{ ...one, price: 7, date: '2026-03-01 10:00:00' }]));
  await agency.sync();
  t.is((await agency.listings()).get('k1')?.price, 7);
});

test('what stands first on two pages counts once, and what has left the pages is missed', async (t) => {
  const [first, ...others] = kyeroListings(9);
  const agency = await agencyWith(t, kyeroFeed([first!, ...others]));
  await agency.sync();
  agency.server.publish('/page2.xml', kyeroFeed([first!, ...others.slice(4, 7)]));
  agency.publish(kyeroFeed([first!, ...others.slice(0, 4)]), { link: '</page2.xml>; rel="next"' });
  const run = await agency.sync();
  t.deepEqual([run.counts['same'], run.counts['duplicates'], run.counts['missing']], [8, 1, 1]);
  t.is((await agency.sync()).counts['withdrawn'], 1);
});

test('pages are followed, a loop is noticed, and a page without a successor is not complete', async (t) => {
  const agency = await agencyWith(t, '');
  const second = agency.server.publish('/page2.xml', kyeroFeed(kyeroListings(2, 3)));
  agency.publish(kyeroFeed(kyeroListings(2)), { link: `<${second}>; rel="next"` });
  t.is(numbers(await agency.sync()), '4/0/0');
  t.is(numbers(await agency.sync()), '0/0/4');
  agency.server.publish('/page2.xml', kyeroFeed([]), { link: `</feed.xml>; rel="next"` });
  const loop = await agency.sync();
  t.is(loop.errors.at(-1)?.code, 'page-loop');
  t.true([...(await agency.listings()).values()].every(({ missingSince }) => !missingSince));
  const paged = (count: number) =>
    `<feed><metadata><multipage><current>1</current><last>2</last></multipage></metadata><properties>${Array.from(
      { length: count },
      (_, i) =>
        `<property operation="write"><unique-id>u${i}</unique-id><title>T${i}</title><price>1000${i}</price>` +
        '</property>',
    ).join('')}</properties></feed>`;
  const pages = await agencyWith(t, paged(3), {
    format: 'GENERIC',
    mapping: { itemPath: 'feed/properties/property', fields: { id: 'unique-id', title: 'title', price: 'price' } },
  });
  await pages.sync();
  pages.publish(paged(2));
  await pages.sync();
  t.true(
    (await pages.sync()).errors.some(
      ({ code, message }) => code === 'removals-skipped' && message.includes('page 1 of 2'),
    ),
  );
  t.true([...(await pages.listings()).values()].every(({ missingSince }) => !missingSince));
});

test('the login of a feed goes to every page of its own origin, and to no other', async (t) => {
  const agency = await agencyWith(t, '');
  const other = await startFeedServer();
  t.teardown(() => other.close());
  other.publish('/page3.xml', kyeroFeed(kyeroListings(1, 5)));
  agency.server.publish('/page2.xml', kyeroFeed(kyeroListings(2, 3)), {
    link: `<${other.origin}/page3.xml>; rel="next"`,
  });
  agency.publish(kyeroFeed(kyeroListings(2)), { link: '</page2.xml>; rel="next"' });
  const secret = { CREDENTIALS_KEY: Buffer.alloc(32, 1).toString('base64') };
  const auth = sealCredentials({ headers: { 'X-Api-Key': 'k3y' } }, agency.feedId.toHexString(), readConfig(secret));
  await PropertyFeed.updateOne(
    { _id: agency.feedId },
    { $set: { auth, url: `${agency.server.origin.replace('//', '//agent:s3cret@')}/feed.xml` } },
  );
  t.is(numbers(await agency.sync({ environment: { FEED_ALLOW_PRIVATE: '1', ...secret } })), '5/0/0');
  const sent = ({ requests }: FeedServer) =>
    requests.map(({ headers }) => [headers.authorization, headers['x-api-key']]);
  t.deepEqual(
    sent(agency.server),
    [1, 2].map(() => [`Basic ${Buffer.from('agent:s3cret').toString('base64')}`, 'k3y']),
  );
  t.deepEqual(sent(other), [[undefined, undefined]]);
  t.throws(() => pageRequest('https://feeds.example/1', 'http://feeds.example/2', {}), { code: 'insecure-redirect' });
});

test('a feed most of whose listings lose their fields is held, not applied', async (t) => {
  const agency = await agencyWith(t, kyeroFeed(kyeroListings(30)), { format: 'KYERO' });
  await agency.sync();
  const before = await agency.listings();
  agency.publish(
    kyeroFeed(kyeroListings(30).map(({ id }) => ({ id: id as string, currency: '', type: '', town: '' }))),
  );
  const run = await agency.sync();
  t.is(run.errors.at(-1)?.code, 'format-changed');
  t.deepEqual(await agency.listings(), before);
  t.like(await agency.feed(), { lastStatus: 'held' });
});

test('a few listings that shrink stop no feed, and a notice of a sale keeps what it leaves out', async (t) => {
  const agency = await agencyWith(t, kyeroFeed(kyeroListings(20)), { format: 'KYERO' });
  await agency.sync();
  const [one, two, three, ...others] = kyeroListings(20) as [
    Record<string, string>,
    Record<string, string>,
    Record<string, string>,
    ...Record<string, string>[],
  ];
  agency.publish(
    kyeroFeed([
      ...[one, two, three].map(({ id }) => ({ id: id as string, status: 'sold', currency: '', type: '', town: '' })),
      ...others.map((listing, i) => (i === 0 ? { ...listing, price: '5' } : listing)),
    ]),
  );
  t.like(await agency.sync(), { status: 'succeeded', counts: { changed: 4, same: 16 } });
  const listings = await agency.listings();
  t.like(listings.get('k1'), { status: 'SOLD', price: 101_000, city: 'Altea', type: 'Villa' });
  t.is(listings.get('k4')?.price, 5);
  t.like(await agency.sync(), { counts: { changed: 0, same: 20 } });
});

test('a person may confirm the new form of a feed', async (t) => {
  const agency = await agencyWith(t, kyeroFeed(kyeroListings(4)), { format: 'KYERO' });
  await agency.sync();
  agency.publish(kyeroFeed(kyeroListings(4).map(({ id }) => ({ id: id as string, currency: '', type: '', town: '' }))));
  t.is((await agency.sync()).errors.at(-1)?.code, 'format-changed');
  t.like(await agency.sync({ parameters: { confirmRemovals: true } }), { status: 'succeeded', counts: { changed: 4 } });
});

test('a listing that staff put into the trash stays there', async (t) => {
  const agency = await agencyWith(t, kyeroFeed(kyeroListings(3)));
  await agency.sync();
  await Property.updateOne({ feedId: agency.feedId, feedReferenceId: 'k2' }, { $set: { deletedAt: new Date(0) } });
  agency.publish(kyeroFeed(kyeroListings(3).map((listing) => ({ ...listing, beds: 9 }))));
  const run = await agency.sync();
  t.deepEqual([run.counts['changed'], run.counts['trashed']], [2, 1]);
  t.is((await agency.listings()).get('k2')?.bedrooms, 3);
  const purge = async () => {
    const context = testContext({
      clock: agency.clock,
      parameters: { locationId: String((await agency.feed()).locationId) },
    });
    await purgeTrash(context);
    return context.report().counts['properties'];
  };
  t.deepEqual([await purge(), await purge()], [1, 0]);
  const left = (await agency.listings()).get('k2') as PropertyDoc;
  t.deepEqual([left.title, left.price, left.purgedAt instanceof Date], [undefined, undefined, true] as unknown[]);
  t.is(numbers(await agency.sync()), '0/0/2');
  t.is((await agency.listings()).size, 3);
  await PropertyFeed.updateOne({ _id: agency.feedId }, { $set: { deletedAt: agency.clock.now() } });
  await Property.updateOne({ feedId: agency.feedId, feedReferenceId: 'k3' }, { $set: { deletedAt: new Date(0) } });
  t.is(await purge(), 1);
  t.deepEqual([...(await agency.listings()).keys()].sort(), ['k1', 'k2']);
});

test('a listing that hides its address has neither street nor exact point in its public fields', async (t) => {
  const agency = await agencyWith(
    t,
    '<openimmo><uebertragung umfang="VOLL"/><anbieter><openimmo_anid>A</openimmo_anid><immobilie><objektkategorie>' +
      '<vermarktungsart KAUF="1"/><objektart><haus/></objektart></objektkategorie><geo><plz>53111</plz>' +
      '<ort>Bonn</ort><strasse>Geheimweg</strasse><hausnummer>7</hausnummer><geokoordinaten breitengrad="50.737430" ' +
      'laengengrad="7.098206"/></geo><verwaltung_objekt><objektadresse_freigeben>false</objektadresse_freigeben>' +
      '</verwaltung_objekt><verwaltung_techn><openimmo_obid>O1</openimmo_obid></verwaltung_techn></immobilie>' +
      '</anbieter></openimmo>',
  );
  await agency.sync();
  const [listing] = [...(await agency.listings()).values()] as [PropertyDoc];
  t.is(listing.addressHidden, true);
  t.falsy(listing.address);
  t.not(listing.latitude, 50.73743);
  t.false(JSON.stringify(listing).includes('Geheimweg'));
});

test('a listing that hides its address in an update loses street and exact point, in later ones too', async (t) => {
  const update = (inner: string) =>
    '<openimmo><uebertragung umfang="TEIL"/><anbieter><openimmo_anid>A</openimmo_anid><immobilie><objektkategorie>' +
    `<vermarktungsart KAUF="1"/><objektart><haus/></objektart></objektkategorie>${inner}<verwaltung_techn>` +
    '<openimmo_obid>O1</openimmo_obid></verwaltung_techn></immobilie></anbieter></openimmo>';
  const place = (town: string) =>
    `<geo><ort>${town}</ort><strasse>Geheimweg</strasse><hausnummer>7</hausnummer><geokoordinaten ` +
    'breitengrad="50.737430" laengengrad="7.098206"/></geo>';
  const released = (word: string) =>
    `<verwaltung_objekt><objektadresse_freigeben>${word}</objektadresse_freigeben></verwaltung_objekt>`;
  const agency = await agencyWith(t, update(place('Bonn') + released('1')));
  await agency.sync();
  const shown = async () => [...(await agency.listings()).values()][0] as PropertyDoc;
  t.like(await shown(), { address: 'Geheimweg 7', latitude: 50.73743 });
  for (const [inner, city] of [
    [released('0'), 'Bonn'],
    [place('Köln'), 'Köln'],
    ['<preise><kaufpreis>300000</kaufpreis></preise>', 'Köln'],
  ] as const) {
    agency.publish(update(inner));
    t.is((await agency.sync()).counts['changed'], 1);
    t.like(await shown(), { city, latitude: 50.74, longitude: 7.1, addressHidden: true });
    t.false(JSON.stringify(await shown()).includes('Geheimweg'));
  }
  agency.publish(update(place('Köln') + released('1')));
  await agency.sync();
  t.like(await shown(), { address: 'Geheimweg 7', latitude: 50.73743, addressHidden: false });
});

test('one failing feed stops no other, and an unknown feed id is an error', async (t) => {
  const server = await startFeedServer();
  t.teardown(() => server.close());
  const good = await makeFeedAgency({ url: server.publish('/good.xml', kyeroFeed(kyeroListings(2))) });
  const location = await Location.create({ name: 'Two feeds', timeZone: 'UTC', currency: 'EUR' });
  await PropertyFeed.updateOne({ _id: good.feedId }, { $set: { locationId: location._id } });
  const bad = await PropertyFeed.create({
    locationId: location._id,
    url: `${server.origin}/missing.xml`,
    format: 'AUTO',
  });
  const context = testContext({
    environment: { FEED_ALLOW_PRIVATE: '1' },
    parameters: { locationId: location._id.toHexString() },
  });
  await syncFeeds(context);
  const report = context.report();
  t.deepEqual([report.status, report.counts['feeds'], report.counts['new']], ['partial', 2, 2]);
  t.is(report.errors[0]?.code, 'gone');
  const state = await PropertyFeed.findById(bad._id).lean();
  t.regex(state?.lastError ?? '', /no longer exists at this address/);
  const unknown = testContext({ parameters: { feedId: new Types.ObjectId().toHexString() } });
  await t.throwsAsync(syncFeeds(unknown), { code: 'usage' });
});

test('a feed that is set to GENERIC and has no mapping is an error that says so', async (t) => {
  const agency = await agencyWith(t, kyeroFeed(kyeroListings(3)), { format: 'GENERIC' });
  t.like((await agency.sync()).errors.at(-1), { code: 'missing-mapping' });
  t.like(await agency.feed(), { lastStatus: 'failed' });
  t.regex((await agency.feed()).lastError ?? '', /has no mapping/);
  await PropertyFeed.updateOne({ _id: agency.feedId }, { $set: { mapping: { itemPath: 'root/property' } } });
  t.like((await agency.sync()).errors.at(-1), { code: 'invalid-mapping' });
  t.regex((await agency.feed()).lastError ?? '', /cannot be used/);
});

test('a feed given to another location takes its listings along and changes nothing else there', async (t) => {
  const agency = await agencyWith(t, kyeroFeed(kyeroListings(3)));
  await agency.sync();
  const before = await agency.listings();
  const { _id: locationId } = await Location.create({
    name: 'Other',
    timeZone: 'Europe/Madrid',
    currency: 'EUR',
    language: 'en',
  });
  const taken = await Property.create({ locationId, title: 'Taken', slug: before.get('k1')?.slug, source: 'MANUAL' });
  const left = await Property.create({
    locationId: (await agency.feed()).locationId,
    title: 'Stays',
    slug: 'stays',
    source: 'MANUAL',
  });
  await PropertyFeed.updateOne({ _id: agency.feedId }, { $set: { locationId } });
  agency.publish(kyeroFeed(kyeroListings(4)));
  t.is((await agency.sync({ parameters: { dryRun: true } })).counts['moved'], 3);
  t.deepEqual(await agency.listings(), before);
  t.like((await agency.sync()).counts, { moved: 3, new: 1, same: 3 });
  const after = await agency.listings();
  t.true([...after.values()].every((listing) => listing.locationId.equals(locationId)));
  t.deepEqual(
    ['k1', 'k2'].map((id) => after.get(id)?.slug === before.get(id)?.slug),
    [false, true],
  );
  t.like(await Property.findById(taken._id).lean(), { slug: before.get('k1')?.slug });
  t.false((await Property.findById(left._id).lean())?.locationId.equals(locationId));
  t.is((await agency.sync()).counts['moved'], undefined);
});

test('a feed whose location is gone says so', async (t) => {
  const agency = await agencyWith(t, kyeroFeed(kyeroListings(3)));
  await Location.deleteOne({ _id: (await agency.feed()).locationId });
  t.like((await agency.sync()).errors.at(-1), { code: 'no-location' });
  t.like(await agency.feed(), { lastStatus: 'failed' });
  t.regex((await agency.feed()).lastError ?? '', /no longer exists/);
});

test('an unknown feed is held as new: nothing of it is stored before a person has approved a mapping', async (t) => {
  const item = (i: number) =>
    `<house><code>H${i}</code><price>${200_000 + i}</price><town>Nerja</town><headline>House ${i}</headline></house>`;
  const agency = await agencyWith(t, `<houses>${[1, 2, 3, 4, 5].map(item).join('')}</houses>`);
  for (let run = 0; run < 2; run++) {
    const { errors, counts } = await agency.sync();
    t.deepEqual([counts['items'], errors.map(({ code }) => code)], [0, ['needs-mapping']]);
  }
  const feed = await agency.feed();
  t.like(feed, { lastStatus: 'needs-mapping', detectedFormat: undefined, mapping: undefined });
  t.regex(feed.lastError ?? '', /root is <houses> with <house>\. Nothing was stored\. .*--feed-preview/);
  t.is((await agency.listings()).size, 0);
  const fields = { id: 'code', title: 'headline', price: 'price', city: 'town' };
  const approved = { mapping: { itemPath: 'houses/house', fields }, mappingApprovedAt: new Date() };
  await PropertyFeed.updateOne({ _id: agency.feedId }, { $set: approved });
  t.is(numbers(await agency.sync()), '5/0/0');
  t.is(numbers(await agency.sync()), '0/0/5');
  t.is((await agency.feed()).detectedFormat, 'GENERIC');
});
