import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import test from 'ava';
import { previewFeed } from '../../../shared/feeds/preview/preview.ts';
import type { FeedPreview, PreviewOptions } from '../../../shared/feeds/preview/preview.ts';
import { formatPreview } from '../../../shared/feeds/preview/format-preview.ts';
import { readFixture } from '../../doubles/map-feed.ts';

const limits: PreviewOptions = {
  maxBytes: 10_000_000,
  timeoutMs: 600_000,
  idleTimeoutMs: 120_000,
  now: () => new Date(0),
};
const fixture = (name: string): string => fileURLToPath(new URL(`../../fixtures/feeds/${name}`, import.meta.url));
const preview = async (name: string, options: Partial<PreviewOptions> = {}): Promise<FeedPreview> =>
  previewFeed(fixture(name), { ...limits, ...options });

test('a file is detected, mapped and counted, problems have line and reference', async (t) => {
  const found = await preview('reaxml.xml');
  t.like(found, { format: 'REAXML', mode: 'delta', count: 10 });
  t.is(found.listings.length, 5);
  t.true(found.end.complete);
  const unknown = found.problems.find(({ code }) => code === 'unknown-status');
  t.is(unknown?.reference, 'AGENT1/R-102');
  t.is(
    readFixture('reaxml.xml').toString().split('\n')[(unknown?.line ?? 0) - 1]?.includes('R-102'),
    true,
    'the line is the one of the item',
  );
});

test('what no format asks for is shown with samples', async (t) => {
  const { unread } = await preview('kyero.xml', { show: 1 });
  const paths = unread.map(({ path }) => path);
  t.true(paths.includes('notes'));
  t.true(paths.includes('energy_rating/emissions'));
  t.false(paths.includes('price'));
  t.false(paths.includes('desc/en'));
  t.deepEqual(unread.find(({ path }) => path === 'notes')?.samples, ['The owner is in a hurry']);
});

test('of attributes a * counts as read what it reads', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'estio-preview-'));
  t.teardown(() => rm(folder, { recursive: true }));
  await writeFile(
    join(folder, 'rows.xml'),
    '<data><row id="1" photo1="http://a/1.jpg" photo2="http://a/2.jpg" vat="19"/></data>',
  );
  const found = await previewFeed(join(folder, 'rows.xml'), {
    ...limits,
    mapping: { itemPath: 'data/row', fields: { id: '@id', images: '@photo*' } },
  });
  t.is(found.listings[0]?.values.images?.length, 2);
  t.deepEqual(
    found.unread.map(({ path }) => path),
    ['@vat'],
  );
});

test('fields of a mapping that find nothing are reported', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'estio-preview-'));
  t.teardown(() => rm(folder, { recursive: true }));
  await writeFile(
    join(folder, 'rows.xml'),
    '<data><row id="1" photo1="http://a/1.jpg"><t l="en"/></row><row id="2"/></data>',
  );
  const fields = {
    id: '@id',
    images: ['@Photo*', { each: 'pics/pic', path: '@url' }],
    title: { path: 't', language: '@l' },
    city: ['town', '@id'],
    goal: { value: 'SALE' },
    features: '.',
  };
  const { doubts } = await previewFeed(join(folder, 'rows.xml'), {
    ...limits,
    mapping: { itemPath: 'data/row', fields },
  });
  t.deepEqual(doubts, ["The mapping's path of images finds nothing: @Photo*, pics/pic/@url"]);
});

test('an unknown feed gets a proposed mapping, which can be given back', async (t) => {
  const found = await preview('generic-wis.xml');
  t.is(found.format, 'GENERIC');
  t.truthy(found.detection);
  const again = await preview('generic-wis.xml', { mapping: found.mapping });
  t.is(again.detection, undefined);
  t.deepEqual(
    again.listings.map(({ values }) => values),
    found.listings.map(({ values }) => values),
  );
});

