import { createRequire } from 'node:module';
import { readFile } from 'node:fs/promises';
import anyTest, { type TestFn } from 'ava';
import { Types } from 'mongoose';
import type { Page } from 'puppeteer-core';
import { maskAddresses } from '../../shared/platform/mask-address.ts';
import { Account } from '../../shared/models/account.ts';
import { Event } from '../../shared/models/event.ts';
import { JobRun } from '../../shared/models/job-run.ts';
import { Location } from '../../shared/models/location.ts';
import { PropertyFeed } from '../../shared/models/property-feed.ts';
import { SyncItem } from '../../shared/models/sync-item.ts';
import { launchBrowser, type LaunchedBrowser } from '../../shared/platform/browser.ts';
import { day } from '../../shared/platform/clock.ts';
import { models } from '../../shared/models/index.ts';
import { startAdapter, type TestAdapter } from '../doubles/adapter.ts';
import { databaseUri, useDatabase } from '../doubles/database.ts';
import { useTestJobs } from '../doubles/test-jobs.ts';
import { weekOfRuns } from '../doubles/week-of-runs.ts';
import { testBrowser } from '../doubles/test-browser.ts';

const test = anyTest as TestFn;
useDatabase(test, models);
const jobsFolder = useTestJobs(test);

const password = 'pässword of the page';
const hostile = '<script>window.hacked = true</script><img src=x onerror="window.hacked = true">"\'&';
const secret = 'sealed-credentials-that-no-one-sees';
const releases: (() => Promise<unknown>)[] = [];
const feedId = new Types.ObjectId();
let adapter: TestAdapter;
let chromium: LaunchedBrowser;

test.serial.before('start an adapter with a history, and a browser', async () => {
  adapter = await startAdapter(
    { teardown: (release) => releases.push(release) },
    {
      args: ['--functions', jobsFolder()],
      environment: { MONGODB_URI: databaseUri(), STATUS_PASSWORD: password },
    },
  );
  await seed();
  chromium = await launchBrowser(testBrowser);
  releases.push(() => chromium.close());
});

test.after.always('stop them', async () => {
  for (const release of releases.reverse()) await release();
});

async function seed(): Promise<void> {
  const now = new Date();
  const error = { scope: 'gmail:eleni@aphrodite.example', code: 'unexpected', message: hostile, retryable: false };
  await JobRun.insertMany(
    weekOfRuns({
      job: 'often',
      schedule: '*/30 * * * *',
      now,
      counts: () => ({ stored: 12, parked: 3 }),
      durationMs: 4000,
      error,
    }),
  );
  await JobRun.create({
    job: 'half',
    status: 'failed',
    trigger: 'cron',
    startedAt: now,
    finishedAt: now,
    durationMs: 20,
    counts: {},
    errors: [error],
    host: 'x',
    pid: 1,
    version: '0',
  });
  const { _id: locationId } = await Location.create({ name: hostile });
  const account = await Account.create({
    locationId,
    provider: 'gmail',
    email: 'eleni@aphrodite.example',
    status: 'needs-reauth',
    lastError: `${hostile} <eleni@aphrodite.example>`,
    credentials: secret,
    cursors: { inbox: secret },
  });
  await Account.create({
    locationId,
    provider: 'outlook-web',
    email: 'web@aphrodite.example',
    credentialsExpireAt: new Date(now.getTime() + 3.5 * day),
  });
  await SyncItem.create({
    accountId: account._id,
    locationId,
    providerMessageId: '1',
    state: 'parked',
    revision: 'x',
    nextAttemptAt: now,
    reason: hostile,
  });
  await PropertyFeed.create({
    _id: feedId,
    locationId,
    name: hostile,
    url: `https://feeds.example/?key=${secret}`,
    itemCount: 1450,
    lastStatus: 'held',
    lastSyncAt: now,
    lastReport: { counts: { new: 2, changed: 7 } },
    removalGuard: { heldAt: now, reason: hostile, count: 312, total: 1450 },
  });
  await PropertyFeed.create({
    locationId,
    url: `https://feeds.example/?key=${secret}`,
    lastStatus: 'ok',
    lastSyncAt: now,
    itemCount: 3,
  });
  await Event.create({
    key: 'k',
    type: hostile,
    locationId,
    payload: {},
    metadata: { timestamp: now },
    status: 'dead',
    nextAttemptAt: now,
  });
}

