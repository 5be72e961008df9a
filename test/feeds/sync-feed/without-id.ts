import test, { type ExecutionContext } from 'ava';
import { Property } from '../../../shared/models/property.ts';
import { leaveStubs } from '../../../shared/trash/feed-stubs.ts';
import { useDatabase } from '../../doubles/database.ts';
import { kyeroFeed, kyeroListings, makeFeedAgency } from '../../doubles/feed-agency.ts';
import { startFeedServer } from '../../doubles/feed-server.ts';

useDatabase(test);

type Listing = Record<string, string | number>;

const withoutId = ({ id, ...listing }: Listing): Listing => (id === undefined ? listing : listing);

async function agencyWith(t: ExecutionContext, listings: readonly Listing[], fields: Record<string, unknown> = {}) {
  const server = await startFeedServer();
  t.teardown(() => server.close());
  const agency = await makeFeedAgency({ url: server.publish('/feed.xml', kyeroFeed(listings)), ...fields });
  t.is((await agency.sync()).counts['new'], listings.length);
  return {
    ...agency,
    syncWith: (next: readonly Listing[] | string, parameters = {}) => {
      server.publish('/feed.xml', typeof next === 'string' ? next : kyeroFeed(next));
      return agency.sync({ parameters });
    },
  };
}

/** Listings that came, went or changed. */
function moves({ counts }: { counts: Record<string, number> }): Record<string, number> {
  return Object.fromEntries(
    ['new', 'changed', 'missing', 'withdrawn', 'migrated', 'held'].flatMap((name) =>
      counts[name] ? [[name, counts[name]]] : [],
    ),
  );
}

test('an item that has lost its id is the listing of its reference, and so it is when the id is back', async (t) => {
  const listings = kyeroListings(6);
  const agency = await agencyWith(t, listings);
  const before = (await agency.listings()).get('k3')?._id;
  const cheaper = { ...(listings[2] as Listing), price: 99_000 };
  const damaged = listings.with(2, withoutId(cheaper));
  t.deepEqual(moves(await agency.syncWith(damaged)), { changed: 1 });
  t.deepEqual(moves(await agency.syncWith(damaged)), {});
  t.deepEqual(moves(await agency.syncWith(listings.with(2, cheaper))), {});
  const after = await agency.listings();
  t.deepEqual([after.size, after.get('k3')?._id, after.get('k3')?.price], [6, before, 99_000]);
});

test('an item without an id next to the one that has it is a separate listing, whichever comes first', async (t) => {
  const listings = kyeroListings(6);
  const agency = await agencyWith(t, listings);
  const second = { ...withoutId(listings[2] as Listing), town: 'Ronda' };
  for (const feed of [
    [...listings, second],
    [second, ...listings],
  ]) {
    const run = await agency.syncWith(feed);
    t.is(run.counts['missing'] ?? 0, 0);
    t.deepEqual(moves(await agency.syncWith(feed)), {});
  }
  const after = await agency.listings();
  t.deepEqual([after.size, after.get('k3')?.city === 'Ronda', after.get('R-3')?.city], [7, false, 'Ronda']);
});

test('a listing in the trash does not come back because its item has lost the id', async (t) => {
  const listings = kyeroListings(6);
  const agency = await agencyWith(t, listings);
  await Property.updateOne(
    { feedId: agency.feedId, feedReferenceId: 'k3' },
    { $set: { deletedAt: agency.clock.now() } },
  );
  t.deepEqual(
    moves(await agency.syncWith(listings.with(2, withoutId({ ...(listings[2] as Listing), price: 1000 })))),
    {},
  );
  t.is((await agency.listings()).size, 6);
});

test('when most items have lost their ids, the feed has other ids now', async (t) => {
  const listings = kyeroListings(10);
  const agency = await agencyWith(t, listings);
  t.deepEqual(moves(await agency.syncWith(listings.map(withoutId))), { migrated: 10 });
  t.true((await agency.listings()).has('R-3'));
});

test('a broken item that tells only its reference speaks for the listing that has it', async (t) => {
  const listings = kyeroListings(6);
  const agency = await agencyWith(t, listings);
  const broken = kyeroFeed(listings.filter(({ id }) => id !== 'k5')).replace(
    '<id>k3</id>',
    '<i<?xml version="1.0"?>d>k3</id>',
  );
  const first = await agency.syncWith(broken);
  t.deepEqual([first.counts['refused'], moves(first)], [1, { missing: 1 }]);
  t.deepEqual(moves(await agency.syncWith(broken)), { withdrawn: 1 });
  const after = await agency.listings();
  t.deepEqual([after.get('k3')?.status, after.get('k5')?.status], ['ACTIVE', 'WITHDRAWN']);
});

