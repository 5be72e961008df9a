import test from 'ava';
import type { FeedFormat } from '../../../shared/feeds/formats/feed-format.ts';
import { formatNamed } from '../../../shared/feeds/formats/all-formats.ts';
import { chooseFormat, isNoFeed, type FormatOptions } from '../../../shared/feeds/read/choose-format.ts';
import { Beginning } from '../../../shared/feeds/xml/beginning.ts';
import { detectEncoding } from '../../../shared/feeds/xml/encoding.ts';

const kyero = formatNamed('KYERO') as FeedFormat;
const trovit = formatNamed('TROVIT') as FeedFormat;
const kyeroFeed =
  '<root><kyero><feed_version>3</feed_version></kyero><property><id>1</id><price>9</price></property></root>';
const house = (at: number): string =>
  `<house><id>${at}</id><price>${at}00000</price><town>Paphos</town><bedrooms>3</bedrooms><title>Villa ${at}</title>` +
  '</house>';
const houses = `<houses>${Array.from({ length: 30 }, (_, at) => house(at + 1)).join('')}</houses>`;

async function choose(document: string, options: FormatOptions = {}) {
  async function* bytes() {
    yield Buffer.from(document);
  }
  const feed = new Beginning(bytes());
  await feed.fill(64 * 1024);
  return chooseFormat(feed, detectEncoding(feed.bytes, undefined, undefined), options);
}

test('a format or mapping that is set needs no detection', async (t) => {
  t.is((await choose(kyeroFeed, { format: trovit })).format, trovit);
  const mapping = { itemPath: 'root/property', fields: { id: 'id' } };
  const chosen = await choose(kyeroFeed, { mapping, before: kyero });
  t.deepEqual([chosen.format.name, chosen.detection], ['GENERIC', undefined]);
});

test('a known format is detected', async (t) => {
  const { format, detection, refusal } = await choose(kyeroFeed);
  t.deepEqual([format, detection?.format, refusal], [kyero, kyero, undefined]);
});

test("a full list in Kyero's shape with statuses stays one; a new feed may be a delta of Resales", async (t) => {
  const listing = (status: string) =>
    `<property><id>1</id><ref>R1</ref><price>9</price><price_freq>sale</price_freq><town>Mijas</town><beds>2</beds>` +
    `<desc><en>Nice.</en></desc><status>${status}</status></property>`;
  const available = `<root>${listing('Available')}</root>`;
  const offMarket = `<root>${listing('Available')}${listing('Off Market')}</root>`;
  const nameOf = async (document: string, options?: FormatOptions) => (await choose(document, options)).format.name;
  t.is(await nameOf(available, { before: kyero }), 'KYERO');
  t.is(await nameOf(available), 'RESALES');
  t.is(await nameOf(offMarket, { before: kyero }), 'RESALES');
});

test('the former format remains while the feed shows it or nothing else', async (t) => {
  for (const document of [kyeroFeed, '<root/>', '<root><kyero/></root>'])
    t.deepEqual([(await choose(document, { before: kyero })).format, document], [kyero, document]);
});

test('a feed that was in a known format and is in none is refused, and keeps its format', async (t) => {
  const { format, refusal } = await choose(houses, { before: kyero });
  t.is(format, kyero);
  t.is(refusal?.code, 'format-changed');
  t.regex(refusal?.message ?? '', /<houses>.*Nothing was changed/);
});

test('what is no feed, empty, or in no known format is an error', async (t) => {
  const cases: [string, string][] = [
    ['', 'empty'],
    ['  \n', 'empty'],
    ['{"error": "no"}', 'not-a-feed'],
    ['<propertyList date="2015-05-02" username="some', 'truncated'],
    ['<?xml version="1.0"?>\n<root', 'truncated'],
    ['<!DOCTYPE html><html><body>Sign in</body></html>', 'not-a-feed'],
    ['<s:Envelope><s:Body/></s:Envelope>', 'not-a-feed'],
    [houses, 'needs-mapping'],
  ];
  for (const [document, code] of cases) await t.throwsAsync(choose(document), { code }, document.slice(0, 40));
  t.deepEqual([isNoFeed('HTML'), isNoFeed(undefined), isNoFeed('listings')], [true, true, false]);
});