function get(credentials: string | undefined, path = '/'): Promise<Response> {
  return fetch(adapter.url + path, {
    headers: credentials === undefined ? {} : { authorization: `Basic ${Buffer.from(credentials).toString('base64')}` },
  });
}

async function open(
  width: number,
  options: { dark?: boolean; script?: boolean; refreshNow?: boolean; bookmark?: boolean } = {},
) {
  const page = await chromium.browser.newPage();
  const complaints: string[] = [];
  const requests: string[] = [];
  page
    .on('console', (message) => complaints.push(message.text()))
    .on('pageerror', (error) => complaints.push(String(error)));
  page.on('request', (request) => requests.push(request.url()));
  await page.setJavaScriptEnabled(options.script ?? true);
  await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: options.dark ? 'dark' : 'light' }]);
  await page.setViewport({ width, height: 900 });
  // The page's timer, under control.
  if (options.refreshNow)
    await page.evaluateOnNewDocument('globalThis.setInterval = (action) => { globalThis.refreshNow = action; }');
  // As from a bookmark.
  if (options.bookmark) await page.goto(adapter.url.replace('//', `//anybody:${encodeURIComponent(password)}@`));
  else {
    await page.authenticate({ username: 'anybody', password });
    await page.goto(adapter.url);
  }
  return { page, complaints, requests };
}

const textOf = (page: Page, selector: string) => page.$eval(selector, (element) => element.textContent ?? '');

test('the page asks for its password and takes any user name', async (t) => {
  for (const wrong of [undefined, '', `x:${password}x`, 'x:', password, `:${password} `]) {
    const response = await get(wrong);
    t.is(response.status, 401, String(wrong));
    t.regex(response.headers.get('www-authenticate') ?? '', /^Basic realm="estio-cron"/);
    t.notRegex(await response.text(), /often/);
  }
  t.is((await get(`x:${password}`)).status, 200);
  t.is((await get(`:${password}`)).status, 200);
  t.is((await adapter.request('/')).status, 401);
});

test('without a password there is no page', async (t) => {
  const closed = await startAdapter(t, {
    args: ['--functions', jobsFolder()],
    environment: { MONGODB_URI: databaseUri() },
  });
  t.is((await fetch(closed.url)).status, 404);
});

test('the page describes every problem and its remedy in words', async (t) => {
  const { page } = await open(1280);
  const often = (await textOf(page, '[aria-labelledby="job-often"]')).replace(/\s+/g, ' ');
  t.regex(often, /12 e-mails stored, 3 parked/);
  t.regex(often, /Next run (in \d+ (min|s)|now)/);
  t.regex(often, /typically [\d.]+ s, at most [\d.]+ s/);
  t.regex(
    await page.$eval('[aria-labelledby="job-often"] .timeline', (svg) => svg.getAttribute('aria-label') ?? ''),
    /often in the last 7 days: .*\d{3} succeeded.*skipped/,
  );
  const attention = await textOf(page, '#attention');
  t.regex(attention, /half failed/);
  t.regex(attention, /The session of w•••@aphrodite\.example ends soon.*It lasts 3 more days at most/s);
  t.regex(attention, /el•••@aphrodite\.example must be connected again/);
  t.regex(attention, /node adapter --connect gmail --location [0-9a-f]{24}/);
  t.is(
    await page.$eval('#attention a[href^="/feeds/"]', (a) => a.getAttribute('href')),
    `/feeds/${feedId.toHexString()}`,
  );
  t.regex(attention, /1 event was given up.*Send them again/s);
  t.regex(await textOf(page, '#dead-events'), /[0-9a-f]{24}/);
  t.regex(await textOf(page, '#feeds'), /1,450 listings · 2 new listings, 7 listings changed/);
  t.regex(await textOf(page, '#host'), /Memory available.*MB.*Load.*Locks/s);
  await page.close();
});

