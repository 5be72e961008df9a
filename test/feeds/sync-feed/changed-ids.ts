import test, { type ExecutionContext } from 'ava';
import { Property } from '../../../shared/models/property.ts';
import { PropertyFeed } from '../../../shared/models/property-feed.ts';
import { leaveStubs } from '../../../shared/trash/feed-stubs.ts';
import { useDatabase } from '../../doubles/database.ts';
import { kyeroFeed, kyeroListings, makeFeedAgency } from '../../doubles/feed-agency.ts';
import { startFeedServer } from '../../doubles/feed-server.ts';

useDatabase(test);

type Listing = Record<string, string | number>;

async function agencyWith(t: ExecutionContext, listings: readonly Listing[]) {
  const server = await startFeedServer();
  t.teardown(() => server.close());
  const agency = await makeFeedAgency({ url: server.publish('/feed.xml', kyeroFeed(listings)) });
  const report = await agency.sync();
  t.is(report.counts['new'], listings.length);
  return {
    ...agency,
    syncWith: (next: readonly Listing[] | string, parameters = {}) => {
      server.publish('/feed.xml', typeof next === 'string' ? next : kyeroFeed(next));
      return agency.sync({ parameters });
    },
    byReference: async () =>
      new Map([...(await agency.listings()).values()].map((listing) => [listing.reference as string, listing])),
  };
}

const renamed = (listing: Listing): Listing => ({ ...listing, id: `N${listing['id']}` });

test('an id change that the feed makes in two steps doubles nothing, and its hold ends by itself', async (t) => {
  const listings = kyeroListings(40);
  const agency = await agencyWith(t, listings);
  const before = await agency.byReference();
  const half = await agency.syncWith(listings.slice(0, 20).map(renamed));
  t.deepEqual([half.counts['migrated'], half.counts['held']], [20, 20]);
  const whole = await agency.syncWith(listings.map(renamed));
  t.deepEqual(
    [whole.counts['migrated'], whole.counts['same'], whole.counts['new'] ?? 0, whole.counts['held'] ?? 0],
    [20, 20, 0, 0],
  );
  const after = await agency.byReference();
  for (const [reference, { _id }] of before) t.deepEqual(after.get(reference)?._id, _id);
  const feed = await agency.feed();
  t.deepEqual(
    [(await agency.listings()).size, feed.lastStatus, feed.removalGuard ?? null, feed.migratingSince ?? null],
    [40, 'ok', null, null],
  );
});

test('what was sold alongside an id change goes by the usual two runs, and nothing new takes its place', async (t) => {
  const unit = {
    town: 'Nerja',
    price: 250_000,
    images: '<image id="1"><url>https://img.example/site.jpg</url></image>',
    surface_area: '<built>80</built>',
  };
  const listings = kyeroListings(20);
  const agency = await agencyWith(t, [...listings, { id: 'd1', ref: 'DEV-A1', ...unit }]);
  const changed = await agency.syncWith(listings.map(renamed));
  t.deepEqual([changed.counts['migrated'], changed.counts['missing'], changed.counts['held'] ?? 0], [20, 1, 0]);
  t.falsy((await agency.feed()).migratingSince);
  const next = await agency.syncWith([...listings.map(renamed), { id: 'N200', ref: 'DEV-A2', ...unit }]);
  t.deepEqual([next.counts['new'], next.counts['migrated'] ?? 0, next.counts['withdrawn']], [1, 0, 1]);
});

test('while half of an id change waits, a listing with another reference is none of those that wait', async (t) => {
  const unit = {
    town: 'Nerja',
    price: 250_000,
    images: '<image id="1"><url>https://img.example/site.jpg</url></image>',
    surface_area: '<built>80</built>',
  };
  const listings = kyeroListings(20);
  const agency = await agencyWith(t, [...listings, { id: 'd1', ref: 'DEV-A1', ...unit }]);
  t.is((await agency.syncWith(listings.slice(0, 12).map(renamed))).counts['held'], 9);
  const next = await agency.syncWith([...listings.map(renamed), { id: 'N200', ref: 'DEV-A2', ...unit }]);
  t.deepEqual([next.counts['new'], next.counts['migrated']], [1, 8]);
  t.is((await agency.byReference()).get('DEV-A1')?.feedReferenceId, 'd1');
});