test('a change that has lost its id applies to the listing of its reference', async (t) => {
  const listings = kyeroListings(3);
  const agency = await agencyWith(t, listings, { mode: 'delta' });
  t.deepEqual(moves(await agency.syncWith([withoutId({ ...(listings[1] as Listing), price: 77_000 })])), {
    changed: 1,
  });
  t.deepEqual([(await agency.listings()).size, (await agency.listings()).get('k2')?.price], [3, 77_000]);
});

test('a feed that never had ids keeps what came of it before it was cut', async (t) => {
  const listings = kyeroListings(15).map(withoutId);
  const agency = await agencyWith(t, listings.slice(0, 10));
  const cut = kyeroFeed(listings).slice(0, -8);
  t.deepEqual(moves(await agency.syncWith(cut)), { new: 5 });
});

test('some items have lost their ids and a new one has none: none is doubled, nothing goes missing', async (t) => {
  const listings = kyeroListings(10);
  const agency = await agencyWith(t, listings);
  const [fresh] = kyeroListings(1, 77).map(withoutId);
  const next = [
    ...listings.slice(0, 5),
    ...listings.slice(5).map((listing) => ({ ...withoutId(listing), price: 5000 })),
    fresh as Listing,
  ];
  t.deepEqual(moves(await agency.syncWith(next)), { new: 1, changed: 5 });
  t.deepEqual(moves(await agency.syncWith(next)), {});
});

test("a reference that staff have locked is not the feed's", async (t) => {
  const listings = kyeroListings(6);
  const agency = await agencyWith(t, listings);
  await Property.updateOne(
    { feedId: agency.feedId, feedReferenceId: 'k3' },
    { $set: { reference: 'OURS-9', lockedFields: ['reference'], feedValues: { reference: 'R-3' } } },
  );
  t.deepEqual(moves(await agency.syncWith(listings.with(2, withoutId({ ...(listings[2] as Listing), price: 5000 })))), {
    changed: 1,
  });
  const broken = kyeroFeed(listings).replace('<id>k3</id>', '<i<?xml version="1.0"?>d>k3</id>');
  for (let run = 0; run < 2; run++) t.deepEqual(moves(await agency.syncWith(broken)), {});
  const house = { ...withoutId(listings[2] as Listing), ref: 'OURS-9' };
  t.deepEqual(
    moves(await agency.syncWith([...listings, house])),
    { new: 1, changed: 1 },
    'another house of the feed that bears it by chance',
  );
  t.is((await agency.listings()).get('k3')?.reference, 'OURS-9');
});

test('an item without an id in another place and of another type is another listing', async (t) => {
  const listings = kyeroListings(3);
  const agency = await agencyWith(t, listings, { mode: 'delta' });
  t.deepEqual(moves(await agency.syncWith([{ ...withoutId(listings[1] as Listing), town: 'Ronda', type: 'Garage' }])), {
    new: 1,
  });
  t.is((await agency.listings()).get('k2')?.city, 'Altea');
});

test('a listing counts alongside a broken item of the same id, whichever comes first', async (t) => {
  const listings = kyeroListings(3);
  const agency = await agencyWith(t, listings);
  const [fresh] = kyeroListings(1, 9) as [Listing];
  const whole = kyeroFeed([...listings, fresh]);
  const broken = '<property><id>k9</id><ref>R-9</ref><bro<ken></property>';
  for (const feed of [
    whole.replace('<property>', `${broken}<property>`),
    whole.replace('</root>', `${broken}</root>`),
  ]) {
    await Property.deleteOne({ feedId: agency.feedId, feedReferenceId: 'k9' });
    const run = await agency.syncWith(feed);
    t.deepEqual([run.counts['refused'], moves(run)], [1, { new: 1 }]);
  }
});

test('a reference that is the id of another listing means the one that bears it', async (t) => {
  const listings: Listing[] = kyeroListings(30).map((listing, i) => ({
    ...listing,
    id: String(100 + i),
    ref: String(110 + i),
  }));
  const agency = await agencyWith(t, listings);
  const damaged = listings.with(5, withoutId({ ...(listings[5] as Listing), price: 190_000 }));
  t.deepEqual(moves(await agency.syncWith(damaged)), { changed: 1 });
  t.deepEqual(moves(await agency.syncWith(damaged)), {});
  const after = await agency.listings();
  t.deepEqual(
    [after.size, after.get('105')?.price, after.get('115')?.price, after.get('115')?.reference],
    [30, 190_000, Number(listings[15]?.['price']), '125'],
  );
  const delta = await agencyWith(t, listings, { mode: 'delta' });
  t.deepEqual(moves(await delta.syncWith([withoutId({ ...(listings[5] as Listing), price: 77_000 })])), { changed: 1 });
  t.is((await delta.listings()).get('105')?.price, 77_000);
});