test('a hardly recognised feed shows what a mapping by hand needs', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'estio-preview-'));
  t.teardown(() => rm(folder, { recursive: true }));
  const file = join(folder, 'feed.xml');
  const home = (n: number, sale: string): string =>
    `<ακίνητο σήμα="GR-${n}"><τύπος>Διαμέρισμα</τύπος><συναλλαγή>${sale}</συναλλαγή><τιμή>${n}50000</τιμή>` +
    `<υπνοδωμάτια>${n}</υπνοδωμάτια></ακίνητο>`;
  await writeFile(file, `<export><ads>${home(1, 'Πώληση')}${home(2, 'Ενοικίαση')}</ads></export>`);
  const found = await previewFeed(file, limits);
  t.like(found, { format: 'GENERIC', count: 2, mapping: { itemPath: 'export/ads/ακίνητο' } });
  t.true((found.detection?.confidence ?? 1) < 0.45);
  t.regex(
    found.detection?.reason ?? '',
    /A mapping is proposed for the items at export\/ads\/ακίνητο, without id.*until someone approves/,
  );
  t.deepEqual(found.unread.find(({ path }) => path === '@σήμα')?.samples, ['GR-1', 'GR-2']);
  t.regex(
    formatPreview(found, { colour: false, width: 200 }),
    /Problems\nNo id was found.*\n[^]*Not read[^]*Proposed mapping/,
  );

  const rows = (n: number): string =>
    `<Row><Field name="Price">${n}50000</Field><Field name="City">Limassol</Field><Field name="Description">A ` +
    `villa with a view of the sea.</Field><Field name="Heating">Gas ${n}</Field></Row>`;
  await writeFile(file, `<Rows>${rows(1)}${rows(2)}</Rows>`);
  t.deepEqual(
    (await previewFeed(file, limits)).unread.map(({ path }) => path),
    ['Field[@name=Heating]'],
  );
});

test('a format that does not fit says what is there instead', async (t) => {
  const found = await preview('kyero.xml', { format: 'trovit' });
  t.is(found.count, 0);
  t.deepEqual(found.doubts, [
    'No items at */ad: the root is <root> with <kyero>, <agent>, <property>, which looks like KYERO',
  ]);
  const text = formatPreview(found, { colour: false, width: 200 });
  t.regex(text, /Problems\nNo items at/);
  t.notRegex(text, /All parts of the items are read|No problems/);
  t.deepEqual((await preview('kyero.xml')).doubts, []);
});

test('an answer that is no feed sends no control characters to a terminal', async (t) => {
  const server = createServer((_, response) =>
    response.end('\u001b[2J\u001b]0;title\u0007\u009b31mno feed\u0008'),
  ).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  t.teardown(() => server.close());
  const error = await t.throwsAsync(
    previewFeed(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`, { ...limits, allowPrivate: true }),
    { code: 'not-a-feed', message: /no feed/ },
  );
  // oxlint-disable-next-line no-control-regex
  t.notRegex(error?.message ?? '', /[\u0000-\u001f\u007f-\u009f]/);
});

test('a mapping that cannot be used and formats that do not exist are refused', async (t) => {
  await t.throwsAsync(preview('generic-wis.xml', { mapping: { itemPath: 'a' } }), { code: 'invalid-mapping' });
  await t.throwsAsync(preview('kyero.xml', { format: 'blm' }), { code: 'unknown-format' });
  await t.throwsAsync(preview('kyero.xml', { format: 'generic' }), { code: 'usage' });
  await t.throwsAsync(previewFeed('nowhere.xml', limits), { code: 'usage', message: /there is no file/ });
});

test('what cannot be read is named by its id, and ids that come twice are reported with both places', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'estio-preview-'));
  t.teardown(() => rm(folder, { recursive: true }));
  const file = join(folder, 'feed.xml');
  await writeFile(
    file,
    '<root><kyero/><property><id>m1</id><town>Altea</property><property><id>u2</id><town>Altea</town><property>' +
      '<id>d3</id><price>1</price></property><property><id>d3</id><price>2</price></property></root>',
  );
  const { problems } = await previewFeed(file, limits);
  t.deepEqual(
    problems
      .filter(({ code }) => ['malformed', 'unclosed', 'duplicate-id'].includes(code))
      .map(({ code, reference }) => [code, reference]),
    [
      ['malformed', 'm1'],
      ['unclosed', 'u2'],
      ['duplicate-id', 'd3'],
    ],
  );
  t.regex(problems.find(({ code }) => code === 'duplicate-id')?.message ?? '', /at bytes \d+ and \d+/);
});

test('a broken listing is a problem with its line, the others are read', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'estio-preview-'));
  t.teardown(() => rm(folder, { recursive: true }));
  const file = join(folder, 'feed.xml.gz');
  await writeFile(
    file,
    gzipSync(
      '<root><kyero/>\n<property><id>1</id><town>Altea</town></property>\n<property><id>2</id>' +
        '<town>Altea</property>\n<property><id>3</id><price>x & y</price></property></root>',
    ),
  );
  const found = await previewFeed(file, limits);
  t.deepEqual(
    found.listings.map(({ id, line }) => [id, line]),
    [
      ['1', 2],
      ['3', 4],
    ],
  );
  t.like(found.problems[0], { code: 'malformed', line: 3 });
  t.true(found.problems.some(({ code, reference }) => code === 'bare-ampersand' && reference === '3'));
});

test('an address is read like a file, its secrets are not shown', async (t) => {
  const server = createServer((_, response) => response.end(readFixture('trovit.xml'))).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  t.teardown(() => server.close());
  const { port } = server.address() as AddressInfo;
  const found = await previewFeed(`http://127.0.0.1:${port}/feed.xml?key=secret123`, {
    ...limits,
    allowPrivate: true,
    defaultCurrency: 'GBP',
  });
  t.is(found.format, 'TROVIT');
  t.is(found.listings[0]?.values.currency, 'GBP');
  t.false(JSON.stringify(found).includes('secret123'));
  await t.throwsAsync(previewFeed(`http://127.0.0.1:${port}/feed.xml`, limits), { code: 'private-address' });
});