test('a run under way shows its progress', async (t) => {
  const running = adapter.request('/api/cron/patient').catch(() => undefined);
  await adapter.logged((line) => line.msg === 'started' && line['job'] === 'patient');
  let shown = '';
  while (!/waiting · 1\/2, 50 %/.test(shown)) {
    shown = await (await get(`x:${password}`)).text();
    t.regex(shown, /running/);
  }
  t.regex(shown, /patient: pid \d+ on .*held for/);
  void running;
});

for (const [width, dark] of [
  [390, false],
  [1280, false],
  [390, true],
  [1280, true],
] as const) {
  test(`at ${width} px, ${dark ? 'dark' : 'light'}: nothing overflows, no complaint, axe is content`, async (t) => {
    const { page, complaints, requests } = await open(width, { dark });
    t.is(await page.evaluate('document.documentElement.scrollWidth'), width);
    t.is(await page.evaluate('window.hacked'), undefined);
    t.deepEqual(
      requests.filter((url) => !url.startsWith(adapter.url) && !url.startsWith('data:')),
      [],
    );
    await page.$$eval('details', (all) => all.forEach((one) => one.setAttribute('open', '')));
    const broken =
      '[...document.querySelectorAll("td:not(:last-child)")].filter((cell) => { const text = ' +
      'document.createRange(); text.selectNodeContents(cell); const bottoms = [...text.getClientRects()].map(({ ' +
      'bottom }) => bottom); return Math.max(...bottoms) - Math.min(...bottoms) > 10; }).length';
    t.is(await page.evaluate(broken), 0, 'the short columns of a table stay in one line');
    t.is(
      await page.evaluate(
        '[...document.querySelectorAll(".command")].filter((line) => line.scrollWidth > line.clientWidth).length',
      ),
      0,
      'commands are whole',
    );
    await page.evaluate(await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8'));
    const found = (await page.evaluate('axe.run()')) as {
      violations: { id: string; impact: string; nodes: { html: string }[] }[];
    };
    t.deepEqual(
      found.violations
        .filter(({ impact }) => ['serious', 'critical'].includes(impact))
        .map(({ id, nodes }) => [id, nodes.slice(0, 3).map((node) => node.html)]),
      [],
    );
    t.deepEqual(
      complaints.filter((text) => !/401 \(Unauthorized\)/.test(text)),
      [],
    );
    await page.close();
  });
}

test('an address is masked wherever it stands in a text, and nothing else is touched', (t) => {
  for (const [text, masked] of [
    ['<h3>eleni@aphrodite.example</h3>', '<h3>el•••@aphrodite.example</h3>'],
    [
      'gmail:eleni.p+crm@x.example: &lt;élodie@x.example&gt;, a@localhost',
      'gmail:el•••@x.example: &lt;él•••@x.example&gt;, a•••@localhost',
    ],
    [
      "o'neil@x.example, 'eleni@x.example' and \"the office\"@x.example",
      "o•••@x.example, 'el•••@x.example' and •••@x.example",
    ],
    ['&quot;the office&quot;@x.example', '•••@x.example'],
    [
      'Mary.O&#39;Neil@x.example, &#39;eleni@x.example&#39;, a&amp;b@x.example',
      'Ma•••@x.example, &#39;el•••@x.example&#39;, a•••@x.example',
    ],
    [
      'e•••@x.example, @media, 5 @ 3, node adapter --connect gmail',
      'e•••@x.example, @media, 5 @ 3, node adapter --connect gmail',
    ],
  ] as const)
    t.is(maskAddresses(text), masked);
});

test('a refresh keeps open and focused parts, and the browser reports no error', async (t) => {
  const { page, complaints } = await open(390, { refreshNow: true });
  await page.focus('#recent-often summary');
  await page.keyboard.press('Enter');
  await page.$eval('#recent-often .scroll', (region) => region.scrollTo({ left: 30 }));
  await page.$eval('main > :first-child', (element) => element.setAttribute('data-old', ''));
  await page.evaluate('refreshNow()');
  await page.waitForFunction(
    'document.querySelector("[data-old]") === null || document.body.classList.contains("stale")',
  );
  t.deepEqual(
    await page.evaluate(
      '[document.body.className, document.activeElement?.textContent, ' +
        'document.querySelector("#recent-often").open, document.querySelector("#recent-often .scroll").scrollLeft]',
    ),
    ['', 'Last 10 runs', true, 30],
  );
  t.true((await page.$$('.job')).length > 5);
  t.deepEqual(
    complaints.filter((text) => !/401 \(Unauthorized\)/.test(text)),
    [],
  );
  await page.close();
});

test('ten thousand runs in a week are counted, drawn in visible marks, and read once for all viewers', async (t) => {
  const hourAgo = Date.now() - 3_600_000;
  const runs = Array.from({ length: 10_000 }, (_, index) => ({
    job: 'hoard',
    status: 'succeeded',
    trigger: 'cron',
    startedAt: new Date(hourAgo - index * 45_000),
    durationMs: 1000 + index,
    counts: {},
    errors: [],
    host: 'x',
    pid: 1,
    version: '0',
  }));
  await JobRun.insertMany(runs);
  const pages = await Promise.all(Array.from({ length: 20 }, async () => (await get(`x:${password}`)).text()));
  // An earlier shared look may have ended.
  t.true(new Set(pages.map((page) => /id="updated">As of <time datetime="([^"]+)"/.exec(page)?.[1])).size <= 2);
  let page = pages[0] as string;
  // A look from before may be shared.
  while (!/hoard in the last 7 days: 10000 /.test(page)) page = await (await get(`x:${password}`)).text();
  t.regex(page, /hoard in the last 7 days: 10000 succeeded/);
  const [, drawn = ''] = /hoard in the last 7 days[^]*?class="mark succeeded" d="([^"]+)"/.exec(page) ?? [];
  t.true(drawn.split('M').length < 1010, String(drawn.split('M').length));
  t.regex(page, /aria-labelledby="job-hoard"[^]*?typically 1\.0 s, at most 1\.1 s/);
});