test("an item without id whose reference is another's id is its own listing from the first import on", async (t) => {
  const listings = kyeroListings(4).map((listing, i) => ({ ...listing, id: String(1000 + i), ref: String(2000 + i) }));
  const [own] = kyeroListings(1, 9);
  const feed = [{ ...withoutId(own as Listing), ref: '1002' }, ...listings];
  const agency = await agencyWith(t, feed);
  t.deepEqual(moves(await agency.syncWith(feed)), {});
  t.deepEqual(
    [(await agency.listings()).get('1002')?.reference, (await agency.listings()).get('ref:1002')?.reference],
    ['2002', '1002'],
  );
});

test('what exporters write for want of an id is none', async (t) => {
  const listings = kyeroListings(4).map((listing, i) => ({ ...listing, id: ['0', 'null', '-', 'N/A'][i] as string }));
  const agency = await agencyWith(t, listings);
  t.deepEqual([...(await agency.listings()).keys()].sort(), ['R-1', 'R-2', 'R-3', 'R-4']);
});

test('an item without an id that may be one of several listings takes none of them, and none is missed', async (t) => {
  const listings = kyeroListings(6);
  const double = { ...(listings[2] as Listing), id: 'k7' };
  const agency = await agencyWith(t, [...listings, double]);
  const [lost] = [withoutId(listings[2] as Listing)];
  const run = await agency.syncWith([...listings.filter(({ id }) => id !== 'k3'), lost as Listing]);
  t.deepEqual([run.counts['refused'], moves(run)], [1, {}]);
  t.true(run.errors.some(({ code }) => code === 'ambiguous-reference'));
});

test('a delta that brings a listing and changes it by reference ends the same however often it comes', async (t) => {
  const agency = await agencyWith(t, kyeroListings(2), { mode: 'delta' });
  const [fresh] = kyeroListings(1, 9) as [Listing];
  for (let run = 0; run < 2; run++) {
    await agency.syncWith([fresh, withoutId({ ...fresh, price: 777_000 })]);
    t.deepEqual([(await agency.listings()).size, (await agency.listings()).get('k9')?.price], [3, 777_000]);
  }
});

test('what was thrown away and purged does not come back with an item that has lost its id', async (t) => {
  const listings = kyeroListings(6);
  const agency = await agencyWith(t, listings);
  await Property.updateOne(
    { feedId: agency.feedId, feedReferenceId: 'k3' },
    { $set: { deletedAt: agency.clock.now() } },
  );
  t.is(await leaveStubs({ slug: (await agency.listings()).get('k3')?.slug }, agency.clock.now()), 1);
  t.deepEqual(moves(await agency.syncWith(listings.with(2, withoutId(listings[2] as Listing)))), {});
  t.deepEqual(moves(await agency.syncWith(listings.with(2, { ...(listings[2] as Listing), id: 'new-id' }))), {});
  t.is((await agency.listings()).size, 6);
});

test('where references are the ids, a broken item that tells only a row number holds what is missing', async (t) => {
  const listings = kyeroListings(6).map((listing, i) => ({ ...listing, id: String(1 + i) }));
  const agency = await agencyWith(t, listings, { idFrom: 'reference' });
  const broken = kyeroFeed(listings).replace('<ref>R-3</ref>', '<bro<ken>');
  const run = await agency.syncWith(broken);
  t.deepEqual([run.counts['refused'], run.counts['missing'] ?? 0], [1, 0]);
  await agency.syncWith(broken);
  t.is((await agency.listings()).get('R-3')?.status, 'ACTIVE');
});

test('an item that comes twice without its id is one listing', async (t) => {
  const listings = kyeroListings(6);
  const agency = await agencyWith(t, listings);
  const lost = withoutId({ ...(listings[2] as Listing), price: 5000 });
  const run = await agency.syncWith([...listings.filter(({ id }) => id !== 'k3'), lost, lost]);
  t.deepEqual([moves(run), run.counts['duplicates']], [{ changed: 1 }, 1]);
  t.is((await agency.listings()).size, 6);
});
