import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import path from 'node:path';
import { PropertyFeed } from '../../../shared/models/property-feed.ts';
import test, { type ExecutionContext } from 'ava';
import { Property } from '../../../shared/models/property.ts';
import { databaseUri, useDatabase } from '../../doubles/database.ts';
import { kyeroFeed, kyeroListings, makeFeedAgency, type FeedAgency } from '../../doubles/feed-agency.ts';
import { startFeedServer } from '../../doubles/feed-server.ts';
import { choose } from '../../doubles/chosen.ts';

useDatabase(test);

const program = path.resolve(import.meta.dirname, '../../doubles/sync-feeds-process.ts');
const processes: number[] = [];

type Listing = Record<string, string | number>;

/** An hour after the last run. @returns whether it was killed before the write */
function isKilledAt(agency: FeedAgency, write: number): Promise<boolean> {
  agency.clock.advance(3_600_000);
  const { promise, resolve, reject } = Promise.withResolvers<boolean>();
  const time = agency.clock.now().toISOString();
  const args = [program, databaseUri(), agency.feedId.toHexString(), time, String(write)];
  const child = execFile(process.execPath, args, (error, stdout, stderr) => {
    if (error?.signal === 'SIGKILL') resolve(true);
    else if (error) reject(new Error(`${error.message}\n${stderr}`));
    else resolve(!/^\d+ writes$/m.test(stdout));
  });
  processes.push(child.pid as number);
  return promise;
}

/** Times, and fields that differ by agency. */
const ofThisRun: ReadonlySet<string> = new Set(
  '_id createdAt updatedAt feedId locationId slug missingSince heldSince feedItemHash'.split(' '),
);

/** Without times. */
async function stateOf(agency: FeedAgency): Promise<unknown> {
  const listings = [...(await agency.listings()).values()].map((listing) => ({
    ...Object.fromEntries(Object.entries(listing).filter(([field]) => !ofThisRun.has(field))),
    id: listing.feedReferenceId,
    isPresent: Boolean(listing.feedItemHash),
    isMissing: Boolean(listing.missingSince),
    isHeld: Boolean(listing.heldSince),
  }));
  const { lastStatus, itemCount, removalGuard, migratingSince, formHold } = await agency.feed();
  return {
    listings: listings.sort((one, other) => (String(one.id) < String(other.id) ? -1 : 1)),
    feed: { lastStatus, itemCount, held: removalGuard?.count, migrating: Boolean(migratingSince), formHold },
  };
}

async function agencyBefore(t: ExecutionContext, feeds: readonly (readonly Listing[])[]): Promise<FeedAgency> {
  const server = await startFeedServer();
  t.teardown(() => server.close());
  const agency = await makeFeedAgency({ url: `${server.origin}/feed.xml` });
  for (const [i, listings] of feeds.entries()) {
    server.publish('/feed.xml', kyeroFeed(listings));
    if (i < feeds.length - 1) await agency.sync();
    if (i === 0) await Property.updateMany({ feedId: agency.feedId }, { $set: { publicationStatus: 'PUBLISHED' } });
  }
  return agency;
}

/** @returns whether it came that far */
async function isStoppedAt(agency: FeedAgency, write: number): Promise<boolean> {
  const stopped = Promise.withResolvers<true>();
  let writes = 0;
  const assertHeld = (): Promise<void> => {
    writes += 1;
    if (writes < write) return Promise.resolve();
    stopped.resolve(true);
    return new Promise(() => undefined);
  };
  const isStopped = await Promise.race([stopped.promise, agency.sync({ assertHeld }).then(() => false)]);
  // Its claim ends with its lease.
  if (isStopped) await PropertyFeed.updateOne({ _id: agency.feedId }, { $set: { 'claim.until': new Date(0) } });
  return isStopped;
}

type Kill = (agency: FeedAgency, write: number) => Promise<boolean>;

/** A third of the writes (`npm run test:kills`: each); the next run must end as an undisturbed one. */
async function assertUnharmed(
  t: ExecutionContext,
  feeds: readonly (readonly Listing[])[],
  kill: Kill = isStoppedAt,
  last = Infinity,
): Promise<void> {
  const undisturbed = await agencyBefore(t, feeds);
  let writes = 0;
  await undisturbed.sync({ assertHeld: () => Promise.resolve(void (writes += 1)) });
  t.true(writes >= 3, `${writes} writes`);
  const expected = await stateOf(undisturbed);
  await undisturbed.sync();
  const expectedNext = await stateOf(undisturbed);
  const all = Math.min(writes, last);
  for (const write of choose(t, 'writes', all, Math.ceil(all / 3))) {
    const agency = await agencyBefore(t, feeds);
    const ids = new Set([...(await agency.listings()).values()].map(({ _id }) => String(_id)));
    t.true(await kill(agency, write), `killed before write ${write}`);
    t.is((await agency.sync()).status, 'succeeded');
    t.deepEqual(await stateOf(agency), expected, `killed before write ${write}`);
    const kept = [...(await agency.listings()).values()].filter(({ _id }) => ids.has(String(_id)));
    t.is(kept.length, ids.size, 'every listing is still the one that it was');
    await agency.sync();
    t.deepEqual(await stateOf(agency), expectedNext, `killed before write ${write}, another run later`);
  }
  const left = readdirSync(tmpdir()).filter((name) =>
    processes.some((pid) => name.startsWith(`estio-cron-feed-${userInfo().uid}-${pid}-`)),
  );
  t.deepEqual(left, []);
}

const dearer = (listing: Listing): Listing => ({ ...listing, price: 7 + Number(listing['price']) });
const renamed = (listing: Listing): Listing => ({ ...listing, id: `n${listing['id']}` });

test('a process that is killed leaves nothing that the next run does not complete', async (t) => {
  const all = kyeroListings(600);
  await assertUnharmed(t, [all], isKilledAt, 4);
  await assertUnharmed(t, [all, all.map(renamed)], isKilledAt, 4);
});

test('a first import that ends at any of its writes is completed by the next run', async (t) => {
  await assertUnharmed(t, [kyeroListings(450)]);
});

test('changes of every kind that end at any of their writes are completed by the next run', async (t) => {
  const all = kyeroListings(60);
  const without = (...gone: number[]): Listing[] => all.filter((_, i) => !gone.includes(i));
  const changed = without(50, 51, 52, 53).map((listing, i) =>
    i < 5 ? renamed(listing) : i < 15 ? dearer(listing) : i < 17 ? { ...listing, status: 'withdrawn' } : listing,
  );
  await assertUnharmed(t, [all, without(50, 51, 52), [...changed, ...kyeroListings(4, 100)]]);
});

test('an id change that ends at any of its writes doubles nothing and loses nothing', async (t) => {
  const all = kyeroListings(40);
  await assertUnharmed(t, [all, [...all.slice(0, 36).map(renamed), ...kyeroListings(2, 100)]]);
});

test('a hold that ends at any of its writes is raised again, and nothing is withdrawn', async (t) => {
  const all = kyeroListings(40);
  await assertUnharmed(t, [all, all.slice(0, 20).map((listing, i) => (i < 3 ? dearer(listing) : listing))]);
});