test('the page also refreshes when its address contains the password', async (t) => {
  const { page } = await open(390, { refreshNow: true, bookmark: true });
  await page.$eval('main > :first-child', (element) => element.setAttribute('data-old', ''));
  await page.evaluate('refreshNow()');
  await page.waitForFunction(
    'document.querySelector("[data-old]") === null || document.body.classList.contains("stale")',
  );
  t.is(await page.$eval('body', (body) => body.className), '');
  await page.close();
});

test('without JavaScript the page shows the same and reloads itself', async (t) => {
  const { page } = await open(1280, { script: false });
  const source = await (await get(`x:${password}`)).text();
  t.regex(source, /<noscript><meta http-equiv="refresh" content="60"\s*\/?>\s*<\/noscript>/);
  t.true((await page.$$('.job')).length > 5);
  await page.close();
});

test('stored values appear as text only; secrets and whole addresses are not on the page', async (t) => {
  const response = await get(`x:${password}`);
  const source = await response.text();
  t.notRegex(source, /<script>window|<img/);
  t.true(source.includes('&lt;script&gt;window.hacked'));
  for (const hidden of [secret, 'eleni@', password, adapter.lockDir]) t.false(source.includes(hidden), hidden);
  const policy = response.headers.get('content-security-policy') ?? '';
  const nonce = /script-src 'nonce-([^']+)'/.exec(policy)?.[1] ?? '';
  t.regex(policy, /^default-src 'none';/);
  t.notRegex(policy, /unsafe|\*/);
  t.true(nonce.length >= 22 && source.includes(`nonce="${nonce}"`));
  t.true(source.includes('gmail:el•••@aphrodite.example'));
  t.false((await (await get(`x:${password}`)).text()).includes(nonce));
  t.is(response.headers.get('cache-control'), 'no-store');
});
