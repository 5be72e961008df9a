import test from 'ava';
import { Types } from 'mongoose';
import type { FeedLogin } from '../../../shared/feeds/fetch/page-request.ts';
import { addFeed, changeFeed, pauseFeed } from '../../../shared/feeds/settings/keep-feed.ts';
import { requireFeed } from '../../../shared/feeds/settings/require-feed.ts';
import { PropertyFeed, type PropertyFeedDoc } from '../../../shared/models/property-feed.ts';
import { readConfig } from '../../../shared/platform/config.ts';
import { openCredentials } from '../../../shared/platform/crypto.ts';
import { useDatabase } from '../../doubles/database.ts';

useDatabase(test);

const config = readConfig({ CREDENTIALS_KEY: Buffer.alloc(32, 7).toString('base64') });
const url = 'https://a.example/x.xml';
const loginOf = ({ _id, auth }: PropertyFeedDoc) =>
  auth === undefined ? undefined : openCredentials<FeedLogin>(auth, _id.toHexString(), config);
const newLocation = () => new Types.ObjectId();

test('a feed is added to its location with its settings, and once only', async (t) => {
  const locationId = newLocation();
  const feed = await addFeed({ locationId, values: { url, name: 'Villas', mode: null, country: 'CY' } }, config);
  t.like(await PropertyFeed.findById(feed._id).lean(), {
    locationId,
    url,
    name: 'Villas',
    country: 'CY',
    format: 'AUTO',
  });
  for (const twin of [url, 'https://A.example:443/x.xml#top', 'https://me:pass@a.example/x.xml'])
    await t.throwsAsync(addFeed({ locationId, values: { url: twin } }, config), {
      code: 'usage',
      message: new RegExp(`already has a feed with this address: ${String(feed._id)}`),
    });
  await t.notThrowsAsync(addFeed({ locationId: newLocation(), values: { url } }, config), 'of another location');
});

test('a login is sealed, wherever it was given; without a key none is kept', async (t) => {
  const inAddress = 'https://me:pass%3Aword@a.example/y.xml';
  for (const [values, login, kept] of [
    [{ url: 'https://a.example/z.xml' }, { username: 'u', password: 'p' }, { username: 'u', password: 'p' }],
    [{ url: inAddress }, undefined, { username: 'me', password: 'pass:word' }],
    [{ url: inAddress }, { username: 'u', password: 'p' }, { username: 'u', password: 'p' }],
    [{ url: inAddress }, null, undefined],
    [{ url: 'sftp://me@a.example/out/' }, { username: 'me', privateKey: 'k' }, { username: 'me', privateKey: 'k' }],
  ] as const) {
    const feed = await addFeed({ locationId: newLocation(), values, login }, config);
    t.deepEqual(loginOf(feed), kept);
    t.notRegex(feed.url, /me/);
  }
  const keyless = readConfig({});
  await t.throwsAsync(addFeed({ locationId: newLocation(), values: { url: inAddress } }, keyless), {
    code: 'credentials-key',
  });
});

test('settings are changed and removed; a login goes to no other server unless it is given for it', async (t) => {
  const locationId = newLocation();
  const login = { username: 'u', password: 'p' };
  const added = await addFeed({ locationId, values: { url, mode: 'delta' }, login }, config);
  await PropertyFeed.updateOne({ _id: added._id }, { $set: { hostKey: 'SHA256:x', processedFiles: ['a'] } });
  const feed = await requireFeed(String(added._id));
  const changed = await changeFeed(feed, { values: { mode: null, name: 'Flats' } }, config);
  t.like(changed, { name: 'Flats', mode: undefined, hostKey: 'SHA256:x' });
  const nearby = await changeFeed(feed, { values: { url: 'https://a.example/new.xml' } }, config);
  t.deepEqual(loginOf(nearby), login);
  const elsewhere = { values: { url: 'https://b.example/x.xml' } };
  await t.throwsAsync(changeFeed(feed, elsewhere, config), {
    code: 'usage',
    message: /login is for a\.example\. Enter the login for b\.example/,
  });
  const moved = await changeFeed(feed, { ...elsewhere, login: null }, config);
  t.like(moved, { url: 'https://b.example/x.xml', hostKey: undefined, processedFiles: undefined, auth: undefined });
  const other = newLocation();
  await PropertyFeed.updateOne({ _id: feed._id }, { $set: { companyId: newLocation() } });
  t.like(await changeFeed(moved, { values: {}, locationId: other }, config), {
    locationId: other,
    companyId: undefined,
  });
});

test('a feed is paused and resumed; one that is not there is reported with those that are', async (t) => {
  const feed = await addFeed({ locationId: newLocation(), values: { url } }, config);
  await pauseFeed(feed, true);
  t.false((await requireFeed(String(feed._id))).isActive);
  await pauseFeed(feed, false);
  t.true((await requireFeed(String(feed._id))).isActive);
  for (const id of ['x', '', '0'.repeat(24)])
    await t.throwsAsync(requireFeed(id), { code: 'usage', message: /No feed has the id .*there are .*\(a\.example\)/ });
});
