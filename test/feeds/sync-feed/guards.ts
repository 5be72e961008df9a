import test, { type ExecutionContext } from 'ava';
import { Property, type PropertyDoc } from '../../../shared/models/property.ts';
import { chooseFrom } from '../../doubles/chosen.ts';
import { useDatabase } from '../../doubles/database.ts';
import { kyeroFeed, kyeroListings, makeFeedAgency, type FeedAgency } from '../../doubles/feed-agency.ts';
import { startFeedServer } from '../../doubles/feed-server.ts';
import { seeded } from '../../doubles/seeded.ts';

useDatabase(test);

type Listing = Record<string, string | number>;
const count = 3000;
/** First batch, middle, near the end. */
const places = [10, 850, 2000, 2990];

interface Imported extends FeedAgency {
  syncWith(listings: readonly Listing[], parameters?: { confirmRemovals?: boolean; dryRun?: boolean }): SyncReport;
}
type SyncReport = ReturnType<FeedAgency['sync']>;

/** Imported and published. */
async function imported(t: ExecutionContext, listings: readonly Listing[], fields = {}): Promise<Imported> {
  const server = await startFeedServer();
  t.teardown(() => server.close());
  const agency = await makeFeedAgency({ url: server.publish('/feed.xml', kyeroFeed(listings)), ...fields });
  t.is((await agency.sync()).counts['new'], listings.length);
  await Property.updateMany({ feedId: agency.feedId }, { $set: { publicationStatus: 'PUBLISHED' } });
  return {
    ...agency,
    syncWith(next, parameters = {}) {
      server.publish('/feed.xml', kyeroFeed(next));
      return agency.sync({ parameters });
    },
  };
}

/** In two runs, nothing may change. */
async function assertHeld(
  t: ExecutionContext,
  agency: Imported,
  before: ReadonlyMap<string, PropertyDoc>,
  listings: readonly Listing[],
  code: string,
): Promise<void> {
  for (let run = 0; run < 2; run++) {
    const report = await agency.syncWith(listings);
    t.is(report.errors.at(-1)?.code, code);
    t.regex(report.errors.at(-1)?.message ?? '', /Nothing was changed/);
  }
  t.deepEqual(await agency.listings(), before);
  const { lastStatus, lastError } = await agency.feed();
  t.is(lastStatus, 'held');
  t.true(lastError?.endsWith(`--feed-id ${agency.feedId.toHexString()} --confirm-removals`), lastError);
}

const numbered = (listings: readonly Listing[]): Listing[] =>
  listings.map((listing, row) => ({ ...listing, id: row + 1 }));
const without = (listing: Listing, name: string): Listing =>
  Object.fromEntries(Object.entries(listing).filter(([field]) => field !== name));
const dearer = (listing: Listing): Listing => ({ ...listing, price: 7 + Number(listing['price']) });

test('row numbers for ids: wherever a listing is sold, nothing gets the data of its neighbour', async (t) => {
  const all = kyeroListings(count);
  const agency = await imported(t, numbered(all));
  const before = await agency.listings();
  for (const at of chooseFrom(t, 'places', places, 1)) {
    const left = all.filter((_, i) => i !== at);
    await assertHeld(t, agency, before, numbered(left), 'ids-moved');
    const someDearer = left.map((listing, i) => (i % 3 === 0 ? dearer(listing) : listing));
    await assertHeld(t, agency, before, numbered(someDearer), 'ids-moved');
  }
});

test('row numbers for ids of listings without references are recognised by their places', async (t) => {
  const all = kyeroListings(300).map((listing) => without(listing, 'ref'));
  const agency = await imported(t, numbered(all));
  const before = await agency.listings();
  for (const at of [10, 290])
    await assertHeld(t, agency, before, numbered(all.filter((_, i) => i !== at)), 'ids-moved');
});