test('a listing in the trash does not come back as new under a new id', async (t) => {
  for (const thrown of [3, 12]) {
    const listings = kyeroListings(12);
    const agency = await agencyWith(t, listings);
    await Property.updateMany(
      { feedId: agency.feedId, reference: { $in: listings.slice(0, thrown).map(({ ref }) => String(ref)) } },
      { $set: { deletedAt: agency.clock.now() } },
    );
    const report = await agency.syncWith(listings.map(renamed));
    t.deepEqual(
      [report.counts['new'] ?? 0, report.counts['migrated'] ?? 0, report.counts['trashed']],
      [0, 12 - thrown, thrown],
    );
    const again = await agency.syncWith(listings.map(renamed));
    t.deepEqual([again.counts['new'] ?? 0, again.counts['missing'] ?? 0, again.counts['held'] ?? 0], [0, 0, 0]);
    const all = await agency.byReference();
    t.deepEqual([all.size, [...all.values()].filter(({ deletedAt }) => deletedAt).length], [12, thrown]);
  }
});

test('a dry run of an id change holds nothing that the real run would not', async (t) => {
  const listings = kyeroListings(40);
  const agency = await agencyWith(t, listings);
  const dry = await agency.syncWith(listings.map(renamed), { dryRun: true });
  t.deepEqual([dry.counts['migrated'], dry.counts['held'] ?? 0, dry.errors], [40, 0, []]);
  const real = await agency.syncWith(listings.map(renamed));
  t.deepEqual([real.counts['migrated'], real.counts['held'] ?? 0], [40, 0]);
});