test('texts that were encoded twice are noticed', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'estio-preview-'));
  t.teardown(() => rm(folder, { recursive: true }));
  const file = join(folder, 'feed.xml');
  await writeFile(file, '<root><kyero/><property><id>1</id><desc><de>GrundstÃ¼ck</de></desc></property></root>');
  t.like((await previewFeed(file, limits)).problemCounts, { 'double-encoding': 1 });
});

test('the preview is a text no wider than the terminal', async (t) => {
  for (const name of ['kyero.xml', 'reaxml.xml', 'generic-list.xml']) {
    const text = formatPreview(await preview(name), { colour: false, width: 100 });
    const wide = text.split('\n').filter((line) => [...line].length > 100 && !/^ {11}|^\s*"/.test(line));
    t.deepEqual(wide, [], name);
  }
});

test('the preview says format, mode, listings, problems and the mapping', async (t) => {
  const known = formatPreview(await preview('openimmo.xml'), { colour: false, width: 200 });
  for (const words of [
    /Format: +OPENIMMO \(recognised\)/,
    /snapshot \(lists everything/,
    /Listings: +4 in 4 items/,
    /AN-1\/OBID-7/,
    /489,000 EUR/,
    /sale-and-rent \(1\)/,
    /line \d+, AN-2\/OBID-9, goal/,
    /Not read/,
  ])
    t.regex(known, words);
  const unknown = formatPreview(await preview('generic-rss.xml'), { colour: true, width: 200 });
  t.regex(unknown, /Proposed mapping/);
  t.regex(unknown, /Found by name and content: .*price/);
  t.regex(unknown, /Approve it with --save <feed id>/);
  const approving = formatPreview(await preview('generic-rss.xml'), { colour: false, width: 200, approving: true });
  t.regex(approving, /Proposed mapping\n/);
  t.notRegex(approving, /--save|--mapping/);
  t.notRegex(known + unknown, /% sure/);
  t.true(unknown.includes('\u001b['));
});

test('groups that a mapping does not read are counted; a feed of changes only is reported', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'estio-preview-'));
  t.teardown(() => rm(folder, { recursive: true }));
  const file = join(folder, 'feed.xml');
  const home = (n: number): string =>
    `<ad><id>${n}</id><price>${n}000</price><town>Paphos</town><bedrooms>${n}</bedrooms><title>Home ${n}</title></ad>`;
  await writeFile(
    file,
    `<feed type="incremental"><sales>${home(1)}${home(2)}</sales><rentals>${home(3)}${home(4)}${home(5)}</rentals>` +
      '</feed>',
  );
  const mapping = { itemPath: 'feed/sales/ad', fields: { id: 'id', price: 'price' } };
  const part = await previewFeed(file, { ...limits, mapping });
  t.true(part.doubts.includes('2 of 5 listings: 3 under feed/rentals/ad are not read'));
  t.is(part.saysChanges, 'feed/@type="incremental"');
  const all = await previewFeed(file, limits);
  t.is(all.mapping?.itemPath, 'feed/sales/ad|feed/rentals/ad');
  t.deepEqual(
    all.listings.map(({ values }) => values.goal),
    ['SALE', 'SALE', 'RENT', 'RENT', 'RENT'],
  );
  t.regex(all.doubts.join(), /^The feed says that it lists only changes/);
});
