import { createRequire } from 'node:module';
import { cp, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import anyTest, { type TestFn } from 'ava';
import { Types } from 'mongoose';
import type { Page } from 'puppeteer-core';
import { Account } from '../../shared/models/account.ts';
import { Event } from '../../shared/models/event.ts';
import { JobRun } from '../../shared/models/job-run.ts';
import { Location } from '../../shared/models/location.ts';
import { models } from '../../shared/models/index.ts';
import { Property } from '../../shared/models/property.ts';
import { PropertyFeed } from '../../shared/models/property-feed.ts';
import { launchBrowser, type LaunchedBrowser } from '../../shared/platform/browser.ts';
import { startAdapter, type TestAdapter } from '../doubles/adapter.ts';
import { databaseUri, useDatabase } from '../doubles/database.ts';
import { startFeedServer, type FeedServer } from '../doubles/feed-server.ts';
import { useTestJobs } from '../doubles/test-jobs.ts';
import { testBrowser } from '../doubles/test-browser.ts';

const test = anyTest as TestFn;
useDatabase(test, models);
const jobsFolder = useTestJobs(test, 'functions');

const password = 'password-of-the-page';
const releases: (() => Promise<unknown>)[] = [];
const locationId = new Types.ObjectId();
const accountId = new Types.ObjectId();
const [kyeroId, housesId, silentId] = [new Types.ObjectId(), new Types.ObjectId(), new Types.ObjectId()];
let adapter: TestAdapter;
let server: FeedServer;
let chromium: LaunchedBrowser;

test.serial.before('start an adapter with feeds and a mailbox, and a browser', async () => {
  server = await startFeedServer();
  releases.push(() => server.close());
  const environment = { MONGODB_URI: databaseUri(), STATUS_PASSWORD: password, FEED_ALLOW_PRIVATE: '1' };
  adapter = await startAdapter(
    { teardown: (release) => releases.push(release) },
    { args: ['--functions', jobsFolder()], environment },
  );
  await Location.create({ _id: locationId, name: 'Aphrodite' });
  await Account.create({ _id: accountId, locationId, provider: 'gmail', email: 'eleni@aphrodite.example' });
  const feeds = [
    { _id: kyeroId, name: 'Villas', url: server.publish('/kyero.xml', kyero(30)) },
    { _id: housesId, name: 'Houses', url: server.publish('/houses.xml', houses), isActive: false },
    { _id: silentId, name: 'Silent', url: server.publish('/silent.xml', () => undefined), isActive: false },
  ];
  for (const feed of feeds) await PropertyFeed.create({ locationId, ...feed });
  chromium = await launchBrowser(testBrowser);
  releases.push(() => chromium.close());
});

test.after.always('stop them', async () => {
  for (const release of releases.reverse()) await release();
});

function kyero(count: number): string {
  const villas = Array.from(
    { length: count },
    (_, index) =>
      `<property><id>v${index + 1}</id><ref>AE-${index}</ref><price>${200_000 + index}</price>` +
      '<currency>EUR</currency><price_freq>sale</price_freq><type>Villa</type><town>Paphos</town>' +
      '<country>Cyprus</country><beds>3</beds></property>',
  );
  return `<root><kyero><feed_version>3</feed_version></kyero>${villas.join('')}</root>`;
}

const houses = `<houses>${['a', 'b', 'c']
  .map(
    (id, index) =>
      `<house><code>${id}</code><asking_price>${300_000 + index}</asking_price><money>EUR</money><kind>villa</kind>` +
      `<offer>sale</offer><place>Paphos</place><rooms>3</rooms><photo>https://i.example/${id}.jpg</photo></house>`,
  )
  .join('')}</houses>`;

const authorization = `Basic ${Buffer.from(`mary:${password}`).toString('base64')}`;

function visitor(at = adapter.url) {
  const cookies = new Map<string, string>();
  async function request(path: string, init: RequestInit = {}): Promise<Response> {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const response = await fetch(at + path, {
      redirect: 'manual',
      ...init,
      headers: { authorization, cookie, ...(init.headers as Record<string, string>) },
    });
    for (const set of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(set) ?? [];
      cookies.set(name, value);
    }
    return response;
  }
  const text = async (path: string) => (await request(path)).text();
  async function form(page: string, action: string): Promise<Record<string, string>> {
    const [, body = ''] =
      new RegExp(`<form method="post" action="/actions/${action}">(.*?)</form>`, 's').exec(await text(page)) ?? [];
    return Object.fromEntries(
      [...body.matchAll(/name="([^"]+)" value="([^"]*)"/g)].map(([, name, value]) => [name, value]),
    );
  }
  const post = (action: string, fields: Record<string, string>, headers: Record<string, string> = {}) =>
    request(`/actions/${action}`, {
      method: 'POST',
      body: new URLSearchParams(fields),
      headers: { origin: adapter.url, ...headers },
    });
  const press = async (page: string, action: string) => post(action, await form(page, action));
  return { request, text, form, post, press };
}

test.serial('a feed is run, its hold is looked at and confirmed, by keyboard and without JavaScript', async (t) => {
  const page = await chromium.browser.newPage();
  page.setDefaultTimeout(180_000);
  await page.setJavaScriptEnabled(false);
  await page.authenticate({ username: 'mary', password });
  await page.goto(`${adapter.url}/feeds/${kyeroId.toHexString()}`);
  await pressButton(page, 'Run now');
  t.regex(await settled(page), /30 new listings.*started on this page.*Log the last \d+ lines.*30 items: 30 new/s);
  server.publish('/kyero.xml', kyero(8));
  await runAgain(page);
  await page.goto(`${adapter.url}/feeds/${kyeroId.toHexString()}`);
  t.regex(await textOf(page), /22 of 30 listings would be withdrawn: (AE-\d+, ){21}AE-\d+/);
  await pressButton(page, 'Show what a confirmation would do');
  t.regex(await settled(page), /If you confirm, 22 of 30 listings are withdrawn\. .*AE-8.*AE-29/s);
  t.is(await Property.countDocuments({ feedId: kyeroId, status: 'WITHDRAWN' }), 0);
  await pressButton(page, 'Withdraw 22 listings');
  t.regex(await settled(page), /22 withdrawn/);
  t.is(await Property.countDocuments({ feedId: kyeroId, status: 'WITHDRAWN' }), 22);
  await page.goto(`${adapter.url}/feeds/${kyeroId.toHexString()}`);
  t.notRegex(await textOf(page), /would be withdrawn/);
  t.regex(await page.$eval('.chart svg', (svg) => svg.getAttribute('aria-label') ?? ''), /8 on offer, 22 withdrawn/);
  t.regex(await textOf(page), /Last changes .*22withdrawn/s);
  await page.close();
});

/** The lock is released after the end is recorded. */
async function runAgain(page: Page): Promise<void> {
  do {
    await page.goto(`${adapter.url}/feeds/${kyeroId.toHexString()}`);
    await pressButton(page, 'Run now');
  } while (/running already/.test(await settled(page)));
}

const textOf = (page: Page) => page.$eval('body', (body) => (body.textContent ?? '').replace(/\s+/g, ' '));

/** By the Tab key. */
async function pressButton(page: Page, label: string): Promise<void> {
  for (let step = 0; step < 60; step++) {
    await page.keyboard.press('Tab');
    const focused = await page.$(':focus');
    if (focused && (await focused.evaluate((element) => element.textContent?.trim())) === label) {
      await Promise.all([page.waitForNavigation(), page.keyboard.press('Enter')]);
      return;
    }
  }
  throw new Error(`The Tab key does not reach ${label} on ${page.url()}`);
}

/** Once the run has ended. */
async function settled(page: Page): Promise<string> {
  for (;;) {
    const text = await textOf(page);
    if (!/ running /.test(text.slice(0, 60))) return text;
    await page.reload();
  }
}

test.serial('a mapping is approved as it was shown, with its first listings', async (t) => {
  const mary = visitor();
  const path = `/feeds/${housesId.toHexString()}`;
  const shown = await (await mary.press(path, 'preview-feed')).text();
  t.regex(shown, /3\s+listings, format GENERIC/);
  t.regex(shown, /First listings.*300001/s);
  const [, form = ''] = /action="\/actions\/approve-mapping">(.*?)<\/form>/s.exec(shown) ?? [];
  const fields = Object.fromEntries(
    [...form.matchAll(/name="([^"]+)" value="([^"]*)"/g)].map(([, name, value]) => [name, value]),
  );
  const moved = await mary.post('approve-mapping', {
    ...fields,
    address: 'x',
    token: (await mary.form(path, 'preview-feed'))['token'] as string,
  });
  t.is(moved.status, 409);
  t.is((await PropertyFeed.findById(housesId).lean())?.mapping, undefined);
  t.is((await mary.post('approve-mapping', fields)).headers.get('location'), path);
  const feed = await PropertyFeed.findById(housesId).lean();
  t.is(feed?.format, 'GENERIC');
  t.like(feed?.mapping, { fields: { price: 'asking_price' } });
  t.regex(await mary.text(path), /Approved: runs read the feed by this mapping/);
  t.notRegex(await mary.text(path), /Approved: runs/, 'it is said once');
});

test.serial('while a job runs its buttons say so', async (t) => {
  const mary = visitor();
  const path = `/feeds/${silentId.toHexString()}`;
  t.is((await mary.press(path, 'resume-feed')).status, 303);
  const started = await mary.press(path, 'run');
  t.regex(started.headers.get('location') ?? '', /^\/runs\/[0-9a-f]{24}$/);
  const fields = await mary.form(`/feeds/${kyeroId.toHexString()}`, 'plan-removals');
  t.deepEqual(fields, {}, 'nothing is held');
  const again = await mary.press(path, 'run');
  t.is(again.status, 409);
  t.regex(await again.text(), /sync-feeds is running already, so nothing was started: another run holds the lock/);
  t.regex(await mary.text(started.headers.get('location') as string), /Under way/);
  server.publish('/silent.xml', kyero(1));
  await adapter.request('/api/runs');
});

test.serial('a feed and a mailbox are paused and resumed, and given-up events go out again', async (t) => {
  const mary = visitor();
  const [feed, mailbox] = [`/feeds/${kyeroId.toHexString()}`, `/mailboxes/${accountId.toHexString()}`];
  await mary.press(feed, 'pause-feed');
  t.regex(await mary.text(feed), /Paused: no run reads this feed/);
  t.is((await PropertyFeed.findById(kyeroId).lean())?.isActive, false);
  await mary.press(feed, 'resume-feed');
  t.is((await PropertyFeed.findById(kyeroId).lean())?.isActive, true);
  await mary.press(mailbox, 'pause-mailbox');
  t.true((await Account.findById(accountId).lean())?.pausedAt instanceof Date);
  t.true((await Account.findById(accountId).lean())?.enabled);
  await mary.press(mailbox, 'resume-mailbox');
  t.is((await Account.findById(accountId).lean())?.pausedAt ?? null, null);
  const event = { key: 'k', type: 'lead.inactive', locationId, payload: {}, metadata: { timestamp: new Date() } };
  await Event.create({ ...event, status: 'dead', attempts: 10, lastError: 'came 500', nextAttemptAt: new Date() });
  let front = '';
  while (!/1 × lead\.inactive.*came 500/s.test(front)) front = await mary.text('/');
  await mary.press('/', 'replay-dead-events');
  t.is((await Event.findOne({ key: 'k' }).lean())?.status, 'pending');
  const line = await adapter.logged((one) => one['audit'] === 'pause-mailbox');
  t.like(line, { by: 'mary', accountId: accountId.toHexString(), outcome: 'mailbox-paused' });
});

test.serial('nothing is done by GET, for another site, or with a token that is missing, foreign or used', async (t) => {
  const [mary, eve] = [visitor(), visitor()];
  const path = `/feeds/${kyeroId.toHexString()}`;
  const fields = await mary.form(path, 'pause-feed');
  t.is((await mary.request(`/actions/pause-feed?${new URLSearchParams(fields).toString()}`)).status, 405);
  for (const origin of ['https://evil.example', 'null', ''])
    t.is((await mary.post('pause-feed', fields, { origin })).status, 403, origin);
  t.is((await eve.post('pause-feed', fields)).status, 403);
  t.is((await mary.post('pause-feed', { feedId: kyeroId.toHexString() })).status, 403);
  t.is((await mary.post('pause-feed', { ...fields, more: '1' })).status, 400);
  t.true((await PropertyFeed.findById(kyeroId).lean())?.isActive);
  const fresh = await mary.form(path, 'pause-feed');
  t.is((await mary.post('pause-feed', fresh)).status, 303);
  await mary.press(path, 'resume-feed');
  t.is((await mary.post('pause-feed', fresh)).status, 403);
  t.true((await PropertyFeed.findById(kyeroId).lean())?.isActive);
  t.is((await mary.post('no-such', await mary.form(path, 'pause-feed'))).status, 404);
});

test.serial('a stranger sees nothing and does nothing', async (t) => {
  const fields = await visitor().form(`/feeds/${kyeroId.toHexString()}`, 'pause-feed');
  const paths = ['/', '/feeds', '/mailboxes', `/feeds/${kyeroId.toHexString()}`, `/runs/${kyeroId.toHexString()}`];
  for (const path of paths) {
    const response = await fetch(adapter.url + path);
    t.is(response.status, 401, path);
    t.notRegex(await response.text(), /Villas|Aphrodite|sync-feeds/);
    t.is(response.headers.get('set-cookie'), null);
  }
  const body = new URLSearchParams(fields);
  const response = await fetch(`${adapter.url}/actions/pause-feed`, {
    method: 'POST',
    body,
    headers: { origin: adapter.url },
  });
  t.is(response.status, 401);
  t.true((await PropertyFeed.findById(kyeroId).lean())?.isActive);
});

test.serial('while the project is being installed, no run is started', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'estio-jobs-'));
  t.teardown(() => rm(folder, { recursive: true, force: true }));
  await cp(jobsFolder(), folder, { recursive: true });
  const other = await startAdapter(t, {
    args: ['--functions', folder],
    environment: { MONGODB_URI: databaseUri(), STATUS_PASSWORD: password },
  });
  const mary = visitor(other.url);
  const fields = { ...(await mary.form('/', 'run')), job: 'purge-trash' };
  await rm(join(folder, 'purge-trash.mjs'));
  const runs = await JobRun.countDocuments({});
  const refused = await mary.post('run', fields, { origin: other.url });
  t.is(refused.status, 409);
  t.regex(await refused.text(), /The project is being installed or built/);
  t.is(await JobRun.countDocuments({}), runs);
});

test.serial('with STATUS_ACTIONS=0 there are no buttons, and no actions either', async (t) => {
  const still = await startAdapter(t, {
    args: ['--functions', jobsFolder()],
    environment: { MONGODB_URI: databaseUri(), STATUS_PASSWORD: password, STATUS_ACTIONS: '0' },
  });
  const page = await fetch(`${still.url}/feeds/${kyeroId.toHexString()}`, { headers: { authorization } });
  t.notRegex(await page.text(), /method="post"/);
  const init = { method: 'POST', headers: { authorization, origin: still.url }, body: new URLSearchParams() };
  t.is((await fetch(`${still.url}/actions/run`, init)).status, 403);
});

test.serial(
  'the pages behind the front page fit a phone and a desk, light and dark, and axe finds nothing',
  async (t) => {
    const run = await JobRun.findOne({ 'parameters.dryRun': true }).lean();
    const axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
    const paths = [
      `/runs/${String(run?._id)}`,
      `/feeds/${kyeroId.toHexString()}`,
      `/mailboxes/${accountId.toHexString()}`,
      '/feeds?q=vil',
      '/mailboxes',
    ];
    const looks = [
      { width: 390, scheme: 'dark', isRead: true },
      { width: 390, scheme: 'light', isRead: false },
      { width: 1280, scheme: 'dark', isRead: false },
      { width: 1280, scheme: 'light', isRead: true },
    ];
    const page = await chromium.browser.newPage();
    await page.authenticate({ username: 'mary', password });
    for (const path of paths) {
      await page.goto(adapter.url + path);
      await page.evaluate(axe);
      for (const { width, scheme, isRead } of looks) {
        await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: scheme }]);
        await page.setViewport({ width, height: 844 });
        t.is(await page.evaluate('document.documentElement.scrollWidth'), width, path);
        // axe depends more on colours than on width.
        if (!isRead) continue;
        const { violations } = (await page.evaluate('axe.run()')) as {
          violations: { id: string; nodes: { html: string }[] }[];
        };
        t.deepEqual(
          violations.map(({ id, nodes }) => [id, nodes[0]?.html]),
          [],
          `${path}, ${scheme}`,
        );
      }
    }
    await page.close();
  },
);

test.serial('500 feeds and mailboxes are counted on the front page and found by a search', async (t) => {
  const many = Array.from({ length: 500 }, (_, index) => index);
  await PropertyFeed.insertMany(
    many.map((index) => ({
      locationId,
      name: `Agency ${index}`,
      url: `https://feeds.example/${index}.xml`,
      itemCount: index,
      lastStatus: index % 100 === 7 ? 'failed' : 'ok',
      lastError: index % 100 === 7 ? `The feed's server stopped sending. ${'x'.repeat(300)}` : undefined,
      lastSyncAt: new Date(),
    })),
  );
  await Account.insertMany(
    many.map((index) => ({ locationId, provider: 'gmail', email: `agent${index}@many.example` })),
  );
  const mary = visitor();
  let front = '';
  while (!/All\s+503\s+feeds/.test(front)) front = await mary.text('/');
  t.true(Buffer.byteLength(front) < 300_000, String(Buffer.byteLength(front)));
  t.regex(front, /498 ok · 5 failed|5 failed/);
  t.regex(front, /All\s+501\s+mailboxes/);
  const found = await mary.text('/feeds?q=agency+7');
  t.true(found.includes('Agency 177'));
  t.false(found.includes('Agency 123'));
  t.is((await mary.text('/feeds?q=attention')).match(/>Agency \d+</g)?.length, 5);
  t.regex(await mary.text('/mailboxes?q=agent499@many'), /ag•••@many\.example/);
  const last = await mary.text('/feeds?page=6');
  t.regex(last, /Page 6 of 6/);
  t.true(Buffer.byteLength(last) < 300_000);
});