test('row numbers for ids turn no listing into its neighbour; references keep them what they are', async (t) => {
  const numbered = (from: number) =>
    kyeroListings(30)
      .slice(from)
      .map((listing, row) => ({ ...listing, id: row + 1 }));
  const agency = await agencyWith(t, numbered(0));
  const before = await agency.byReference();
  await Property.updateOne(
    { _id: before.get('R-5')?._id },
    { $set: { publicationStatus: 'PUBLISHED', price: 777, lockedFields: ['price'] } },
  );
  const refused = await agency.syncWith(numbered(1));
  t.regex(refused.errors[0]?.message ?? '', /29 of 29 changed items carry another listing's reference/);
  const held = await agency.feed();
  t.is(held.lastStatus, 'held');
  t.regex(held.lastError ?? '', /idFrom/);
  t.deepEqual((await agency.byReference()).get('R-5')?.price, 777);
  await PropertyFeed.updateOne({ _id: agency.feedId }, { $set: { idFrom: 'reference' } });
  const settled = await agency.syncWith(numbered(1));
  t.deepEqual([settled.counts['migrated'], settled.counts['new'] ?? 0], [29, 0]);
  const after = await agency.byReference();
  for (const [reference, { _id }] of before) t.deepEqual(after.get(reference)?._id, _id);
  t.deepEqual([after.get('R-5')?.price, after.get('R-5')?.publicationStatus], [777, 'PUBLISHED']);
  const sold = await agency.syncWith(numbered(2));
  t.deepEqual([sold.counts['changed'] ?? 0, sold.counts['new'] ?? 0], [0, 0]);
});

test('a few ids that went over are taken as the feed says, and wait to be published', async (t) => {
  const listings = kyeroListings(30);
  const agency = await agencyWith(t, listings);
  await Property.updateMany({ feedId: agency.feedId }, { $set: { publicationStatus: 'PUBLISHED' } });
  const [one, other] = [listings[0] as Listing, listings[1] as Listing];
  const report = await agency.syncWith([
    { ...one, id: other['id'] as string },
    { ...other, id: one['id'] as string },
    ...listings.slice(2),
  ]);
  t.is(report.counts['changed'], 2);
  t.is(report.errors.filter(({ code }) => code === 'id-reused').length, 2);
  const pending = [...(await agency.listings()).values()].filter(
    ({ publicationStatus }) => publicationStatus === 'PENDING',
  );
  t.deepEqual(pending.map(({ feedReferenceId }) => feedReferenceId).sort(), ['k1', 'k2']);
});

test('a provider that changes its own id in a delta is recognised by the references', async (t) => {
  const transfer = (agent: string) =>
    `<propertyList>${['7', '8']
      .map(
        (id) =>
          `<residential modTime="2026-10-01-10:00:00" status="current"><agentID>${agent}</agentID>` +
          `<uniqueID>${id}</uniqueID><headline>House ${id}</headline><price>500000</price></residential>`,
      )
      .join('')}</propertyList>`;
  const server = await startFeedServer();
  t.teardown(() => server.close());
  const agency = await makeFeedAgency({ url: server.publish('/feed.xml', transfer('AG1')) });
  await agency.sync();
  const references = [...(await agency.listings()).values()].map(({ reference }) => reference);
  t.deepEqual(references.sort(), ['7', '8']);
  t.notRegex(JSON.stringify((await agency.feed()).lastReport), /known-reference/);
  server.publish('/feed.xml', transfer('AG2'));
  const report = await agency.sync();
  t.is(report.counts['new'], 2);
  t.regex(JSON.stringify((await agency.feed()).lastReport), /"code":"known-reference","count":2/);
});

test('a feed of one listing that answers with a well-formed error loses it to no one', async (t) => {
  for (const answer of [
    '<?xml version="1.0"?><root><error>Too many requests today</error></root>',
    '<properties><message>Feed being regenerated</message></properties>',
  ]) {
    const agency = await agencyWith(t, kyeroListings(1));
    for (let run = 0; run < 3; run += 1) await agency.syncWith(answer).catch(() => undefined);
    const [listing] = (await agency.listings()).values();
    t.is(listing?.status, 'ACTIVE');
    t.not((await agency.feed()).lastStatus, 'ok');
  }
});

test('an id change in any portions doubles nothing while the references stay', async (t) => {
  for (const portions of [3, 2]) {
    const listings = kyeroListings(12);
    const agency = await agencyWith(t, listings);
    const before = await agency.byReference();
    for (let portion = 1; portion <= portions; portion++) {
      const run = await agency.syncWith(
        listings.map((listing, i) => (i < (portion * 12) / portions ? renamed(listing) : listing)),
      );
      t.deepEqual(
        [run.counts['migrated'], run.counts['new'] ?? 0, run.counts['missing'] ?? 0, run.counts['held'] ?? 0],
        [12 / portions, 0, 0, 0],
      );
    }
    const after = await agency.byReference();
    for (const [reference, { _id }] of before)
      t.deepEqual([after.get(reference)?._id, after.get(reference)?.feedReferenceId?.[0]], [_id, 'N']);
  }
});

test('a listing entered again under its reference is the same, even in the trash; sale and rent are two', async (t) => {
  const listings = kyeroListings(6);
  const agency = await agencyWith(t, listings);
  await Property.updateOne(
    { feedId: agency.feedId, feedReferenceId: 'k2' },
    { $set: { deletedAt: agency.clock.now() } },
  );
  const next = listings
    .with(0, renamed(listings[0] as Listing))
    .with(1, renamed(listings[1] as Listing))
    .with(2, { ...renamed(listings[2] as Listing), price_freq: 'month' });
  const run = await agency.syncWith(next);
  t.deepEqual([run.counts['migrated'], run.counts['trashed'], run.counts['new'], run.counts['missing']], [1, 1, 1, 1]);
  const after = await agency.listings();
  t.deepEqual([...after.keys()].sort(), ['Nk1', 'Nk2', 'Nk3', 'k3', 'k4', 'k5', 'k6']);
  t.truthy(after.get('Nk2')?.deletedAt);
});

test('a listing that was known by its reference is the same one when its id comes', async (t) => {
  const listings = kyeroListings(6);
  const { id, ...later } = listings[5] as Listing;
  const agency = await agencyWith(t, [...listings.slice(0, 5), later]);
  const before = (await agency.listings()).get('R-6')?._id;
  const run = await agency.syncWith(listings);
  t.deepEqual([run.counts['migrated'], run.counts['new'] ?? 0, run.counts['missing'] ?? 0], [1, 0, 0]);
  t.deepEqual((await agency.listings()).get(String(id))?._id, before);
});

test('a row number that goes over to its neighbour is another listing, however few do', async (t) => {
  const agency = await agencyWith(
    t,
    kyeroListings(20).map((listing, i) => ({ ...listing, id: String(1 + i) })),
  );
  await Property.updateMany({ feedId: agency.feedId }, { $set: { publicationStatus: 'PUBLISHED' } });
  const sold = kyeroListings(20)
    .filter((_, i) => i !== 18)
    .map((listing, i) => ({ ...listing, id: String(1 + i) }));
  const run = await agency.syncWith(sold);
  t.true(
    run.errors.some(({ code }) => code === 'id-reused'),
    JSON.stringify(run.errors),
  );
  t.is((await agency.listings()).get('19')?.publicationStatus, 'PENDING');
});

test('a reference that several items bear, or that is none, names no listing under another id', async (t) => {
  for (const ref of ['Villa', 'n/a']) {
    const listings: Listing[] = kyeroListings(12).map((listing) => ({ ...listing, ref }));
    const agency = await agencyWith(t, listings);
    const run = await agency.syncWith([
      ...listings.filter(({ id }) => id !== 'k5'),
      { ...listings[4], id: 'x99', price: 777_000 } as Listing,
    ]);
    t.deepEqual([run.counts['new'], run.counts['missing'], run.counts['migrated'] ?? 0], [1, 1, 0]);
  }
});

test('a reference used again in another place is another listing, even after the first was purged', async (t) => {
  const listings = kyeroListings(6);
  const agency = await agencyWith(t, listings);
  const elsewhere = { ...renamed(listings[2] as Listing), town: 'Madrid' };
  const run = await agency.syncWith(listings.with(2, elsewhere as never));
  t.deepEqual([run.counts['new'], run.counts['missing'], run.counts['migrated'] ?? 0], [1, 1, 0]);
  await Property.updateOne(
    { feedId: agency.feedId, feedReferenceId: 'k4' },
    { $set: { deletedAt: agency.clock.now() } },
  );
  await leaveStubs({ slug: (await agency.listings()).get('k4')?.slug }, agency.clock.now());
  const again = await agency.syncWith(
    listings
      .with(2, elsewhere as never)
      .with(3, { ...renamed(listings[3] as Listing), town: 'Ronda', type: 'Garage' } as never),
  );
  t.is(again.counts['new'], 1);
});

test('an old file gives nothing its former id, nor puts on offer what was sold since', async (t) => {
  const dated = (listings: readonly Listing[], date: string) =>
    listings.map((listing) => ({ ...listing, date: `${date} 10:00:00` }));
  const old = dated(kyeroListings(12), '2026-01-01');
  const agency = await agencyWith(t, old);
  const newer = dated(kyeroListings(12), '2026-01-10').with(2, {
    ...renamed(kyeroListings(12)[2] as Listing),
    price: 5000,
    date: '2026-01-10 10:00:00',
  } as never);
  t.is((await agency.syncWith(newer)).counts['migrated'], 1);
  const replay = await agency.syncWith(old);
  t.deepEqual([replay.counts['older'], replay.counts['migrated'] ?? 0, replay.counts['new'] ?? 0], [12, 0, 0]);
  t.is((await agency.listings()).get('Nk3')?.price, 5000);
  const without = newer.filter((_, i) => i !== 2);
  await agency.syncWith(without);
  t.is((await agency.syncWith(without)).counts['withdrawn'], 1);
  t.is((await agency.syncWith(old)).counts['older'], 12);
  const after = await agency.listings();
  t.deepEqual([after.size, after.get('Nk3')?.status], [12, 'WITHDRAWN']);
  t.is((await agency.syncWith([...without, newer[2] as Listing])).counts['restored'], 1);
});

test('an item that is refused while its id changes speaks for its listing', async (t) => {
  const listings = kyeroListings(6);
  const agency = await agencyWith(t, listings);
  const images = Array.from(
    { length: 501 },
    (_, i) => `<image id="${i}"><url>https://img.example/${i}.jpg</url></image>`,
  ).join('');
  const feed = listings.with(2, { ...renamed(listings[2] as Listing), images } as never);
  for (let run = 0; run < 2; run++) t.is((await agency.syncWith(feed)).counts['missing'] ?? 0, 0);
  t.is((await agency.listings()).get('k3')?.status, 'ACTIVE');
});

test('many listings that a feed withdraws by a word are held also when they have other ids', async (t) => {
  const listings = kyeroListings(40);
  const agency = await agencyWith(t, listings);
  const run = await agency.syncWith(
    listings.map((listing, i) => (i < 15 ? { ...renamed(listing), status: 'withdrawn' } : listing)) as never,
  );
  t.is(
    [...(await agency.listings()).values()].filter(({ status }) => status === 'WITHDRAWN').length,
    0,
    JSON.stringify(run.counts),
  );
  t.is((await agency.feed()).lastStatus, 'held');
});

test('of a feed that is not whole nothing is known under another id', async (t) => {
  const paged = (listings: readonly Listing[], page: string) =>
    `<feed>${page}<properties>${listings
      .map(
        ({ id, ref, price }) =>
          `<property operation="write"><unique-id>${id}</unique-id><ref>${ref}</ref><title>House</title>` +
          `<price>${price}</price></property>`,
      )
      .join('')}</properties></feed>`;
  const listings = kyeroListings(6);
  const server = await startFeedServer();
  t.teardown(() => server.close());
  const agency = await makeFeedAgency({
    url: server.publish('/feed.xml', paged(listings, '')),
    format: 'GENERIC',
    mapping: {
      itemPath: 'feed/properties/property',
      fields: { id: 'unique-id', reference: 'ref', title: 'title', price: 'price' },
    },
  });
  await agency.sync();
  server.publish(
    '/feed.xml',
    paged(
      listings.filter(({ id }) => id !== 'k3').concat({ ...renamed(listings[2] as Listing) } as never),
      '<metadata><multipage><current>1</current><last>2</last></multipage></metadata>',
    ),
  );
  const run = await agency.sync();
  t.deepEqual([run.counts['new'], run.counts['migrated'] ?? 0, (await agency.listings()).has('k3')], [1, 0, true]);
});