test('a form that changes: wherever fields begin to vanish, no listing is emptied', async (t) => {
  const all = kyeroListings(count);
  const agency = await imported(t, all, { format: 'KYERO' });
  const before = await agency.listings();
  const bare = ({ id }: Listing): Listing => ({ id: id as string, currency: '', type: '', town: '' });
  for (const at of chooseFrom(t, 'places', places, 1))
    await assertHeld(
      t,
      agency,
      before,
      all.map((listing, i) => (i < at ? listing : bare(listing))),
      'format-changed',
    );
  const mixed = all.map((listing, i) => (i >= 2990 ? bare(listing) : i % 3 === 0 ? dearer(listing) : listing));
  const report = await agency.syncWith(mixed);
  t.like(report.counts, { changed: 997, hollow: 10 }, 'the others are updated');
  const after = await agency.listings();
  t.is(after.get('k2995')?.price, before.get('k2995')?.price);
  t.is(after.get('k1')?.price, 101_007);
  t.like(await agency.feed(), { lastStatus: 'held' });
  t.like((await agency.syncWith(mixed, { confirmRemovals: true })).counts, { changed: 10, hollow: undefined });
  t.is((await agency.listings()).get('k2995')?.price, null);
});

test('19 of 100 withdrawn by a word and 15 absent are one removal of 34, and held', async (t) => {
  const all = kyeroListings(100);
  const agency = await imported(t, all);
  const left = all.slice(0, 85).map((listing, i) => (i < 19 ? { ...listing, status: 'withdrawn' } : listing));
  const before = (await agency.listings()).size;
  for (let run = 0; run < 3; run++)
    t.like((await agency.syncWith(left)).counts, { held: 34, withdrawn: 0, changed: 0 });
  const statuses = async (): Promise<number> =>
    [...(await agency.listings()).values()].filter(({ status }) => status === 'WITHDRAWN').length;
  t.is(await statuses(), 0);
  t.regex((await agency.feed()).lastError ?? '', /^34 of 100 listings left the feed .*--confirm-removals$/);
  t.is((await agency.syncWith(left, { confirmRemovals: true })).counts['withdrawn'], 34);
  t.deepEqual([await statuses(), (await agency.listings()).size], [34, before]);
});

test('the same feed in another order is the same feed', async (t) => {
  const all = kyeroListings(count);
  const agency = await imported(t, all);
  const before = await agency.listings();
  const random = seeded(7);
  const shuffled = all
    .map((listing) => [random(), listing] as const)
    .sort(([one], [other]) => one - other)
    .map(([, listing]) => listing);
  t.like((await agency.syncWith(shuffled)).counts, { same: count, changed: 0 });
  t.deepEqual(await agency.listings(), before);
});

test('ids that were missing come back while a third of the prices change: no twins stay on offer', async (t) => {
  const all: Listing[] = kyeroListings(count).map((listing, i) => ({
    ...without(listing, 'ref'),
    town: `Town ${i}`,
    surface_area: `<built>${50 + (i % 200)}</built>`,
  }));
  const withoutId = (listing: Listing): Listing => without(listing, 'id');
  const agency = await imported(t, all.map(withoutId), { format: 'KYERO', mode: 'snapshot' });
  const before = new Map([...(await agency.listings()).values()].map(({ city, _id }) => [city, _id]));
  for (const at of chooseFrom(t, 'places', places, 2).toSorted((a, b) => b - a)) {
    const back = all.map((listing, i) => {
      const known = i < at ? withoutId(listing) : listing;
      return i % 3 === 0 ? { ...known, price: Number(known['price']) + at } : known;
    });
    t.like((await agency.syncWith(back)).counts, { new: 0, missing: undefined, held: undefined });
    const after = [...(await agency.listings()).values()];
    t.is(after.length, count);
    t.true(after.every(({ city, _id, status }) => status === 'ACTIVE' && before.get(city)?.equals(_id)));
    t.is(after.filter(({ feedReferenceId }) => !feedReferenceId?.startsWith('hash-')).length, count - at);
    t.is(after.find(({ city }) => city === 'Town 0')?.price, 101_000 + at);
  }
});
